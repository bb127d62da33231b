"""Those who call a running market: programs with a token, and browsers with cookies."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from typing import Any, TypeVar
from urllib.parse import urlencode

from apiflask import APIFlask

from ovop.accounts.rules import Actor
from tests.make import accounts

T = TypeVar("T")
API = "/api/v1"


class Away(Exception):
    """No answer came: nobody can know whether the request was carried out."""


@dataclass(frozen=True)
class Reply:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    @property
    def outcome(self) -> str:
        """The status where it went well, else the stable name of the problem."""
        if self.status < 400:
            return str(self.status)
        assert self.headers["Content-Type"] == "application/problem+json", self
        return str(self.json["type"]).removeprefix("urn:ovop:problem:")


def exchange(
    port: int,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: float = 90,
) -> Reply:
    """One request on a connection of its own.  Raises: Away."""
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers, answer.read())
    except (OSError, HTTPException) as error:
        raise Away from error
    finally:
        connection.close()


@dataclass(frozen=True)
class Program:
    """A program that calls the API on behalf of one account."""

    port: int
    token: str

    def get(self, path: str) -> Reply:
        """Raises: Away."""
        return exchange(self.port, "GET", API + path, {"Authorization": f"Bearer {self.token}"})

    def post(self, path: str, body: object, key: str | None = None) -> Reply:
        """Raises: Away."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return exchange(self.port, "POST", API + path, headers, json.dumps(body).encode())


@dataclass
class Browser:
    """A browser without script, signed in or not; `tap` may be called by several threads at once."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Reply:
        """The page.  Raises: Away."""
        return self._keep(exchange(self.port, "GET", path, self._headers()))

    def post(self, path: str, fields: Mapping[str, object]) -> Reply:
        """The form's answer; its cookies are kept.  Raises: Away."""
        return self._keep(self.tap(path, fields))

    def tap(self, path: str, fields: Mapping[str, object]) -> Reply:
        """As `post`, without waiting for what the answer would change in the browser.  Raises: Away."""
        headers = {**self._headers(), "Content-Type": "application/x-www-form-urlencoded"}
        return exchange(self.port, "POST", path, headers, urlencode(fields).encode())

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _keep(self, reply: Reply) -> Reply:
        for name, value in reply.headers.items():
            if name.lower() == "set-cookie":
                cookie, _, text = value.partition(";")[0].partition("=")
                self.cookies[cookie] = text
        return reply


def program(port: int, actor: Actor) -> Program:
    """A program of `actor`'s; within the market's application context."""
    return Program(port, accounts.token(actor))


def browser(port: int, app: APIFlask, actor: Actor) -> Browser:
    """A browser in which `actor` is signed in; within the market's application context."""
    client = app.test_client()
    accounts.sign_in(client, actor)
    cookie = client.get_cookie("session")
    assert cookie is not None
    return Browser(port, {"session": cookie.value})


def hidden(page: Reply) -> dict[str, str]:
    """Names and values of the hidden fields of a page's forms; those of the last form that has a name."""
    reader = _Hidden()
    reader.feed(page.body.decode())
    return reader.found


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.found[str(given["name"])] = given.get("value") or ""


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Runs all of `acts` at the same moment, each in a thread of its own; answers what they answered, in order."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        gate.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
