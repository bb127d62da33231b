"""Web push: a short message to one browser, sealed so that nobody on its way can read it (RFC 8030, 8291, 8292).

Who sends is proved by a key of the market's own, made once and kept in the instance: browsers bind each subscription to
it, so a lost key means that everybody has to allow messages again.
"""

from __future__ import annotations

import base64
import json
import os
import struct
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app

from ovop.outside.queue import GivenUp

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

TIMEOUT_SECONDS = 10
#: The services of the browsers that there are.  The market sends to no other address, whatever a browser tells it.
SERVICES = ("fcm.googleapis.com", ".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")
#: Longest sealed message that every service takes, and longest clear one that fits into it.
RECORD_BYTES, LONGEST_MESSAGE = 4096, 3993
#: A token proves who sends for so long; services refuse more than a day.
_TOKEN_LIFE = timedelta(hours=12)
_KEY_FILE = "push_key"
_POINT_BYTES, _SECRET_BYTES, _SALT_BYTES = 65, 16, 16


class PushFailed(Exception):
    """The service did not take the message now; another try may do."""


class SubscriptionGone(Exception):
    """The browser takes no more messages under this subscription: it was ended there, or has lapsed."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where and how a browser is reached; keys in URL-safe base64, as it gives them."""

    endpoint: str
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)

    @property
    def is_usable(self) -> bool:
        """Whether the address is a known service's and the keys are keys."""
        return _is_service(self.endpoint) and _is_point(decoded(self.p256dh)) and len(decoded(self.auth)) == 16


@dataclass(frozen=True, slots=True)
class Delivery:
    """How long a message may wait for its browser, and which message before it, of the same topic, it replaces."""

    ttl: timedelta = timedelta(hours=12)
    topic: str | None = None
    is_urgent: bool = False


def public_key() -> str:
    """The market's key as browsers ask for it: an uncompressed point in URL-safe base64."""
    return encoded(_public_bytes(_own_key(_key_path())))


def send(to: Subscription, message: bytes, now: datetime, delivery: Delivery = Delivery()) -> None:
    """The browser's push service has the message.

    Raises: SubscriptionGone; PushFailed when it may be tried again; GivenUp when that is of no use.
    """
    if not to.is_usable or len(message) > LONGEST_MESSAGE:
        raise GivenUp("not a subscription, or a message too long for one")
    headers = {
        "TTL": str(int(delivery.ttl.total_seconds())),
        "Urgency": "high" if delivery.is_urgent else "normal",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "Authorization": _authorization(to.endpoint, now),
    }
    if delivery.topic:
        headers["Topic"] = delivery.topic
    _judge(_post(to.endpoint, seal(to, message), headers))


def seal(
    to: Subscription, message: bytes, salt: bytes | None = None, key: EllipticCurvePrivateKey | None = None
) -> bytes:
    """`message` as only that browser can read it, in one record.

    salt, key: new ones for every message, except in tests.  Source: RFC 8291, section 3.4, and RFC 8188.
    """
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - 9 MiB that a market without push need not load
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    salt = salt or os.urandom(_SALT_BYTES)
    key = key or ec.generate_private_key(ec.SECP256R1())
    theirs, ours = decoded(to.p256dh), _public_bytes(key)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    material = _derive(shared, decoded(to.auth), b"WebPush: info\0" + theirs + ours, 32)
    content_key = _derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(material, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + struct.pack("!IB", RECORD_BYTES, len(ours)) + ours
    return header + AESGCM(content_key).encrypt(nonce, message + b"\x02", None)


def encoded(raw: bytes) -> str:
    """URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decoded(text: str) -> bytes:
    """What `encoded` made, or nothing when it cannot be that."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return HKDF(SHA256(), length, salt, info).derive(secret)


def _authorization(endpoint: str, now: datetime) -> str:
    """Proof of who sends, for this service alone.  Source: RFC 8292."""
    from cryptography.hazmat.primitives.asymmetric import ec, utils  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    parts = urlsplit(endpoint)
    public_url = current_app.config["OVOP"].public_url or ""
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + _TOKEN_LIFE).timestamp()),
        "sub": public_url if public_url.startswith("https://") else "mailto:pasar@localhost.localdomain",
    }
    key = _own_key(_key_path())
    head = ".".join(encoded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = utils.decode_dss_signature(key.sign(head.encode(), ec.ECDSA(SHA256())))
    signature = encoded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={head}.{signature}, k={encoded(_public_bytes(key))}"


def _post(endpoint: str, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(endpoint)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        answer = connection.getresponse()
        answer.read(1024)
    except (HTTPException, OSError) as error:
        raise PushFailed(type(error).__name__) from None
    finally:
        connection.close()
    return answer.status


def _judge(status: int) -> None:
    if status in (404, 410):
        raise SubscriptionGone
    if status == 429 or status >= 500:
        raise PushFailed(f"push service answered {status}")
    if status >= 300:
        raise GivenUp(f"push service refused ({status})")


def _is_service(endpoint: str) -> bool:
    """Whether the address is one of SERVICES, or of those that a test runs on this machine."""
    try:
        parts = urlsplit(endpoint)
        is_plain = parts.username is None and parts.fragment == "" and endpoint.isprintable() and " " not in endpoint
        own = f"{parts.hostname}:{parts.port}" in current_app.config.get("PUSH_SERVICES", ())
    except ValueError:
        return False
    host = f".{parts.hostname}"
    known = any(host.endswith(name if name.startswith(".") else f".{name}") for name in SERVICES)
    return is_plain and (own or (known and parts.scheme == "https" and parts.port in (None, 443)))


def _is_point(raw: bytes) -> bool:
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    if len(raw) != _POINT_BYTES:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        return False
    return True


def _public_bytes(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _key_path() -> Path:
    folder: Path = current_app.config["OVOP"].instance_path
    return folder / _KEY_FILE


@lru_cache(maxsize=4)
def _own_key(path: Path) -> EllipticCurvePrivateKey:
    """The key in that file, made at the first use; readable by its owner only, and the same for all processes."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    if not path.exists():
        number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{number:064x}")
        try:
            os.link(unfinished, path)  # unlike a rename, leaves the key of a process that was faster
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
    return ec.derive_private_key(int(path.read_text(encoding="ascii"), 16), ec.SECP256R1())
