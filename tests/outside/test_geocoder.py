"""Finding places: numbers, the gazetteer, and servers that answer, lie far off, err or do not answer."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from ovop.kernel.geo import Place
from ovop.outside import geocoder
from ovop.outside.geocoder import Finding, PlaceKind, find_places
from ovop.villages.gazetteer import gazetteer
from ovop.villages.shapes import on_map

Answer = Callable[[str], tuple[int, object]]


class Server:
    """A geocoder on this machine; `answer` turns the text into status and JSON."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Answer = lambda _text: (200, [])
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                text = parse_qs(urlsplit(self.path).query)["q"][0]
                outer.asked.append(text)
                status, found = outer.answer(text)
                body = json.dumps(found).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Tests stay quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    geocoder._answers.cache_clear()
    geocoder._resting.clear()
    server = Server()
    yield server
    server.close()


def find(text: str, server: str | None = None) -> Finding:
    return find_places(text, gazetteer=gazetteer(), server=server, within=on_map)


def nominatim(latitude: float, longitude: float, name: str = "Alun-alun Ciruas") -> list[dict[str, object]]:
    return [{"lat": str(latitude), "lon": str(longitude), "display_name": name}]


@pytest.mark.parametrize(
    "typed",
    [
        "-6.1, 106.2",
        "-6.1,106.2",
        "106.2,-6.1",
        "(−6.1, 106.2)".replace("−", "-"),
        "-6,1 106,2",
        "106.2 6.1",
        "6.1;106.2",
    ],
)
def test_numbers_are_a_point_in_either_order(typed: str) -> None:
    (found,) = find(typed).places
    assert (found.kind, found.place) == (PlaceKind.POINT, Place(-6.1, 106.2))


@pytest.mark.parametrize("typed", ["0,0", "51.5, -0.1", "12,13", "-6.1, 108"])
def test_a_point_elsewhere_on_earth_is_said_to_be_beyond(typed: str) -> None:
    assert find(typed) == Finding((), is_beyond=True)


@pytest.mark.parametrize("typed", ["", "  ", "999,999", "1,2,3,4", "zzzzqq"])
def test_what_is_no_place_finds_nothing(typed: str) -> None:
    assert find(typed).places == ()


def test_without_a_server_the_gazetteer_answers() -> None:
    finding = find("desa lontar tirtayasa")
    assert (finding.places[0].name, finding.is_fallback) == ("Lontar, Tirtayasa", False)


def test_a_server_is_asked_once_for_the_same_text(server: Server) -> None:
    server.answer = lambda _text: (200, nominatim(-6.11, 106.24))
    for _ in range(2):
        (found,) = find("alun-alun ciruas", server.url).places
        assert (found.kind, found.place, found.name) == (
            PlaceKind.ADDRESS,
            Place(-6.11, 106.24),
            "Alun-alun Ciruas",
        )
    assert server.asked == ["alun-alun ciruas"]


def test_photon_is_understood_too(server: Server) -> None:
    feature = {
        "geometry": {"coordinates": [106.24, -6.11]},
        "properties": {"name": "Alun-alun Ciruas", "city": "Serang"},
    }
    server.answer = lambda _text: (200, {"features": [feature]})
    (found,) = find("alun-alun ciruas", f"{server.url}/photon").places
    assert found.place == Place(-6.11, 106.24)
    assert "Alun-alun Ciruas" in found.name


def test_places_outside_the_area_are_left_out(server: Server) -> None:
    server.answer = lambda _text: (200, nominatim(-7.25, 112.75) + nominatim(-6.11, 106.24))
    assert [found.place for found in find("alun-alun", server.url).places] == [Place(-6.11, 106.24)]


def test_when_all_lie_outside_the_gazetteer_is_asked_and_else_it_is_said(server: Server) -> None:
    server.answer = lambda _text: (200, nominatim(-7.25, 112.75))
    assert find("lontar", server.url).places[0].name == "Lontar, Tirtayasa"
    assert find("surabaya", server.url) == Finding((), is_beyond=True)


def test_a_server_that_finds_nothing_leaves_it_to_the_gazetteer(server: Server) -> None:
    server.answer = lambda _text: (200, [])
    finding = find("tenggurak", server.url)
    assert (finding.places[0].name, finding.is_fallback) == ("Tengkurak, Tirtayasa", False)


@pytest.mark.parametrize(
    "answer",
    [(500, {}), (429, {}), (403, {}), (200, {"error": "no"}), (200, "nonsense")],
    ids=str,
)
def test_a_server_that_errs_is_said_and_replaced(server: Server, answer: tuple[int, object]) -> None:
    server.answer = lambda _text: answer
    finding = find("lontar", server.url)
    assert (finding.places[0].name, finding.is_fallback) == ("Lontar, Tirtayasa", True)


def test_a_server_that_is_away_is_said_and_replaced() -> None:
    geocoder._answers.cache_clear()
    finding = find("lontar", "http://127.0.0.1:9")
    assert (finding.places[0].name, finding.is_fallback) == ("Lontar, Tirtayasa", True)


def test_nobody_waits_longer_than_two_seconds_and_the_next_one_not_at_all(server: Server) -> None:
    """By the clock, with the real patience."""
    over = threading.Event()

    def slow(_text: str) -> tuple[int, object]:
        over.wait(10)
        return 200, nominatim(-6.11, 106.24)

    server.answer = slow
    taken = []
    for typed in ("lontar", "desa lontar"):
        begun = time.monotonic()
        finding = find(typed, server.url)
        taken.append(time.monotonic() - begun)
        assert (finding.places[0].name, finding.is_fallback) == ("Lontar, Tirtayasa", True)
    over.set()
    assert 1.9 < taken[0] < 2.4
    assert taken[1] < 0.3
    assert server.asked == ["lontar"]


def test_a_server_is_asked_again_after_its_rest(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answer = lambda _text: (503, {})
    assert find("alun-alun ciruas", server.url).is_fallback
    server.answer = lambda _text: (200, nominatim(-6.11, 106.24))
    assert find("alun-alun ciruas", server.url).is_fallback
    monkeypatch.setattr(geocoder, "_resting", {server.url: time.monotonic() - 1})
    assert find("alun-alun ciruas", server.url).places[0].name == "Alun-alun Ciruas"


def test_what_people_look_for_is_not_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    server.answer = lambda _text: (500, {})
    find("rumah bu siti", server.url)
    assert "geocoder did not answer" in caplog.text
    assert "siti" not in caplog.text
