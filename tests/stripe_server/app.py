"""The WSGI application: requests in, answers out, and connections that break on the way."""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from . import hosted
from .api import Answer, Api, Asked
from .errors import StripeError
from .faults import Fault, Faults
from .forms import nested
from .records import Json
from .world import API_VERSION, World


class Unanswered(Exception):
    """The connection is to close without a word."""


@dataclass(frozen=True)
class Seen:
    """A request as the log keeps it.  status: of the answer; none where none was heard."""

    call: str
    parameters: Json
    key: str | None
    account: str | None
    fault: Fault | None
    status: int | None


class App:
    """The API under /v1 and the pages people see."""

    def __init__(self, world: World, secret: str) -> None:
        self.world = world
        self.api = Api(world, secret)
        self.faults = Faults()
        self.log: list[Seen] = []
        self.is_down = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        try:
            if self.is_down:
                raise Unanswered
            response = self.respond(request)
        except Unanswered:
            hang_up(environ)
            start_response("500 Unanswered", [])
            return [b""]
        return response(environ, start_response)

    def respond(self, request: Request) -> Response:
        """The answer to any request.  Raises: Unanswered."""
        if request.path.startswith("/v1/"):
            return self._call(request)
        with self.world.lock:
            self.api.catch_up()
            return hosted.show(self.world, request)

    def _call(self, request: Request) -> Response:
        is_post = request.method == "POST"
        asked = Asked(
            request.method,
            request.path,
            request.get_data(as_text=True) if is_post else request.query_string.decode(),
            request.headers.get("Authorization", ""),
            request.headers.get("Stripe-Version"),
            request.headers.get("Idempotency-Key") if is_post else None,  # "no effect" on the others
            request.headers.get("Stripe-Account"),
        )
        fault, seconds = self.faults.next(f"{asked.method} {asked.path}")
        if fault is Fault.STALLED:
            time.sleep(seconds)
        if fault in {Fault.REFUSED, Fault.STALLED}:
            self._log(asked, fault, None)
            raise Unanswered
        with self.world.lock:
            number = self.world.new_id("req_", 14)
        answer = self.api.answer(asked, number, fault, seconds)
        self._log(asked, fault, None if fault is Fault.LOST else answer.status)
        if fault is Fault.LOST:
            raise Unanswered
        return Response(
            json.dumps(answer.body, indent=2) + "\n",
            answer.status,
            _headers(answer, number, asked.key),
            content_type="application/json",
        )

    def _log(self, asked: Asked, fault: Fault | None, status: int | None) -> None:
        try:
            parameters: Json = dict(nested(asked.text))
        except StripeError:
            parameters = {"unreadable": asked.text}
        call = f"{asked.method} {asked.path}"
        self.log.append(Seen(call, parameters, asked.key, asked.account, fault, status))


def _headers(answer: Answer, number: str, key: str | None) -> dict[str, str]:
    """docs.stripe.com/api/request_ids, docs.stripe.com/api/idempotent_requests, docs.stripe.com/rate-limits."""
    headers = {"Request-Id": number, "Stripe-Version": API_VERSION}
    if key:
        headers["Idempotency-Key"] = key
    if answer.is_replay:
        headers["Idempotent-Replayed"] = "true"
    if answer.status == 429:
        headers["Retry-After"] = "1"
    if answer.status == 500:
        headers["Stripe-Should-Retry"] = "false"  # under its key it would only hear the same again
    return headers


def hang_up(environ: dict[str, Any]) -> None:
    """The connection is closed; the client sees no answer at all, if it still waits for one."""
    connection: socket.socket = environ["werkzeug.socket"]
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
