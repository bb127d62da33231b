"""Whom a browser's session belongs to: Flask-Login over the account's id and session stamp."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask import Flask, session
from flask_login import LoginManager, current_user, login_user, logout_user

from ovop.accounts.queries import Credentials, User, load_user
from ovop.accounts.rules import Actor
from ovop.db import db
from ovop.web.addresses import read_id

#: What a session keeps when somebody signs in: what they chose before.
_KEPT = ("basket", "pickups", "csrf_token")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The signed-in account as Flask-Login's `current_user`."""

    actor: Actor
    name: str
    language: str
    key: str
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """What the session holds: id and stamp, so that a changed stamp ends every session."""
        return self.key


def begin(account: Credentials) -> None:
    """This browser is signed in as `account` for the life of the session; the basket stays, all else is new."""
    kept = {name: session[name] for name in _KEPT if name in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    login_user(SignedIn(account.actor, account.name, account.language, _key(account.actor, account.session_stamp)))


def renew(session_stamp: str) -> None:
    """This browser stays signed in under the account's new stamp, while every other one is signed out."""
    login_user(replace(current_user._get_current_object(), key=_key(current_user.actor, session_stamp)))


def end() -> None:
    """Nobody is signed in here, and nothing of whoever was stays on this device."""
    logout_user()
    session.clear()


def is_local(address: str | None) -> bool:
    """Whether `address` leads to a page of this market: a path, in every way that browsers read addresses."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return False
    if "\\" in address or not address.isprintable() or len(address) > 2000:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc


def register(app: Flask) -> None:
    """`current_user` is a SignedIn or Flask-Login's anonymous one."""
    # A slow answer must not bring back, with its cookie, a basket that has been ordered meanwhile.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    manager = LoginManager(app)
    manager.session_protection = None  # phones change their address from one mast to the next
    manager.user_loader(_load)


def _load(key: str) -> SignedIn | None:
    account_id, _, stamp = key.partition(":")
    known = read_id(account_id)
    user: User | None = load_user(db.session(), known, stamp) if known is not None else None
    return SignedIn(user.actor, user.name, user.language, key) if user else None


def _key(actor: Actor, session_stamp: str) -> str:
    return f"{actor.id}:{session_stamp}"
