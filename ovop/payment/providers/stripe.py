"""Stripe behind the port: a hosted Checkout page, the card held until something is weighed.

The market's name for a payment is in the metadata of all that Stripe makes of it; Stripe's name for it here is the
Checkout Session's.  Amounts are multiplied by UNITS on the way out, divided on the way in, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ovop.payment.errors import ProviderRefused
from ovop.payment.providers.base import Charge, News, Opening
from ovop.payment.providers.stripe_client import UNITS, asking, client_of

if TYPE_CHECKING:
    import stripe

#: A page has to be open for half an hour, whenever it is opened (docs.stripe.com/api/checkout/sessions/create), by
#: Stripe's clock, which may be a little ahead of ours.
SHORTEST_PAGE = timedelta(minutes=32)
#: What an answer has to hold so that it tells the whole state of a payment.
_WHOLE = ["payment_intent.latest_charge"]
#: Disputes in these states have taken no money, or have given it back.  Source: docs.stripe.com/api/disputes.
_WITHOUT_MONEY = ("won", "warning_needs_response", "warning_under_review", "warning_closed", "prevented")
#: What may mean that a payment is not as it was.  Everything else that Stripe tells is not for this market.
KINDS = (
    "checkout.session.completed checkout.session.expired "
    "payment_intent.amount_capturable_updated payment_intent.payment_failed payment_intent.succeeded "
    "payment_intent.canceled charge.captured charge.refunded charge.expired charge.updated "
    "refund.created refund.updated refund.failed charge.dispute.created charge.dispute.funds_withdrawn "
    "charge.dispute.funds_reinstated charge.dispute.closed"
).split()
_LONGEST_METADATA, _LONGEST_NAME = 500, 250


class StripeProvider:
    """Implements the port (`ovop.payment.providers.base.Provider`)."""

    def __init__(self, secret_key: str, api_base: str | None = None, *, is_hurried: bool = False) -> None:
        self._key, self._base, self._is_hurried = secret_key, api_base, is_hurried

    @property
    def client(self) -> stripe.StripeClient:
        """The official library's client for this account."""
        return client_of(self._key, self._base, is_hurried=self._is_hurried)

    def begin(self, opening: Opening) -> tuple[str, str]:
        """See the port.  Raises: ProviderRefused when it was paid on an earlier page."""
        known = self._page_by_name(opening) or self._page_by_chance(opening)
        if known is not None:
            return known
        with asking("begin"):
            made = self.client.v1.checkout.sessions.create(
                _session(opening),  # type: ignore[arg-type]  # its type wants every nested key as a literal
                {"idempotency_key": f"{opening.payment_id}:begin:{opening.known_as or ''}:{opening.retries}"},
            )
        assert made.url is not None  # a page that was just opened
        return made.id, made.url

    def _page_by_name(self, opening: Opening) -> tuple[str, str] | None:
        """The page that was opened before, while it can be paid on.  Raises: ProviderRefused when it was."""
        if opening.known_as is None:
            return None
        with asking("page"):
            known = self.client.v1.checkout.sessions.retrieve(opening.known_as)
        if known.status == "complete":
            raise ProviderRefused("paid")
        return (known.id, known.url) if known.status == "open" and known.url else None

    def _page_by_chance(self, opening: Opening) -> tuple[str, str] | None:
        """An open page whose name never arrived here, when an earlier request failed: Stripe may have done it."""
        if not opening.retries:
            return None
        begun = int((opening.placed_at - timedelta(minutes=5)).timestamp())
        with asking("pages"):
            pages = self.client.v1.checkout.sessions.list({"created": {"gte": begun}, "status": "open", "limit": 100})
            for page in pages.auto_paging_iter():
                if page.url and _payment_id(page.to_dict()) == opening.payment_id:
                    return page.id, page.url
        return None

    def close(self, reference: str) -> None:
        """See the port."""
        try:
            with asking("close"):
                self.client.v1.checkout.sessions.expire(reference)
        except ProviderRefused:
            pass  # paid, or over already: both are found by looking

    def capture(self, reference: str, amount: int, key: str) -> None:
        """See the port."""
        intent = self._intent_of(reference)
        with asking("capture"):
            self.client.v1.payment_intents.capture(
                intent, {"amount_to_capture": amount * UNITS}, {"idempotency_key": key}
            )

    def void(self, reference: str, key: str) -> None:
        """See the port."""
        intent = self._intent_of(reference)
        with asking("void"):
            self.client.v1.payment_intents.cancel(intent, {}, {"idempotency_key": key})

    def refund(self, reference: str, amount: int, key: str) -> None:
        """See the port."""
        intent = self._intent_of(reference)
        with asking("refund"):
            self.client.v1.refunds.create(
                {"payment_intent": intent, "amount": amount * UNITS}, {"idempotency_key": key}
            )

    def look(self, reference: str) -> Charge:
        """See the port."""
        with asking("look"):
            session = self.client.v1.checkout.sessions.retrieve(reference, {"expand": _WHOLE})
        return self._charge(session.to_dict())

    def charges_since(self, since: datetime) -> Iterator[Charge]:
        """See the port; a page of sessions at a time."""
        with asking("list"):
            sessions = self.client.v1.checkout.sessions.list(
                {
                    "created": {"gte": int(since.timestamp())},
                    "limit": 100,
                    "expand": [f"data.{path}" for path in _WHOLE],
                }
            )
            for session in sessions.auto_paging_iter():
                yield self._charge(session.to_dict())

    def news_since(self, since: datetime) -> Iterator[News]:
        """See the port: the events that Stripe would deliver, asked for."""
        with asking("events"):
            events = self.client.v1.events.list(
                {"created": {"gte": int(since.timestamp())}, "limit": 100, "types": KINDS}
            )
            found = [news_of(event.to_dict()) for event in events.auto_paging_iter()]
        return (news for news in reversed(found) if news is not None)

    def payment_of(self, news: News) -> str:
        """See the port."""
        if news.payment_id or not news.intent:
            return news.payment_id
        try:
            with asking("intent"):
                intent = self.client.v1.payment_intents.retrieve(news.intent)
        except ProviderRefused:
            return ""
        return _payment_id(intent.to_dict())

    def find(self, intent: str) -> Charge | None:
        """See the port."""
        expand = [f"data.{path}" for path in _WHOLE]
        with asking("page of intent"):
            pages = self.client.v1.checkout.sessions.list({"payment_intent": intent, "limit": 1, "expand": expand})
        return next((self._charge(page.to_dict()) for page in pages.data), None)

    def let_go(self, intent: str, key: str) -> int:
        """See the port."""
        with asking("intent"):
            found = self.client.v1.payment_intents.retrieve(intent, {"expand": ["latest_charge"]}).to_dict()
        charge = found["latest_charge"]
        if not charge or charge["status"] != "succeeded":
            return 0
        if found["status"] == "requires_capture":
            with asking("void"):
                self.client.v1.payment_intents.cancel(intent, {}, {"idempotency_key": key})
        elif found["status"] == "succeeded" and charge["amount_refunded"] < charge["amount_captured"]:
            with asking("refund"):
                self.client.v1.refunds.create({"payment_intent": intent}, {"idempotency_key": key})
        return int(charge["amount"]) // UNITS

    def _intent_of(self, reference: str) -> str:
        """Stripe's name for the money behind a page.  Raises: ProviderRefused while nobody has paid there."""
        with asking("checkout session"):
            session = self.client.v1.checkout.sessions.retrieve(reference)
        if session.payment_intent is None:
            raise ProviderRefused("nobody has paid")
        return str(session.payment_intent)

    def _charge(self, session: dict[str, Any]) -> Charge:
        intent = session["payment_intent"] or {}
        charge = intent.get("latest_charge") or {}
        is_held = bool(charge) and charge["status"] == "succeeded"
        is_over = intent.get("status") == "canceled" or session["status"] == "expired"
        is_open = session["status"] == "open"
        return Charge(
            reference=session["id"],
            authorised=charge["amount"] // UNITS if is_held else 0,
            captured=charge["amount_captured"] // UNITS if is_held else 0,
            refunded=charge["amount_refunded"] // UNITS if is_held else 0,
            disputed=self._disputed(charge["id"]) if is_held and charge["disputed"] else 0,
            is_void=is_over,
            intent=intent.get("id", ""),
            is_open=is_open,
            is_declined=is_open and bool(intent.get("last_payment_error")),
            capture_before=_capture_before(charge),
            payment_id=_payment_id(session),
            created_at=datetime.fromtimestamp(session["created"], UTC),
        )

    def _disputed(self, charge: str) -> int:
        """Rupiah of a charge that buyers' banks hold now."""
        with asking("disputes"):
            disputes = self.client.v1.disputes.list({"charge": charge, "limit": 100})
            return sum(
                dispute.amount // UNITS
                for dispute in disputes.auto_paging_iter()
                if dispute.status not in _WITHOUT_MONEY
            )


def news_of(event: dict[str, Any]) -> News | None:
    """What an event says of one of our payments; none for what this market has nothing to do with.

    Only that there is news: what is true now is looked up, so that late and repeated events do no harm.
    """
    if event.get("type") not in KINDS:
        return None
    thing = event["data"]["object"]
    intent = thing["id"] if thing.get("object") == "payment_intent" else thing.get("payment_intent")
    payment_id = _payment_id(thing)
    if not payment_id and not intent:
        return None
    return News(
        id=str(event["id"]),
        kind=str(event["type"]),
        created_at=datetime.fromtimestamp(event["created"], UTC),
        payment_id=payment_id,
        intent=str(intent or ""),
    )


def _session(opening: Opening) -> dict[str, Any]:
    """The page's parameters: the same for the same opening, or the key under which it is asked for would not fit.

    Its end is counted from the checkout's own, since a page opened at the last moment must be open long enough; it
    is closed when the checkout expires.
    """
    orders = ", ".join(opening.orders)
    metadata = {
        "payment": opening.payment_id,
        "checkout": opening.checkout_id,
        "orders": orders[:_LONGEST_METADATA],
        "page": opening.back_to[:_LONGEST_METADATA],
    }
    name = ("Pesanan " if opening.language == "id" else "Order ") + orders
    joint = "&" if "?" in opening.back_to else "?"
    return {
        "mode": "payment",
        "line_items": [
            {
                "price_data": {
                    "currency": "idr",
                    "unit_amount": opening.amount * UNITS,
                    "product_data": {"name": name[:_LONGEST_NAME]},
                },
                "quantity": 1,
            }
        ],
        "payment_intent_data": {"capture_method": "manual", "description": name[:_LONGEST_NAME], "metadata": metadata},
        "metadata": metadata,
        "client_reference_id": opening.checkout_id,
        "success_url": f"{opening.back_to}{joint}back=paid",
        "cancel_url": f"{opening.back_to}{joint}back=unpaid",
        "expires_at": int((opening.expires_at + SHORTEST_PAGE).timestamp()),
        "locale": opening.language,
    }


def _capture_before(charge: dict[str, Any]) -> datetime | None:
    card = (charge.get("payment_method_details") or {}).get("card") or {}
    until = card.get("capture_before")
    return datetime.fromtimestamp(until, UTC) if until else None


def _payment_id(thing: dict[str, Any]) -> str:
    """The market's name for the payment that something of Stripe's belongs to, "" when it is not the market's."""
    return str((thing.get("metadata") or {}).get("payment", ""))
