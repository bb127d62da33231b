"""Messages to browsers: sealed as the standard's own example is, and sent to push services alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from apiflask import APIFlask
from cryptography.hazmat.primitives.asymmetric import ec

from ovop.outside import webpush
from ovop.outside.queue import GivenUp
from ovop.outside.webpush import PushFailed, SubscriptionGone, decoded, encoded
from tests.conftest import Clock
from tests.make.follows import BROWSER
from tests.make.push import PushService, service

#: RFC 8291, appendix A, as its browser is in `tests.make.follows`.
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


@pytest.fixture
def push(app: APIFlask) -> object:
    with service(app) as running:
        yield running


def test_the_standards_own_example_comes_out_the_same() -> None:
    key = ec.derive_private_key(int.from_bytes(decoded(SENDER), "big"), ec.SECP256R1())
    sealed = webpush.seal(BROWSER, b"When I grow up, I want to be a watermelon", decoded(SALT), key)
    assert encoded(sealed) == SEALED


def test_a_real_service_gets_what_only_the_browser_can_read(app: APIFlask, clock: Clock, push: PushService) -> None:
    browser = push.browser()
    webpush.send(browser.subscription, "Ikanmu siap 🐟".encode(), clock.now)
    [message] = push.read(browser)
    assert message == "Ikanmu siap 🐟".encode()
    [headers] = push.headers
    assert headers["Content-Encoding"] == "aes128gcm"
    assert int(headers["TTL"]) > 0


def test_the_sender_is_proved_by_the_key_that_browsers_were_given(
    app: APIFlask, clock: Clock, push: PushService
) -> None:
    webpush.send(push.browser().subscription, b"{}", clock.now)
    claims = push.proved(webpush.public_key())
    assert claims["aud"] == push.origin
    assert 0 < claims["exp"] - clock.now.timestamp() <= 24 * 3600


def test_the_key_is_made_once_and_is_nobody_elses_to_read(app: APIFlask) -> None:
    first = webpush.public_key()
    path = app.config["OVOP"].instance_path / "push_key"
    webpush._own_key.cache_clear()
    assert webpush.public_key() == first
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, SubscriptionGone), (410, SubscriptionGone), (429, PushFailed), (503, PushFailed), (400, GivenUp)],
)
def test_what_the_service_answers_decides_what_becomes_of_it(
    app: APIFlask, clock: Clock, push: PushService, status: int, error: type[Exception]
) -> None:
    push.answer = status
    with pytest.raises(error):
        webpush.send(push.browser().subscription, b"{}", clock.now)


def test_a_service_that_is_away_may_be_tried_again(app: APIFlask, clock: Clock, push: PushService) -> None:
    browser = push.browser()
    push.close()
    with pytest.raises(PushFailed):
        webpush.send(browser.subscription, b"{}", clock.now)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://localhost/x",
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com.example/x",
        "https://fcm.googleapis.com:8443/x",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com/x y",
        "https://[::1/x",
        "",
    ],
)
def test_the_market_calls_no_address_but_a_push_services(app: APIFlask, clock: Clock, endpoint: str) -> None:
    wanted = replace(BROWSER, endpoint=endpoint)
    assert not wanted.is_usable
    with pytest.raises(GivenUp):
        webpush.send(wanted, b"{}", clock.now)


@pytest.mark.parametrize(("field", "value"), [("p256dh", ""), ("p256dh", "AAAA"), ("auth", "x"), ("auth", "%%%%")])
def test_keys_that_are_none_are_seen(app: APIFlask, field: str, value: str) -> None:
    assert BROWSER.is_usable
    assert not replace(BROWSER, **{field: value}).is_usable
    broken_point = encoded(b"\x04" + b"\x01" * 64)
    assert not replace(BROWSER, p256dh=broken_point).is_usable
