"""Media: the folder and the bucket keep the same promises; nothing outside the folder is ever touched."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import obstore
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from moto.server import ThreadedMotoServer

from ovop.kernel.errors import NotFound, Unavailable
from ovop.outside import media
from ovop.outside.bucket import Bucket
from ovop.outside.media import Folder, Media
from ovop.settings import SettingError
from tests.running import free_port

NOT_KEYS = [
    "",
    "/etc/passwd",
    "../secret_key",
    "catch/../../secret_key",
    "catch/..",
    "catch//a.webp",
    "catch/",
    ".hidden",
    "catch/.a.webp.12",
    "catch/a\\b",
    "catch/a\x00.webp",
    "catch/a\n",
    "CATCH/a.webp",
    "catch/%2e%2e",
    "a" * 201,
]


@pytest.fixture(scope="module")
def bucket_server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    yield f"http://127.0.0.1:{server._port}"
    server.stop()


@pytest.fixture
def aws(bucket_server: str) -> dict[str, str]:
    """What an operator would have in the environment."""
    return {
        "AWS_ENDPOINT_URL": bucket_server,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
    }


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path, aws: dict[str, str]) -> Media:
    if request.param == "folder":
        return Folder(tmp_path / "media")
    make_bucket(aws["AWS_ENDPOINT_URL"], tmp_path.name.replace("_", "-").lower())
    return Bucket(f"s3://{tmp_path.name.replace('_', '-').lower()}/foto", aws)


def make_bucket(endpoint: str, name: str) -> None:
    request = urllib.request.Request(f"{endpoint}/{name}", method="PUT")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


def test_what_was_put_is_there_until_it_is_deleted(storage: Media) -> None:
    storage.put("catch/01hx/640.webp", b"one", "image/webp")
    storage.put("catch/01hx/640.webp", b"two", "image/webp")
    storage.put("catch/01hx/320.webp", b"three", "image/webp")
    assert storage.get("catch/01hx/640.webp") == b"two"
    assert sorted(storage.list_keys()) == ["catch/01hx/320.webp", "catch/01hx/640.webp"]
    storage.delete("catch/01hx/640.webp")
    storage.delete("catch/01hx/640.webp")
    with pytest.raises(NotFound):
        storage.get("catch/01hx/640.webp")
    assert list(storage.list_keys()) == ["catch/01hx/320.webp"]


def test_an_empty_storage_answers(storage: Media) -> None:
    storage.check()
    assert list(storage.list_keys()) == []
    with pytest.raises(NotFound):
        storage.get("catch")


@pytest.mark.parametrize("key", NOT_KEYS)
def test_what_is_no_key_reaches_no_storage(storage: Media, key: str) -> None:
    for attempt in (storage.get, storage.delete, storage.url, lambda key: storage.put(key, b"", "image/webp")):
        with pytest.raises(NotFound):
            attempt(key)


def test_an_unfinished_file_is_no_photo(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put("catch/a.webp", b"whole", "image/webp")
    (tmp_path / "catch" / ".b.webp.1234").write_bytes(b"ha")
    assert list(folder.list_keys()) == ["catch/a.webp"]
    assert [file.name for file in (tmp_path / "catch").iterdir() if not file.name.startswith(".")] == ["a.webp"]


def test_a_folder_that_takes_nothing_says_so(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file where the folder should be")
    folder = Folder(tmp_path / "media")
    with pytest.raises(Unavailable):
        folder.put("a.webp", b"", "image/webp")
    with pytest.raises(Unavailable):
        folder.check()


def test_a_bucket_that_is_away_says_so(aws: dict[str, str]) -> None:
    away = Bucket("s3://serang", aws | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"})
    for attempt in (away.check, lambda: away.get("a.webp"), lambda: away.put("a.webp", b"", "image/webp")):
        with pytest.raises(Unavailable):
            attempt()


def test_a_missing_bucket_is_no_missing_photo(aws: dict[str, str]) -> None:
    with pytest.raises((Unavailable, NotFound)):
        Bucket("s3://there-is-no-such-bucket", aws).check()


def test_an_endpoint_that_is_no_address_stops_the_start(aws: dict[str, str]) -> None:
    with pytest.raises(SettingError, match="AWS_ENDPOINT_URL"):
        Bucket("s3://serang", aws | {"AWS_ENDPOINT_URL": "localhost:9000"})


def test_the_bucket_keeps_the_content_type(aws: dict[str, str]) -> None:
    make_bucket(aws["AWS_ENDPOINT_URL"], "types")
    bucket = Bucket("s3://types", aws)
    bucket.put("a.webp", b"x", "image/webp")
    assert obstore.get(bucket._store, "a.webp").attributes["Content-Type"] == "image/webp"


def test_other_variables_of_the_environment_do_no_harm(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "serang")
    make_bucket(aws["AWS_ENDPOINT_URL"], "others")
    Bucket("s3://others", os.environ | aws | {"AWS_ANYTHING": "else"}).check()


def test_photos_are_served_for_good_and_can_run_nothing(app: APIFlask, client: FlaskClient) -> None:
    with app.test_request_context():
        storage = media.storage()
        storage.put("catch/01hx/640.webp", b"RIFF", "image/webp")
        address = storage.url("catch/01hx/640.webp")
    answer = client.get(address)
    assert (answer.status_code, answer.data, answer.content_type) == (200, b"RIFF", "image/webp")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["x.webp", "../secret_key", "..%2fsecret_key", "%2e%2e/ovop.db", "catch/", "a%00b", "."]
)
def test_nothing_but_photos_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(f"/media/{path}").status_code in (400, 404, 308)


def test_the_setting_names_the_folder(tmp_path: Path) -> None:
    opened: Any = media.open_storage(f"file://{tmp_path}/foto%20ikan")
    assert opened.root == tmp_path / "foto ikan"
