"""A push service of our own on this machine, and browsers that read what it gets."""

from __future__ import annotations

import json
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from apiflask import APIFlask
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ovop.outside.webpush import Subscription, decoded, encoded


@dataclass(frozen=True)
class Browser:
    """A browser with keys of its own."""

    path: str
    key: ec.EllipticCurvePrivateKey
    auth: bytes
    origin: str

    @property
    def point(self) -> bytes:
        """Its public key."""
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def subscription(self) -> Subscription:
        """As it tells the market."""
        return Subscription(self.origin + self.path, encoded(self.point), encoded(self.auth))

    def open(self, sealed: bytes) -> bytes:
        """What the sealed message says.  Source: RFC 8291, read from the browser's side."""
        salt, (size, length) = sealed[:16], struct.unpack("!IB", sealed[16:21])
        theirs, rest = sealed[21 : 21 + length], sealed[21 + length :]
        assert len(rest) <= size
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        secret = HKDF(SHA256(), 32, self.auth, b"WebPush: info\0" + self.point + theirs).derive(shared)
        content_key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        clear = AESGCM(content_key).decrypt(nonce, rest, None)
        assert clear.endswith(b"\x02")
        return clear[:-1]


@dataclass
class PushService:
    """Keeps what it gets; `answer`: the status of its answers from now on."""

    origin: str
    server: ThreadingHTTPServer
    answer: int = 201
    posts: list[tuple[str, bytes]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    browsers: int = 0

    def browser(self) -> Browser:
        """A new browser that is reached here."""
        self.browsers += 1
        return Browser(
            f"/send/{self.browsers}", ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef", self.origin
        )

    def read(self, browser: Browser) -> list[bytes]:
        """What the browser got, as it reads it."""
        return [browser.open(body) for path, body in self.posts if path == browser.path]

    def notices(self, browser: Browser) -> list[dict[str, Any]]:
        """The same as the service worker sees it."""
        return [json.loads(message) for message in self.read(browser)]

    def proved(self, public_key: str) -> dict[str, Any]:
        """The claims of the last message's sender, checked against the market's key.  Source: RFC 8292."""
        kind, _, rest = self.headers[-1]["Authorization"].partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        assert (kind, parts["k"]) == ("vapid", public_key)
        head, _, signature = parts["t"].rpartition(".")
        raw = decoded(signature)
        pair = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(public_key))
        point.verify(pair, head.encode(), ec.ECDSA(SHA256()))
        claims: dict[str, Any] = json.loads(decoded(head.partition(".")[2]))
        return claims

    def close(self) -> None:
        """Nobody answers any more."""
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def service(app: APIFlask) -> Iterator[PushService]:
    """A service that runs, and that the market knows as one."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            running.posts.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            running.headers.append(dict(self.headers))
            self.send_response(running.answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = PushService(f"http://127.0.0.1:{server.server_port}", server)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    app.config["PUSH_SERVICES"] = (f"127.0.0.1:{server.server_port}",)
    try:
        yield running
    finally:
        app.config.pop("PUSH_SERVICES")
        running.close()
