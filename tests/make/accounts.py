"""Accounts, co-operatives and signed-in browsers for tests."""

from __future__ import annotations

from functools import cache

from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.accounts.models import Account, Role
from ovop.accounts.names import DEMO_EMAILS
from ovop.accounts.operations import NewAccount, create_account, create_cooperative, create_token
from ovop.accounts.passwords import hash_password
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days

PASSWORD = "udang-windu-11"
TENGKURAK = "36.04.13.2011"


@cache
def password_hash() -> str:
    """PASSWORD as it is kept; hashed once a run, since that takes its time on purpose."""
    return hash_password(PASSWORD)


def cooperative(slug: str = "tengkurak", name: str = "Koperasi Tengkurak", village: str = TENGKURAK) -> int:
    """A co-operative."""
    return write(create_cooperative, slug, name, village, days.now())


def buyer(email: str | None = "siti@contoh.id", name: str = "Siti", phone: str | None = None) -> Actor:
    """A buyer."""
    return _account(NewAccount(name, password_hash(), email, phone))


def member(cooperative_id: int, email: str = "petugas@contoh.id", name: str = "Pak Jaya") -> Actor:
    """Somebody who works for that co-operative."""
    return _account(NewAccount(name, password_hash(), email, None, Role.COOPERATIVE, cooperative_id))


def official(role: Role = Role.OFFICE, email: str = "dinas@contoh.id", name: str = "Bu Rina") -> Actor:
    """Somebody of the economy office, or its administrator."""
    return _account(NewAccount(name, password_hash(), email, None, role))


def guest(email: str = "tamu@contoh.id") -> Actor:
    """A guest of the economy office, who only reads."""
    return _account(NewAccount("Pak Tamu", password_hash(), email, None, Role.OFFICE, is_guest=True))


def demo_buyer() -> Actor:
    """The demo market's buyer, which makes this market a demo."""
    actor = _account(NewAccount("Pembeli Contoh", password_hash(), DEMO_EMAILS["buyer"], is_demo=True))
    current_app.extensions["ovop.market"].forget()
    return actor


def token(actor: Actor) -> str:
    """A key to the API for `actor`."""
    return write(create_token, actor.id, days.now())


def sign_in(client: FlaskClient, actor: Actor) -> None:
    """The browser is signed in as `actor`, without the detour over the page."""
    stamp = db.session.execute(select(Account.session_stamp).where(Account.id == actor.id)).scalar_one()
    with client.session_transaction() as session:
        session["_user_id"] = f"{actor.id}:{stamp}"


def current(client: FlaskClient) -> Actor:
    """Whoever is signed in in that browser."""
    with client.session_transaction() as session:
        account_id = int(session["_user_id"].partition(":")[0])
    row = db.session.execute(
        select(Account.role, Account.cooperative_id, Account.is_manager).where(Account.id == account_id)
    ).one()
    return Actor(account_id, Role(row.role), row.cooperative_id, row.cooperative_id is not None and row.is_manager)


def _account(new: NewAccount) -> Actor:
    is_manager = new.role is Role.COOPERATIVE
    return Actor(write(create_account, new, days.now()), new.role, new.cooperative_id, is_manager, new.is_guest)
