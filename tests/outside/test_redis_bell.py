"""The bell over Redis: heard by another process's bell, and silent without harm when Redis is away."""

from __future__ import annotations

import os
import socket
import threading
import time

import pytest
import redis

from ovop.outside.redis_bell import RedisBell

URL = os.environ.get("OVOP_TEST_REDIS", "redis://127.0.0.1:6379/0")


@pytest.fixture
def url() -> str:
    """An address at which Redis answers."""
    try:
        with redis.Redis.from_url(URL, socket_connect_timeout=2) as client:
            client.ping()
    except redis.RedisError as error:
        pytest.skip(f"no Redis at {URL}: {type(error).__name__}")
    return URL


def test_a_bell_rung_elsewhere_is_heard_here(url: str) -> None:
    here, elsewhere = RedisBell(url), RedisBell(url)
    ear = threading.Event()
    here.listen(ear)
    until = time.monotonic() + 20
    while not ear.is_set() and time.monotonic() < until:  # listening begins a moment after it is asked for
        elsewhere.ring()
        ear.wait(0.1)
    assert ear.is_set()
    here.hush(ear)
    ear.clear()
    elsewhere.ring()
    assert not ear.wait(0.2)


def test_without_redis_the_own_process_still_hears_and_nobody_waits_twice() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        bell = RedisBell(f"redis://127.0.0.1:{taken.getsockname()[1]}/0")
        ear = threading.Event()
        bell._local.listen(ear)
        bell.ring()
        assert ear.is_set()
        assert bell._silent_until > time.monotonic()
