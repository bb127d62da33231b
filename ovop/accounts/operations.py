"""Making and changing accounts, co-operatives and tokens.

Passwords come hashed: hashing takes its time, and no transaction should wait for it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, ApiToken, Cooperative, RememberedAnswer, Role
from ovop.accounts.names import is_demo_email, parse_mobile, parse_name, parse_slug
from ovop.accounts.rules import Actor, cooperative_of, require_manager
from ovop.accounts.saved_places import forget_places
from ovop.accounts.tokens import new_token, token_hash
from ovop.kernel.errors import Invalid, NotFound
from ovop.villages.models import Village

#: What stands in a deleted account's place on its orders.
DELETED_NAME = "Akun dihapus"
LONGEST_ABOUT = 2000


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made; `email` and `phone` in their kept form, at least one of them.

    is_guest: of the office, to read only.
    is_demo: may use the demo market's e-mail domain; only the command that fills a demo market sets it.
    """

    name: str
    password_hash: str
    email: str | None = None
    phone: str | None = None
    role: Role = Role.BUYER
    cooperative_id: int | None = None
    language: str = "id"
    is_guest: bool = False
    is_demo: bool = False


def create_account(session: Session, new: NewAccount, now: datetime) -> int:
    """The account exists; its id.  Raises: Invalid (`taken`, `required`, `unknown`, `does-not-fit`)."""
    _check_new(session, new)
    return session.execute(
        insert(Account)
        .values(
            name=parse_name(new.name),
            password_hash=new.password_hash,
            email=new.email,
            phone=new.phone,
            role=new.role,
            cooperative_id=new.cooperative_id,
            is_guest=new.is_guest,
            language=new.language,
            session_stamp=_new_stamp(),
            created_at=now,
        )
        .returning(Account.id)
    ).scalar_one()


def create_cooperative(session: Session, slug: str, name: str, village_code: str, now: datetime) -> int:
    """The co-operative exists and sells for that village; its id.  Raises: Invalid."""
    parse_slug(slug)
    if _exists(session, Cooperative.slug == slug):
        raise Invalid({"slug": "taken"})
    if not _exists(session, Village.code == village_code):
        raise Invalid({"village": "unknown"})
    return session.execute(
        insert(Cooperative)
        .values(slug=slug, name=parse_name(name, longest=120), village_code=village_code, created_at=now)
        .returning(Cooperative.id)
    ).scalar_one()


def change_cooperative(
    session: Session,
    actor: Actor | None,
    *,
    phone: str | None = None,
    about: str | None = None,
    allows_cash: bool | None = None,
    qris_payload: str | None = None,
) -> None:
    """The actor's co-operative has what was given; None leaves a thing as it is, an empty text takes it away.

    qris_payload: checked by whoever knows merchant codes.  Raises: Invalid naming each field at fault, Forbidden.
    """
    cooperative = session.get(Cooperative, cooperative_of(actor), with_for_update=True)
    assert cooperative is not None  # the account's foreign key
    if phone is not None:
        cooperative.phone = parse_mobile(phone) if phone.strip() else None
    if about is not None:
        if len(about) > LONGEST_ABOUT:
            raise Invalid({"about": "too-long"})
        cooperative.about = about.strip()
    if allows_cash is not None:
        cooperative.allows_cash = allows_cash
    if qris_payload is not None:
        cooperative.qris_payload = qris_payload or None


def change_rates(session: Session, actor: Actor | None, *, tax_number: str, tax_points: int, dues_points: int) -> None:
    """The actor's co-operative charges that tax within its prices, and keeps so much of its members' shares.

    Basis points.  What was collected or shared out before keeps its own rates.
    Raises: Invalid naming each field at fault, Forbidden unless a manager.
    """
    cooperative = session.get(Cooperative, require_manager(actor), with_for_update=True)
    assert cooperative is not None  # as above
    number = parse_name(tax_number, field="tax_number", longest=30) if tax_number.strip() else ""
    if tax_points and not number:
        raise Invalid({"tax_number": "required"})
    cooperative.tax_number, cooperative.tax_basis_points = number, tax_points
    cooperative.dues_basis_points = dues_points


def create_token(session: Session, account_id: int, now: datetime) -> str:
    """A key to the API for that account, to be shown once: only its SHA-256 is kept."""
    token = new_token()
    session.execute(insert(ApiToken).values(account_id=account_id, token_hash=token_hash(token), created_at=now))
    return token


def change_details(session: Session, account_id: int, *, name: str, language: str) -> None:
    """The account is called so and reads its mails in that language.  Raises: Invalid."""
    if language not in ("id", "en"):
        raise Invalid({"language": "unknown"})
    _update(session, account_id, name=parse_name(name), language=language)


def change_password(session: Session, account_id: int, password_hash: str) -> str:
    """The account has the new password and is signed out everywhere; returns the stamp of sessions from now on."""
    stamp = _new_stamp()
    _update(session, account_id, password_hash=password_hash, session_stamp=stamp)
    return stamp


def keep_rehashed(session: Session, account_id: int, before: str, password_hash: str) -> None:
    """The same password, kept with today's parameters, unless it was changed meanwhile; sessions stay."""
    session.execute(
        update(Account)
        .where(Account.id == account_id, Account.password_hash == before)
        .values(password_hash=password_hash)
    )


def sign_out_everywhere(session: Session, account_id: int) -> str:
    """Every session made before is over; returns the stamp of sessions from now on."""
    stamp = _new_stamp()
    _update(session, account_id, session_stamp=stamp)
    return stamp


def delete_account(session: Session, account_id: int, now: datetime) -> None:
    """The person is gone: no name, address, number, places, sessions, tokens or remembered answers.

    Orders stay, without them.

    Whether the account still has open orders is asked by whoever knows of orders (ovop.ordering.departures).
    """
    _update(
        session,
        account_id,
        name=DELETED_NAME,
        email=None,
        phone=None,
        password_hash="",
        session_stamp=_new_stamp(),
        deleted_at=now,
    )
    session.execute(
        update(ApiToken).where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    )
    forget_places(session, account_id)
    session.execute(delete(RememberedAnswer).where(RememberedAnswer.account_id == account_id))


def _check_new(session: Session, new: NewAccount) -> None:
    if new.email is None and new.phone is None:
        raise Invalid({"login": "required"})
    if is_demo_email(new.email) and not new.is_demo:
        raise Invalid({"email": "reserved"})
    if new.is_guest and new.role is not Role.OFFICE:
        raise Invalid({"guest": "does-not-fit"})
    if (new.role is Role.COOPERATIVE) != (new.cooperative_id is not None):
        raise Invalid({"cooperative": "does-not-fit" if new.cooperative_id is not None else "required"})
    if new.cooperative_id is not None and not _exists(session, Cooperative.id == new.cooperative_id):
        raise Invalid({"cooperative": "unknown"})
    if new.email is not None and _exists(session, Account.email == new.email):
        raise Invalid({"email": "taken"})
    if new.phone is not None and _exists(session, Account.phone == new.phone):
        raise Invalid({"phone": "taken"})


def _exists(session: Session, condition: ColumnElement[bool]) -> bool:
    return session.execute(select(1).where(condition).limit(1)).first() is not None


def _update(session: Session, account_id: int, **values: object) -> None:
    changed = session.execute(
        update(Account).where(Account.id == account_id, Account.deleted_at.is_(None)).values(**values)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound()


def _new_stamp() -> str:
    return secrets.token_hex(16)
