"""Reading accounts: one small query each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, ApiToken, Cooperative, Role
from ovop.accounts.names import DEMO_EMAILS, Login
from ovop.accounts.rules import Actor
from ovop.accounts.tokens import token_hash
from ovop.kernel.errors import NotFound
from ovop.villages.models import Village


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in needs to know of an account."""

    actor: Actor
    name: str
    language: str
    password_hash: str
    session_stamp: str

    @property
    def id(self) -> int:
        """The account's id."""
        return self.actor.id


@dataclass(frozen=True, slots=True)
class User:
    """Who is signed in."""

    actor: Actor
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Details:
    """An account as its owner sees it; `cooperative` is the name of the one it works for."""

    id: int
    name: str
    email: str | None
    phone: str | None
    role: Role
    is_guest: bool
    language: str
    cooperative: str | None
    password_hash: str


@dataclass(frozen=True, slots=True)
class CooperativeRow:
    """A co-operative as its members see it."""

    id: int
    slug: str
    name: str
    village_code: str
    village_name: str
    phone: str | None
    about: str
    allows_cash: bool
    qris_payload: str | None
    tax_number: str
    tax_basis_points: int
    dues_basis_points: int


_ACTOR = (Account.id, Account.role, Account.cooperative_id, Account.is_manager, Account.is_guest)


def find_account_by_login(session: Session, login: Login) -> Credentials | None:
    """The account that signs in with `login`, if there is one."""
    own = Account.email == login.email if login.email is not None else Account.phone == login.phone
    row = session.execute(
        select(
            *_ACTOR,
            Account.name,
            Account.language,
            Account.password_hash,
            Account.session_stamp,
        ).where(own, Account.deleted_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    actor = _actor(row)
    return Credentials(actor, row.name, row.language, row.password_hash, row.session_stamp)


def account_by_token(session: Session, token: str) -> Actor | None:
    """The account that `token` speaks for, none when it is unknown or revoked."""
    row = session.execute(
        select(*_ACTOR)
        .join(ApiToken, ApiToken.account_id == Account.id)
        .where(ApiToken.token_hash == token_hash(token), ApiToken.revoked_at.is_(None), Account.deleted_at.is_(None))
    ).one_or_none()
    return _actor(row) if row else None


def load_user(session: Session, account_id: int, session_stamp: str) -> User | None:
    """Who a browser's session belongs to, none when it was signed out from elsewhere."""
    row = session.execute(
        select(*_ACTOR, Account.name, Account.language).where(
            Account.id == account_id, Account.session_stamp == session_stamp, Account.deleted_at.is_(None)
        )
    ).one_or_none()
    return User(_actor(row), row.name, row.language) if row else None


def get_details(session: Session, account_id: int) -> Details:
    """The account as its owner sees it.  Raises: NotFound."""
    row = session.execute(
        select(
            Account.id,
            Account.name,
            Account.email,
            Account.phone,
            Account.role,
            Account.is_guest,
            Account.language,
            Account.password_hash,
            Cooperative.name.label("cooperative"),
        )
        .outerjoin(Cooperative, Cooperative.id == Account.cooperative_id)
        .where(Account.id == account_id, Account.deleted_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound()
    return Details(
        row.id,
        row.name,
        row.email,
        row.phone,
        Role(row.role),
        row.is_guest,
        row.language,
        row.cooperative,
        row.password_hash,
    )


def find_cooperative_id(session: Session, slug: str) -> int | None:
    """The id of the co-operative with that slug."""
    return session.execute(select(Cooperative.id).where(Cooperative.slug == slug)).scalar_one_or_none()


def is_demo_market(session: Session) -> bool:
    """Whether this is a demo market: it has one of the demo's accounts, which nobody else can make."""
    demo = select(1).where(Account.email.in_(DEMO_EMAILS.values())).limit(1)
    return session.execute(demo).first() is not None


def get_cooperative(session: Session, cooperative_id: int) -> CooperativeRow:
    """One co-operative.  Raises: NotFound."""
    own = [getattr(Cooperative, name) for name in CooperativeRow.__slots__ if name != "village_name"]
    row = session.execute(
        select(*own, Village.name.label("village_name"))
        .join(Village, Village.code == Cooperative.village_code)
        .where(Cooperative.id == cooperative_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return CooperativeRow(**row._mapping)


def is_empty_market(session: Session) -> bool:
    """Whether nobody has an account and no co-operative sells: a demo may be put here."""
    return not session.execute(select(exists(select(Account.id)) | exists(select(Cooperative.id)))).scalar_one()


def _actor(row: Row[*tuple[Any, ...]]) -> Actor:
    """The actor in a row that has the columns of `_ACTOR`."""
    role = Role(row.role)
    return Actor(
        row.id,
        role,
        row.cooperative_id,
        is_manager=role is Role.COOPERATIVE and row.is_manager,
        is_guest=role is Role.OFFICE and row.is_guest,
    )
