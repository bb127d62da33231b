"""Compression: the same text in fewer bytes, for whoever understands it, and nothing else touched."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import brotli
import pytest
from flask import Flask, Response, stream_with_context
from flask.testing import FlaskClient

from ovop.web import compression

PAGE = "<p>Ikan kembung segar, 32.000 sekilo</p>" * 100


@pytest.fixture
def reader() -> FlaskClient:
    app = Flask(__name__)
    compression.register(app)

    @app.get("/page")
    def page() -> Response:
        answer = Response(PAGE)
        answer.set_etag("v1")
        return answer

    @app.get("/tiny")
    def tiny() -> str:
        return "ok"

    @app.get("/photo")
    def photo() -> Response:
        return Response(PAGE.encode(), content_type="image/webp")

    @app.get("/stream")
    def stream() -> Response:
        def parts() -> Iterator[str]:
            yield from [PAGE] * 3

        return Response(stream_with_context(parts()), content_type="text/csv")

    @app.get("/done")
    def done() -> Response:
        return Response(gzip.compress(PAGE.encode()), headers={"Content-Encoding": "gzip"})

    return app.test_client()


@pytest.mark.parametrize(
    ("accepted", "codec"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("gzip;q=0", None),
        ("", None),
    ],
)
def test_the_reader_gets_the_smallest_form_it_understands(
    reader: FlaskClient, accepted: str, codec: str | None
) -> None:
    answer = reader.get("/page", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == codec
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    plain = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[codec](answer.data)
    assert plain.decode() == PAGE
    if codec:
        assert len(answer.data) < len(PAGE) / 10
        assert answer.headers["ETag"] == 'W/"v1"'


@pytest.mark.parametrize("path", ["/tiny", "/photo", "/stream"])
def test_what_gains_nothing_or_is_still_coming_is_left_alone(reader: FlaskClient, path: str) -> None:
    answer = reader.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in answer.headers


def test_what_is_compressed_already_is_not_compressed_again(reader: FlaskClient) -> None:
    answer = reader.get("/done", headers={"Accept-Encoding": "br, gzip"})
    assert gzip.decompress(answer.data).decode() == PAGE


def test_only_the_last_bodies_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytes] = []

    def codec(body: bytes) -> bytes:
        made.append(body)
        return body[:1]

    monkeypatch.setitem(compression._CODECS, "gzip", codec)
    remembered = compression._Remembered(most=2)
    for body in (b"a", b"a", b"b", b"a", b"c", b"b", b"a"):
        assert remembered.compressed("gzip", body) == body[:1]
    assert made == [b"a", b"b", b"c", b"b", b"a"]
