"""Addresses that end letters without signing in: signed, so that nobody can guess somebody else's."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from ovop.follow.rules import FollowKind
from ovop.follow.targets import Target
from ovop.kernel.errors import NotFound

_SALT = "follow-letters"


@dataclass(frozen=True, slots=True)
class Ending:
    """What an address ends: one follow of an account, or, without `kind`, all letters about what it follows."""

    account_id: int
    kind: FollowKind | None = None
    key: str = ""


def token_of(account_id: int, target: Target | None = None) -> str:
    """The token that ends that follow, or all letters.  It stays good for as long as the market keeps its secret."""
    return _signer().dumps([account_id] if target is None else [account_id, target.kind.value, target.key])


def read_token(token: str) -> Ending:
    """What the token ends.  Raises: NotFound unless it is one of ours."""
    try:
        account_id, *rest = _signer().loads(token)
    except BadSignature:
        raise NotFound() from None
    return Ending(account_id, FollowKind(rest[0]), rest[1]) if rest else Ending(account_id)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=_SALT)
