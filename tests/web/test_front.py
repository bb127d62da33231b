"""The front: what is given again before the application wakes up, to whom, and until when."""

from __future__ import annotations

import gzip
import logging
import re
import threading
from collections.abc import Iterator
from itertools import count
from typing import Any

import brotli
import pytest
from apiflask import APIFlask
from flask import session
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from ovop.db import write
from ovop.db.stamp import Stamp
from ovop.kernel import days
from ovop.stock.models import Catch, Movement, PriceChange
from ovop.stock.operations import change_catch
from ovop.stock.rules import CatchChanges
from ovop.web import front, security
from ovop.web.front import Answer, Answers
from tests.conftest import Clock
from tests.make import accounts, market

NOTHING = front.Source(lambda _: None, None)
_stamps = count(1)


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    accounts.demo_buyer()
    return market.shop()


@pytest.fixture
def lot(shop: market.Shop) -> int:
    return market.catch(shop)


@pytest.fixture
def woken(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths for which the application behind the front is woken."""
    behind, paths = app.wsgi_app._behind, []  # type: ignore[attr-defined]

    def note(environ: dict[str, Any], start_response: Any) -> Any:
        paths.append(environ["PATH_INFO"])
        return behind(environ, start_response)

    monkeypatch.setattr(app.wsgi_app, "_behind", note)
    return paths


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing changes: on PostgreSQL whoever else writes on the same server would change the stamp."""
    stamp = Stamp(f"quiet {next(_stamps)}", -next(_stamps))
    monkeypatch.setattr("ovop.web.front.stamp_of", lambda _engine: stamp)
    monkeypatch.setattr("ovop.web.shop.kept_pages.stamp_of", lambda _engine: stamp)


def read(answer: TestResponse) -> str:
    """The page in an answer, unpacked."""
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(answer.headers.get("Content-Encoding", ""), bytes)
    return str(unpack(answer.get_data()).decode())


def without_token(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def ask(app: APIFlask, path: str = "/", **headers: str) -> TestResponse:
    """A visitor whom nobody has seen before."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client(use_cookies=False).get(path, headers=named)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("path", ["/", "/?q=udang", "/en/", f"/desa/{accounts.TENGKURAK}", "/desa", "/peta"])
def test_an_unchanged_page_is_given_again_without_the_application(
    app: APIFlask, lot: int, woken: list[str], path: str
) -> None:
    first, second = ask(app, path), ask(app, path)
    assert len(woken) == 1
    assert second.get_data() == first.get_data()
    own = {"X-Request-Id"}
    assert [pair for pair in second.headers if pair[0] not in own] == [
        pair for pair in first.headers if pair[0] not in own
    ]
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


def test_a_change_is_seen_at_once(app: APIFlask, shop: market.Shop, lot: int) -> None:
    ask(app)
    for price in (81_000, 82_000, 83_000):
        write(change_catch, lot, CatchChanges(unit_price=price), shop.clerk, days.now())
        written = f"{price // 1000}.000"
        assert written in ask(app).text
        assert written in ask(app).text


def test_a_minute_later_the_page_is_made_anew(app: APIFlask, lot: int, clock: Clock, woken: list[str]) -> None:
    ask(app)
    clock.forward(seconds=60)
    ask(app)
    assert len(woken) == 2


def test_a_page_that_is_made_while_something_changes_is_not_given_as_newer(
    app: APIFlask, shop: market.Shop, lot: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stamp is read before the rows: a change between the two makes the page newer than its stamp, never older."""
    behind = app.wsgi_app._behind  # type: ignore[attr-defined]

    def change_meanwhile(environ: dict[str, Any], start_response: Any) -> Any:
        answered = behind(environ, start_response)
        write(change_catch, lot, CatchChanges(unit_price=77_000), shop.clerk, days.now())
        return answered

    with monkeypatch.context() as patch:
        patch.setattr(app.wsgi_app, "_behind", change_meanwhile)
        assert "77.000" not in ask(app).text
    assert "77.000" in ask(app).text


@pytest.mark.usefixtures("quiet")
def test_whoever_brings_something_of_their_own_gets_through(app: APIFlask, lot: int, woken: list[str]) -> None:
    ask(app)
    ask(app, Cookie="session=x")
    ask(app, Authorization="Bearer abc")
    ask(app, Range="bytes=0-10")
    app.test_client().head("/")
    app.test_client().post("/")
    assert len(woken) == 6
    ask(app)
    assert len(woken) == 6


@pytest.mark.usefixtures("quiet")
def test_what_somebody_with_a_basket_sees_is_not_given_to_others(app: APIFlask, lot: int) -> None:
    buyer = app.test_client()
    buyer.post("/belanja/tambah", data={"catch": lot, "quantity": "1 kg"})
    assert "ada di belanjaanmu" in buyer.get("/").text
    assert "Lihat belanja" in buyer.get("/").text
    for _ in range(2):
        assert "Lihat belanja" not in ask(app).text
        assert "ada di belanjaanmu" not in ask(app).text
    assert "Lihat belanja" in buyer.get("/").text


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("encoding", ["", "gzip", "gzip, br", "br"])
def test_every_new_visitor_gets_a_cookie_and_a_token_of_their_own(
    app: APIFlask, lot: int, woken: list[str], encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    visitors, pages = [app.test_client() for _ in range(3)], []
    for visitor in visitors:
        answer = visitor.get(f"/hasil/{lot}", headers={"Accept-Encoding": encoding})
        assert "Cookie" in answer.headers["Vary"]
        assert len(answer.headers.getlist("Set-Cookie")) == 1
        assert int(answer.headers["Content-Length"]) == len(answer.get_data())
        pages.append(read(answer))
    assert len(woken) == (3 if encoding == "br" else 1)
    tokens = [re.findall(r'name="csrf_token" value="([^"]+)"', page) for page in pages]
    assert [len(found) for found in tokens] == [1, 1, 1]
    assert len({found[0] for found in tokens}) == 3
    assert len({without_token(page) for page in pages}) == 1
    cookies = [visitor.get_cookie("session") for visitor in visitors]
    assert len({cookie.value for cookie in cookies if cookie}) == 3
    assert len({(cookie.path, cookie.http_only, cookie.same_site, cookie.secure) for cookie in cookies if cookie}) == 1
    for visitor, found in zip(visitors, tokens, strict=True):
        form = {"csrf_token": found[0], "catch": lot, "quantity": "1 kg"}
        assert visitor.post("/belanja/tambah", data=form).status_code == 302
        form["csrf_token"] = tokens[visitors.index(visitor) - 1][0]
        assert visitor.post("/belanja/tambah", data=form).status_code == 400


@pytest.mark.usefixtures("quiet")
def test_an_answer_with_a_cookie_that_says_more_is_never_given_again(
    app: APIFlask, lot: int, woken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    generate = security.generate_csrf

    def remember_more() -> str:
        session["seen"] = "once"
        return str(generate())

    monkeypatch.setattr(security, "generate_csrf", remember_more)
    for _ in range(2):
        ask(app, f"/hasil/{lot}")
    assert len(woken) == 2


def test_a_change_elsewhere_costs_a_query_and_not_the_application(
    app: APIFlask, shop: market.Shop, lot: int, woken: list[str]
) -> None:
    other = market.catch(shop, landed_at=days.now())
    paths = [f"/hasil/{lot}", "/?q=tidakada", "/en/desa"]
    first = [read(ask(app, path)) for path in paths]
    for price in (91_000, 92_000):
        write(change_catch, other, CatchChanges(unit_price=price), shop.clerk, days.now())
        for path, before in zip(paths, first, strict=True):
            assert without_token(read(ask(app, path))) == without_token(before)
    assert len(woken) == len(paths)
    write(change_catch, lot, CatchChanges(unit_price=93_000), shop.clerk, days.now())
    assert "93.000" in ask(app, f"/hasil/{lot}").text


def test_a_lot_that_is_gone_is_gone_for_the_front_as_well(app: APIFlask, shop: market.Shop, lot: int) -> None:
    assert ask(app, f"/hasil/{lot}").status_code == 200
    write(lambda session: [session.execute(model.__table__.delete()) for model in (Movement, PriceChange, Catch)])
    assert ask(app, f"/hasil/{lot}").status_code == 404


@pytest.mark.usefixtures("quiet")
def test_pages_that_are_nobodys_business_are_not_kept(app: APIFlask, lot: int, woken: list[str]) -> None:
    for path in ("/masuk", "/belanja", "/healthz", "/api/v1/catches", "/tidak-ada", "/desa/99.99.99.9999"):
        del woken[:]
        ask(app, path)
        ask(app, path)
        assert len(woken) == 2, path


@pytest.mark.usefixtures("quiet")
def test_each_encoding_and_language_has_its_own_answer(app: APIFlask, lot: int) -> None:
    for _ in range(2):
        plain = ask(app)
        packed = ask(app, Accept_Encoding="gzip")
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert gzip.decompress(packed.get_data()) == plain.get_data()
        assert read(ask(app, Accept_Encoding="br")) == plain.text
        assert '<html lang="en">' in ask(app, "/en/").text
        assert '<html lang="id">' in ask(app, "/", Accept_Language="en").text


@pytest.mark.usefixtures("quiet")
def test_strangers_cannot_put_their_host_into_others_pages(app: APIFlask, lot: int) -> None:
    for _ in range(2):
        assert "asing.example" in ask(app, Host="asing.example").text
        assert "asing.example" not in ask(app).text
        assert "asing.example" not in ask(app, X_Forwarded_Host="asing.example", X_Forwarded_Proto="https").text
        assert "asing.example" not in ask(app).text


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Accept-Encoding"])
def test_all_that_a_proxy_says_of_the_address_tells_answers_apart(app: APIFlask, name: str) -> None:
    variable = f"HTTP_{name.upper().replace('-', '_')}"
    plain = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.url_scheme": "http", variable: "one"}
    assert front._key(plain) == front._key(dict(plain))
    assert front._key(plain) != front._key(plain | {variable: "other"})
    assert front._key(plain) != front._key(plain | {"QUERY_STRING": "one"})


@pytest.mark.usefixtures("quiet")
def test_a_browser_that_has_the_page_is_told_so(app: APIFlask, lot: int, woken: list[str]) -> None:
    first = ask(app, Accept_Encoding="gzip")
    tag = first.headers["ETag"]
    for asked in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
        again = ask(app, Accept_Encoding="gzip", If_None_Match=asked)
        assert (again.status_code, again.get_data()) == (304, b"")
        assert again.headers["ETag"] == tag
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
        assert "Content-Encoding" not in again.headers
        assert "Content-Length" not in again.headers
        assert "Content-Security-Policy" in again.headers
    other = ask(app, Accept_Encoding="gzip", If_None_Match='W/"of-yesterday"')
    assert (other.status_code, other.get_data()) == (200, first.get_data())
    assert len(woken) == 1


@pytest.mark.usefixtures("quiet")
def test_requests_are_named_counted_and_logged_as_if_the_application_had_answered(
    app: APIFlask, client: FlaskClient, lot: int, woken: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def counted() -> int:
        line = 'ovop_requests_total{endpoint="shop.catalogue",method="GET",status="200"} '
        return sum(int(each.removeprefix(line)) for each in client.get("/metrics").text.splitlines() if line in each)

    ask(app)
    before = counted()
    del woken[:]
    caplog.clear()
    with caplog.at_level(logging.INFO, "ovop.requests"):
        answer = ask(app, X_Request_Id="abcdef-123456")
    assert woken == []
    assert answer.headers["X-Request-Id"] == "abcdef-123456"
    assert len(answer.headers.getlist("X-Request-Id")) == 1
    [line] = [record for record in caplog.records if record.name == "ovop.requests"]
    said = vars(line)
    assert (said["request"], said["method"], said["endpoint"]) == ("abcdef-123456", "GET", "shop.catalogue")
    assert (said["status"], said["ms"] >= 0) == (200, True)
    assert counted() == before + 1
    assert ask(app, X_Request_Id="a\tb").headers["X-Request-Id"] != "a\tb"


@pytest.mark.usefixtures("quiet")
def test_a_database_that_is_away_is_the_applications_to_word(
    app: APIFlask, lot: int, woken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(app)

    def away(_engine: object) -> Stamp:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr("ovop.web.front.stamp_of", away)
    assert ask(app).status_code == 200  # it has found the database again
    assert len(woken) == 2


@pytest.mark.usefixtures("quiet")
def test_only_addresses_of_a_reasonable_length_are_kept(app: APIFlask, lot: int, woken: list[str]) -> None:
    for path in ("/?x=" + "x" * front.LONGEST_KEY, "/?x=1"):
        ask(app, path)
        ask(app, path)
    assert len(woken) == 3


@pytest.mark.parametrize(
    ("status", "headers", "is_kept"),
    [
        ("200 OK", [("Vary", "Accept-Encoding, Cookie")], True),
        ("200 OK", [("Vary", "Accept-Encoding"), ("vary", "Cookie")], True),
        ("200 OK", [("Vary", "Accept-Language")], False),
        ("200 OK", [("Vary", "*")], False),
        ("206 PARTIAL CONTENT", [], False),
        ("404 NOT FOUND", [], False),
    ],
)
def test_an_answer_says_itself_what_it_depends_on(status: str, headers: front.Headers, is_kept: bool) -> None:
    assert front._is_whole_page(status, headers) is is_kept


def test_the_answers_of_many_threads_are_their_own(app: APIFlask, shop: market.Shop, lot: int) -> None:
    wrong: list[str] = []

    def visit(query: str) -> None:
        for _ in range(20):
            with app.app_context():
                page = ask(app, f"/?x={query}").text
            if f'href="/en/?x={query}"' not in page:
                wrong.append(query)

    threads = [threading.Thread(target=visit, args=(query,)) for query in ("udang", "windu", "ikan", "segar")]
    for thread in threads:
        thread.start()
    for price in range(60_000, 64_000, 1_000):
        write(change_catch, lot, CatchChanges(unit_price=price), shop.clerk, days.now())
    for thread in threads:
        thread.join()
    assert wrong == []
    assert "63.000" in ask(app, "/?x=udang").text


def answers_of(size: int) -> Iterator[tuple[front.Key, Answer]]:
    for number in count():
        yield (str(number),), Answer(Stamp("", 0), NOTHING, days.now(), "page", [], None, bytes(size))


def test_answers_make_room_for_newer_ones() -> None:
    kept = Answers(room=10 * (front.BESIDE + 1_002))
    made = answers_of(1_000)
    for _, (key, answer) in zip(range(10), made, strict=False):
        kept.keep(key, answer)
    assert kept.find(("0",)) is not None
    kept.keep(*next(made))
    assert kept.find(("0",)) is not None
    assert kept.find(("1",)) is None
    for _ in range(3):
        kept.keep(("0",), next(made)[1])
    assert kept.find(("2",)) is not None
    kept.keep(*next(answers_of(100_000)))
    assert len(kept.find(("0",)).body) == 1_000  # type: ignore[union-attr]
