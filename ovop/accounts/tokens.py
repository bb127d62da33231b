"""API tokens: chance that is shown once, and what is kept of it.  Pure."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A token with 256 bits of chance; its beginning says what it opens, for whoever finds one in a file."""
    return f"ovop_{secrets.token_urlsafe(32)}"


def token_hash(token: str) -> bytes:
    """What is kept of a token.  Unsalted on purpose: 256 bits of chance cannot be guessed from it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
