"""What a phone without signal is given to check pickup codes by: never the codes, only salted, stretched hashes.

Six digits can be guessed by whoever has the phone and patience; that is why the server has the last word when the
handover arrives there.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache

#: PBKDF2 rounds: some milliseconds here, well under a second on a cheap phone.
ROUNDS = 20_000


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """PBKDF2-HMAC-SHA256 of a pickup code: salt and hash in hexadecimal digits."""

    salt: str
    hash: str


@lru_cache(maxsize=4096)
def check_of(number: str, pickup_code: str, secret: str) -> CodeCheck:
    """The check for an order's code; its salt is this market's alone."""
    salt = hmac.new(secret.encode(), f"code-check:{number}".encode(), hashlib.sha256).digest()[:16]
    stretched = hashlib.pbkdf2_hmac("sha256", pickup_code.encode(), salt, ROUNDS)
    return CodeCheck(salt.hex(), stretched.hex())
