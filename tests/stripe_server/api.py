"""The way of a request through Stripe: who asks, what, asked before, and then the call itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from . import checkout, expanding, payments, refunds, routes
from .errors import StripeError, bad_parameter
from .faults import Fault
from .forms import nested
from .idempotency import Keys, Sent
from .records import Json
from .world import API_VERSION, World


@dataclass(frozen=True)
class Asked:
    """A request.  text: its parameters as they came; account: the connected account it is made for."""

    method: str
    path: str
    text: str
    authorization: str
    version: str | None = None
    key: str | None = None
    account: str | None = None


@dataclass(frozen=True)
class Answer:
    """A status and a body; is_replay: given before, under the same key."""

    status: int
    body: Json
    is_replay: bool = False


#: docs.stripe.com/error-low-level#server-errors: "treat the result of a 500 request as indeterminate".
BROKEN = Answer(500, {"error": {"type": "api_error", "message": "An unknown error occurred"}})


class Api:
    """Everything under /v1."""

    def __init__(self, world: World, secret: str) -> None:
        self.world, self.secret = world, secret
        self.keys = Keys()

    def answer(self, asked: Asked, number: str, fault: Fault | None = None, seconds: float = 0) -> Answer:
        """What Stripe answers.  number: of the request; fault, seconds: how it fails meanwhile, if it does."""
        try:
            self._refuse_at_once(fault)
            self._authenticate(asked)
            self._check_version(asked.version)
            call, names = routes.find(asked.method, asked.path)
            self._check_account(asked.account, call)
            raw = nested(asked.text)
            sent = Sent(asked.account, asked.key, asked.method, asked.path, raw)
            with self.world.lock:
                self.catch_up()
                kept: Answer | None = self.keys.find(sent, self.world.now())
                if kept is not None:
                    return Answer(kept.status, kept.body, is_replay=True)
                given = call.takes.read(raw)
                expand = given.pop("expand", [])
                expanding.check(expand)
                self.keys.begin(sent, self.world.now())
        except StripeError as refusal:
            return Answer(refusal.status, refusal.body)
        if fault is Fault.SLOW:
            time.sleep(seconds)  # outside the lock: others go on meanwhile, and the same key gets a 409
        answer = BROKEN
        if fault is not Fault.BROKEN:
            answer = self._execute(partial(call.act, self.world, given, *names), expand, sent, number)
        if fault is Fault.BROKEN_AFTER:
            answer = BROKEN
        self.keys.keep(sent, answer)
        return answer

    def _execute(self, act: Callable[[], Json], expand: list[str], sent: Sent, number: str) -> Answer:
        """The endpoint itself: its object, or its refusal, which a key keeps as well."""
        with self.world.lock, self.world.asked_by(number, sent.key, sent.account):
            self.catch_up()
            try:
                return Answer(200, expanding.expand(self.world, act(), expand))
            except StripeError as refusal:
                return Answer(refusal.status, refusal.body)

    def catch_up(self) -> None:
        """What the time has ended since is ended, in its order and as of its moment."""
        due = [*checkout.lapsing(self.world), *payments.lapsing(self.world)]
        self.world.catch_up(due)
        refunds.settle(self.world)

    def _refuse_at_once(self, fault: Fault | None) -> None:
        """docs.stripe.com/error-low-level#idempotency: "rate limiters run before the API's idempotency layer"."""
        if fault is Fault.AWAY:
            raise StripeError(fault, status=503, type="api_error")
        if fault is Fault.RATE_LIMITED:
            raise StripeError(fault, status=429, code="rate_limit")

    def _authenticate(self, asked: Asked) -> None:
        """docs.stripe.com/api/authentication: the secret key as a bearer token, 401 for any other."""
        if asked.authorization != f"Bearer {self.secret}":
            hidden = asked.authorization.removeprefix("Bearer ")[:8] + "***"
            raise StripeError(f"Invalid API Key provided: {hidden}", status=401)

    def _check_version(self, version: str | None) -> None:
        """docs.stripe.com/api/versioning; other versions have other shapes, which are not played."""
        if version not in {None, API_VERSION}:
            raise bad_parameter(f"Only version {API_VERSION} is played here, not {version}.", "Stripe-Version")

    def _check_account(self, account: str | None, call: routes.Call) -> None:
        """docs.stripe.com/connect/authentication; an account that is not connected is a 403 account_invalid."""
        if account is None:
            return
        if account not in self.world.accounts:
            message = f"The provided key does not have access to account '{account}' (or it does not exist)."
            raise StripeError(message, status=403, code="account_invalid")
        if not call.is_for_accounts:
            raise bad_parameter("This call is not played on behalf of a connected account.", "Stripe-Account")
