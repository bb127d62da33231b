"""The server: what happens to a request before and after the call it asks for."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from . import checkout, expanding, hosted, payments, routes
from .errors import StripeError, bad_parameter
from .faults import Fault, Faults
from .forms import nested
from .idempotency import Keys
from .records import Json
from .world import API_VERSION, World

#: Faults that happen before Stripe has looked at the request.
SILENT = {Fault.REFUSED, Fault.STALLED}
BEFORE = {Fault.AWAY: (503, "api_error"), Fault.RATE_LIMITED: (429, "invalid_request_error")}


class Unanswered(Exception):
    """The connection is to close without a word."""


@dataclass(frozen=True)
class Seen:
    """A request as the log keeps it.  status: of the answer; none where there was none."""

    call: str
    parameters: Json
    key: str | None
    fault: Fault | None
    status: int | None


class App:
    """A WSGI application: the API under /v1 and the pages people see."""

    def __init__(self, world: World, secret: str) -> None:
        self.world, self.secret = world, secret
        self.keys = Keys()
        self.faults = Faults()
        self.log: list[Seen] = []
        self.is_down = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        try:
            if self.is_down:
                raise Unanswered
            response = self.answer(request)
        except Unanswered:
            hang_up(environ)
            start_response("500 Unanswered", [])
            return [b""]
        return response(environ, start_response)

    def answer(self, request: Request) -> Response:
        """The answer to any request."""
        if not request.path.startswith("/v1/"):
            with self.world.lock:
                self.catch_up()
                return hosted.show(self.world, request)
        call = f"{request.method} {request.path}"
        fault = self.faults.next(call)
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        text = request.get_data(as_text=True) if request.method == "POST" else request.query_string.decode()
        status: int | None = None
        try:
            if fault in SILENT:
                time.sleep(self.faults.seconds if fault is Fault.STALLED else 0)
                raise Unanswered
            with self.world.lock:
                number = self.world.new_id("req_", 14)
            status, body, is_replay = self.execute(request, text, key, fault, number)
            if fault is Fault.LOST:
                status = None
                raise Unanswered
        finally:
            self.log.append(Seen(call, dict(_logged(text)), key, fault, status))
        return self.respond(status, body, key, is_replay, number)

    def respond(self, status: int, body: Json, key: str | None, is_replay: bool, number: str) -> Response:
        """docs.stripe.com/api/request_ids: each answer carries its request's name."""
        headers = {"Request-Id": number, "Stripe-Version": API_VERSION}
        if key:
            headers |= {"Idempotency-Key": key} | ({"Idempotent-Replayed": "true"} if is_replay else {})
        if status == 429:
            headers["Retry-After"] = "1"
        if status == 500:
            headers["Stripe-Should-Retry"] = "false"  # a retry under the key would only hear the same again
        return Response(json.dumps(body, indent=2) + "\n", status, headers, content_type="application/json")

    def execute(
        self, request: Request, text: str, key: str | None, fault: Fault | None, number: str
    ) -> tuple[int, Json, bool]:
        """(status, body, whether it is a replay).  The steps are in Stripe's order."""
        account: str | None = None
        began = False
        try:
            if fault in BEFORE:  # "rate limiting runs before the idempotency layer": docs.stripe.com/error-low-level
                status, kind = BEFORE[fault]
                raise StripeError(str(fault), status=status, type=kind, was_executed=False)
            self.authenticate(request)
            account = self.account(request)
            call, names = routes.find(request.method, request.path)
            raw = nested(text)
            with self.world.lock:
                self.catch_up()
                if key is not None:
                    kept = self.keys.find(account, key, (request.method, request.path, raw), self.world.now())
                    if kept is not None:
                        return *kept, True
                given = call.takes.read(raw)
                expanding.check(given.get("expand", []))
                if key is not None:
                    self.keys.begin(account, key, (request.method, request.path, raw), self.world.now())
                    began = True
            answer = self.act(call, given, names, fault, number, key)
        except StripeError as refusal:
            answer = refusal.status, refusal.body
            if not refusal.was_executed:
                if began:
                    self.keys.forget(account, str(key))
                return *answer, False
        if began:
            self.keys.keep(account, str(key), answer)
        return *answer, False

    def act(
        self, call: routes.Call, given: Json, names: tuple[str, ...], fault: Fault | None, number: str, key: str | None
    ) -> tuple[int, Json]:
        """The endpoint itself."""
        broken = 500, {"error": {"type": "api_error", "message": "An unknown error occurred"}}
        if fault is Fault.BROKEN:
            return broken
        if fault is Fault.SLOW:
            time.sleep(self.faults.seconds)  # outside the lock: others go on meanwhile, the same key gets a 409
        with self.world.lock:
            self.catch_up()
            self.world.request = {"id": number, "idempotency_key": key}
            try:
                body = call.act(self.world, {name: value for name, value in given.items() if name != "expand"}, *names)
                body = expanding.expand(self.world, body, given.get("expand", []))
            finally:
                self.world.request = {"id": None, "idempotency_key": None}
        return broken if fault is Fault.BROKEN_AFTER else (200, body)

    def catch_up(self) -> None:
        """What the time has ended since is ended."""
        checkout.lapse(self.world)
        payments.lapse(self.world)

    def authenticate(self, request: Request) -> None:
        """docs.stripe.com/api/authentication: the secret key as a bearer token, 401 for any other."""
        given = request.headers.get("Authorization", "")
        if given != f"Bearer {self.secret}":
            hidden = given.removeprefix("Bearer ")[:8] + "***"
            message = f"Invalid API Key provided: {hidden}" if given else "You did not provide an API key."
            raise StripeError(message, status=401, was_executed=False)

    def account(self, request: Request) -> str | None:
        """The connected account a call is made for: docs.stripe.com/connect/authentication.

        Raises: a StripeError 403 account_invalid for one that is not connected (docs.stripe.com/error-codes).
        """
        name = request.headers.get("Stripe-Account")
        if name is not None and name not in self.world.accounts:
            raise StripeError(
                f"The provided key does not have access to account '{name}' (or that account does not exist).",
                status=403,
                code="account_invalid",
                was_executed=False,
            )
        if name is not None:
            raise bad_parameter("Calls on behalf of a connected account are not played here.", "Stripe-Account")
        return name


def _logged(text: str) -> Json:
    """The parameters as far as they can be read."""
    try:
        return nested(text)
    except StripeError:
        return {"unreadable": text}


def hang_up(environ: dict[str, Any]) -> None:
    """The connection is closed; the client sees no answer at all."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
