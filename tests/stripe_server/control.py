"""What a test does to the server from outside the API."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from . import checkout, connect, disputes, refunds, webhooks
from .app import App, Seen
from .books import Book, books
from .cards import VISA, Card, card_numbered
from .faults import Fault
from .records import Charge, Dispute, Event
from .world import World

SECRET_KEY = "sk_test_ovop"
WEBHOOK_SECRET = "whsec_ovop"


class Server:
    """A running Stripe.  `url` is what STRIPE_API_BASE wants, `secret` the only key it takes."""

    def __init__(self, world: World, secret: str, webhook_secret: str) -> None:
        self.world, self.secret, self.webhook_secret = world, secret, webhook_secret
        self.app = App(world, secret)
        self._http = self._listen(0)
        self.port = self._http.server_port
        self.url = world.url = f"http://127.0.0.1:{self.port}"

    def _listen(self, port: int) -> BaseWSGIServer:
        http = make_server("127.0.0.1", port, self.app, threaded=True, request_handler=Quiet)
        threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return http

    def stop(self) -> None:
        """Nothing listens any more."""
        self._http.shutdown()
        self._http.server_close()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Within, connections are refused; what was open is closed."""
        self.app.is_down = True
        self.stop()
        try:
            yield
        finally:
            self.app.is_down = False
            self._http = self._listen(self.port)

    # People

    def pay(self, session: str, card: Card | str = VISA) -> str:
        """A buyer pays on the session's page; answers the charge's status, or the session's if it takes no card."""
        with self._now():
            row = self.world.sessions[session]
            charge = checkout.pay(self.world, row, card if isinstance(card, Card) else card_numbered(card))
            return charge.status if charge else row.status

    def dispute(self, charge: str, amount: int | None = None, reason: str = "fraudulent") -> Dispute:
        """A bank takes back all that is left of a charge, or `amount` rupiah.  charge: its name or its intent's."""
        with self._now():
            return disputes.open_dispute(self.world, self._charge(charge), amount * 100 if amount else None, reason)

    def fail_refund(self, refund: str) -> None:
        """The card's bank sent that refund back."""
        with self._now():
            refunds.fail(self.world, self.world.refunds[refund])

    def win(self, dispute: Dispute) -> None:
        """The seller was right."""
        with self._now():
            disputes.win(self.world, dispute)

    def lose(self, dispute: Dispute) -> None:
        """The buyer was right."""
        with self._now():
            disputes.lose(self.world, dispute)

    def _charge(self, name: str) -> Charge:
        intent = self.world.intents.get(name)
        return self.world.charges[str(intent.latest_charge) if intent else name]

    def onboard(self, account: str, disabled_reason: str | None = None) -> None:
        """The account signed up, and may receive money unless there is a reason against it."""
        with self._now():
            connect.submit(self.world, self.world.accounts[account], disabled_reason)

    def top_up(self, rupiah: int) -> None:
        """The platform's available balance grows."""
        with self._now():
            self.world.book(rupiah * 100, "topup", self.world.new_id("tu_"))

    def pay_out(self, account: str, rupiah: int) -> None:
        """The connected account took that much to its bank."""
        with self._now():
            self.world.book(-rupiah * 100, "payout", self.world.new_id("po_"), account=account)

    # Time

    def advance(self, by: timedelta) -> None:
        """Stripe's clock goes on, and what it ends has ended."""
        with self.world.lock:
            self.world.ahead += by
            self.app.api.catch_up()

    @contextmanager
    def _now(self) -> Iterator[None]:
        with self.world.lock:
            self.app.api.catch_up()
            yield

    # Faults

    def fail_next(self, call: str, how: Fault, times: int = 1, seconds: float = 0.2) -> None:
        """The next `times` calls like "POST /v1/refunds" fail; `*` stands for a name in the path.

        seconds: how long STALLED and SLOW take; a client that waits less has its time-out.
        """
        self.app.faults.plan(call, how, times, seconds)

    def mood(self, seed: int, **chances: float) -> None:
        """Each call fails by chance: mood(1, lost=0.05, rate_limited=0.02).  The names are those of Fault."""
        self.app.faults.chance(seed, {Fault[name.upper()]: chance for name, chance in chances.items()})

    def calm(self) -> None:
        """Nothing fails any more."""
        self.app.faults.clear()

    # What happened

    def calls(self, call: str = "") -> list[Seen]:
        """The requests so far, of one kind ("POST /v1/refunds") or all."""
        return [seen for seen in self.app.log if not call or seen.call == call]

    def events(self, *types: str) -> list[Event]:
        """The events so far, oldest first, of these types or all."""
        with self._now():
            return [event for event in self.world.events.values() if not types or event.type in types]

    def books(self) -> list[Book]:
        """Each payment as it stands, in rupiah, in the order they were begun."""
        with self._now():
            return books(self.world)

    def book(self, name: str) -> Book:
        """The payment of that session or intent."""
        return next(book for book in self.books() if name in (book.session, book.intent))

    # Webhooks

    def signed(
        self,
        event: Event,
        *,
        secret: str | None = None,
        at: datetime | None = None,
        account: str | None = None,
        livemode: bool | None = None,
    ) -> tuple[bytes, dict[str, str]]:
        """(body, headers) of a delivery, now or `at` another time."""
        body = webhooks.body_of(event, account=account, livemode=livemode)
        moment = int(at.timestamp()) if at else self.world.now()
        header = webhooks.signature(body, secret or self.webhook_secret, moment)
        return body, {"Stripe-Signature": header, "Content-Type": "application/json; charset=utf-8"}

    def deliver(self, event: Event, to: str | Callable[[bytes, dict[str, str]], int], **how: Any) -> int:
        """The event is sent to an address or to a function; answers the status.  how: see `signed`."""
        body, headers = self.signed(event, **how)
        return webhooks.post(to, body, headers) if isinstance(to, str) else to(body, headers)

    def deliver_mixed(
        self, events: list[Event], to: str | Callable[[bytes, dict[str, str]], int], seed: int, twice: float = 0.2
    ) -> list[int]:
        """All are delivered in any order, some of them twice; answers the statuses."""
        dice = random.Random(seed)
        queue = [event for event in events for _ in range(2 if dice.random() < twice else 1)]
        dice.shuffle(queue)
        return [self.deliver(event, to) for event in queue]


class Quiet(WSGIRequestHandler):
    """No line on the terminal for each request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        return


@contextmanager
def serve(
    clock: Callable[[], datetime] | None = None,
    *,
    secret: str = SECRET_KEY,
    webhook_secret: str = WEBHOOK_SECRET,
    seed: int = 0,
    minimum: int = 8_250,
) -> Iterator[Server]:
    """A Stripe on a free port of 127.0.0.1, with nothing in it yet.

    clock: what it goes by, the machine's if none.  seed: of its names.  minimum: of a payment, in rupiah.
    """
    server = Server(World(clock, seed, minimum), secret, webhook_secret)
    try:
        yield server
    finally:
        server.app.is_down = True
        server.stop()
