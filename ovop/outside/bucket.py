"""Media in object storage that speaks S3; where it is and who we are there come from the usual AWS_* variables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from ovop.kernel.errors import NotFound, Unavailable
from ovop.outside.media import checked, media_path
from ovop.settings import SettingError

#: Variables that are understood, and what the store calls them.  It panics on names that it does not know.
_VARIABLES = {
    "AWS_ACCESS_KEY_ID": "access_key_id",
    "AWS_SECRET_ACCESS_KEY": "secret_access_key",
    "AWS_SESSION_TOKEN": "session_token",
    "AWS_REGION": "region",
    "AWS_DEFAULT_REGION": "region",
    "AWS_ENDPOINT_URL": "endpoint",
    "AWS_ENDPOINT_URL_S3": "endpoint",
}


class Bucket:
    """Media under ``s3://bucket/prefix``."""

    def __init__(self, address: str, environment: Mapping[str, str] | None = None) -> None:
        outside = os.environ if environment is None else environment
        config: Any = {name: outside[variable] for variable, name in _VARIABLES.items() if outside.get(variable)}
        endpoint = config.get("endpoint", "https://")
        if urlsplit(endpoint).scheme not in ("http", "https"):
            raise SettingError("AWS_ENDPOINT_URL", "must be an address that starts with http:// or https://")
        try:
            self._store = S3Store.from_url(
                address,
                config=config,
                client_options={
                    "allow_http": endpoint.startswith("http://"),
                    "timeout": "10s",
                    "connect_timeout": "5s",
                },
                retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=15)},
            )
        except (BaseError, ValueError) as error:
            raise SettingError("MEDIA_URL", str(error).splitlines()[0]) from None

    def put(self, key: str, data: bytes, content_type: str) -> None:
        with _failures_named():
            obstore.put(self._store, checked(key), data, attributes={"Content-Type": content_type})

    def get(self, key: str) -> bytes:
        with _failures_named():
            return bytes(obstore.get(self._store, checked(key)).bytes())

    def delete(self, key: str) -> None:
        with _failures_named():
            obstore.delete(self._store, checked(key))

    def url(self, key: str) -> str:
        return media_path(key)

    def list_keys(self) -> Iterator[str]:
        with _failures_named():
            for page in obstore.list(self._store):
                for found in page:
                    yield found["path"]

    def check(self) -> None:
        with _failures_named():
            next(iter(obstore.list(self._store, chunk_size=1)), None)


@contextmanager
def _failures_named() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise NotFound from None
    except BaseError as error:
        raise Unavailable(retry_after=5) from error
