"""The bell over Redis: heard by workers in other processes and on other machines."""

from __future__ import annotations

import logging
import threading
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ovop.outside.bell import LocalBell

log = logging.getLogger(__name__)

CHANNEL = "ovop:jobs"
#: A request must not feel that Redis is slow or away.
_PATIENCE_SECONDS = 0.5
_SILENCE_SECONDS = 30.0


class RedisBell:
    """Heard wherever the same Redis is; keeps trying to reach it, and never keeps a request waiting for it."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(
            url,
            socket_timeout=_PATIENCE_SECONDS,
            socket_connect_timeout=_PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._local = LocalBell()
        self._silent_until = 0.0
        self._listener: threading.Thread | None = None
        self._starting = threading.Lock()

    def ring(self) -> None:
        self._local.ring()
        if time.monotonic() < self._silent_until:
            return
        try:
            self._client.publish(CHANNEL, b"")
        except redis.RedisError as error:
            self._silent_until = time.monotonic() + _SILENCE_SECONDS
            log.warning("bell not rung, workers will look by themselves", extra={"error": type(error).__name__})

    def listen(self, ear: threading.Event) -> None:
        self._local.listen(ear)
        with self._starting:
            if self._listener is None:
                self._listener = threading.Thread(target=self._hear, name="bell", daemon=True)
                self._listener.start()

    def hush(self, ear: threading.Event) -> None:
        self._local.hush(ear)

    def _hear(self) -> None:
        while True:
            try:
                with self._client.pubsub(ignore_subscribe_messages=True) as channel:  # type: ignore[no-untyped-call]
                    channel.subscribe(CHANNEL)
                    while True:
                        if channel.get_message(timeout=_SILENCE_SECONDS) is not None:
                            self._local.ring()
            except (redis.RedisError, OSError) as error:
                log.warning("bell not heard, workers look by themselves", extra={"error": type(error).__name__})
                time.sleep(_SILENCE_SECONDS / 6)
