"""Slowing down whoever tries too often.  Counts live in this process, or in Redis where there is one.

Keys are keyed hashes: neither Redis nor a log line holds an address or a name.
"""

from __future__ import annotations

import hashlib
import ipaddress
import time

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter, RateLimitExceeded

from ovop.api.v1 import problems
from ovop.web import errors
from ovop.web.language import gettext as _


def network() -> str:
    """Where the request comes from: an IPv4 address, or an IPv6 /64, which one household has all of."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def concealed(*parts: str) -> str:
    """A key made of `parts` that does not give them away."""
    secret = str(current_app.config["SECRET_KEY"]).encode()[:64]
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), key=secret, digest_size=16).hexdigest()


def by_network() -> str:
    """Key for limits that everybody behind one address shares."""
    return concealed("network", network())


limiter = Limiter(
    key_func=by_network,
    strategy="moving-window",
    storage_uri=None,
    in_memory_fallback_enabled=True,  # without Redis each process counts for itself: slower, not open and not shut
    swallow_errors=True,
)


def register(app: Flask) -> None:
    """Limits hold on `app`, and whoever meets one is told how long to wait."""
    app.config["RATELIMIT_STORAGE_URI"] = _storage(app.config["OVOP"].redis_url)
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, _too_many)


def _storage(redis_url: str | None) -> str:
    if redis_url is None:
        return "memory://"
    return f"redis+{redis_url}" if redis_url.startswith("unix://") else redis_url


def _too_many(_error: RateLimitExceeded) -> Response:
    limit = limiter.current_limit
    seconds = max(1, int(limit.reset_at - time.time()) if limit else 60)
    if problems.is_for_api(request):
        response = problems.problem(429, "too-many-requests", "Too many requests", retry_after=seconds)
        response.headers["Retry-After"] = str(seconds)
        return response
    minutes = -(-seconds // 60)
    words = _("Terlalu banyak percobaan. Coba lagi dalam %(minutes)s menit.", minutes=minutes)
    return errors.page(429, words, retry_after=seconds)
