"""Passwords: what makes one acceptable, and how it is kept (argon2id)."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from ovop.accounts.names import Login
from ovop.kernel.errors import Invalid

SHORTEST = 8
#: Longer ones would only be a way to keep the market busy.
LONGEST = 256

#: OWASP's argon2id profile with the least memory that it still recommends: the whole embedded market has 130 MiB.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
#: Many sign-ins at once wait for each other instead of taking 19 MiB each.
_at_once = BoundedSemaphore(2)


def check_password(password: str, login: Login, *, field: str = "password") -> str:
    """`password` itself when it may be used with `login`.  Raises: Invalid."""
    if not password:
        raise Invalid({field: "required"})
    if len(password) < SHORTEST:
        raise Invalid({field: "password-too-short"})
    if len(password) > LONGEST:
        raise Invalid({field: "too-long"})
    if _is_login(password, login):
        raise Invalid({field: "password-is-login"})
    return password


def hash_password(password: str) -> str:
    """What is kept of `password`.  Takes tens of milliseconds on purpose: call it outside transactions."""
    with _at_once:
        return _hasher.hash(_same_everywhere(password))


def verify_password(password: str, kept: str | None) -> bool:
    """Whether `kept` was made from `password`.

    Without `kept`, for an account that does not exist, the answer is no after as much work as for one that does.
    """
    stranger = _nobodys_hash()
    with _at_once:
        try:
            return _hasher.verify(kept or stranger, _same_everywhere(password[:LONGEST])) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(kept: str) -> bool:
    """Whether `kept` was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_hex(16))


def _same_everywhere(password: str) -> str:
    """One spelling for what two keyboards write differently."""
    return unicodedata.normalize("NFKC", password)


def _is_login(password: str, login: Login) -> bool:
    typed = password.strip().lower()
    if login.email is not None:
        return typed in (login.email, login.email.partition("@")[0])
    if login.phone is None:
        return False
    digits = "".join(sign for sign in typed if sign.isdigit())
    own = login.phone.lstrip("+")
    return not typed.strip("+0123456789 -()") and digits.lstrip("0") in (own, own.removeprefix("62"))
