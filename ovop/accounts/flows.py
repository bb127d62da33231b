"""Signing up, signing in, changing one's password: hashing between reading and writing, in no transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ovop.accounts.errors import WrongPassword
from ovop.accounts.names import Login, parse_login, parse_name
from ovop.accounts.operations import NewAccount, change_password, create_account, keep_rehashed
from ovop.accounts.passwords import check_password, hash_password, needs_rehash, verify_password
from ovop.accounts.queries import Credentials, Details, find_account_by_login, get_details
from ovop.db import db, write
from ovop.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class SignUp:
    """What somebody types to become a buyer."""

    name: str
    login: str
    password: str = field(repr=False)
    language: str = "id"


def sign_in(typed_login: str, password: str) -> Credentials:
    """The account that login and password belong to.

    Raises: Invalid when `typed_login` cannot be one; WrongPassword, after the same work whether the account exists.
    """
    account = find_account_by_login(db.session(), parse_login(typed_login))
    if not verify_password(password, account.password_hash if account else None) or account is None:
        raise WrongPassword()
    if needs_rehash(account.password_hash):
        write(keep_rehashed, account.id, account.password_hash, hash_password(password))
    return account


def sign_up(request: SignUp, now: datetime) -> Credentials:
    """A buyer's account exists.  Raises: Invalid, naming every field that is wrong.

    Sent twice, or by somebody who forgot that they had one: the account with that login and password.
    """
    login = _checked(request)
    password_hash = hash_password(request.password)
    new = NewAccount(request.name, password_hash, login.email, login.phone, language=request.language)
    try:
        write(create_account, new, now)
    except Invalid as error:
        known = find_account_by_login(db.session(), login)
        if known is not None and verify_password(request.password, known.password_hash):
            return known
        raise _about_login(error) from error
    account = find_account_by_login(db.session(), login)
    assert account is not None  # committed just now
    return account


def replace_password(account_id: int, old: str, new: str) -> str:
    """The account has the new password; returns the stamp of sessions from now on, all earlier ones are over.

    Raises: WrongPassword when `old` is not the present one; Invalid.
    """
    details = confirm_password(account_id, old)
    for login in (Login(email=details.email), Login(phone=details.phone)):
        check_password(new, login, field="new_password")
    return write(change_password, account_id, hash_password(new))


def confirm_password(account_id: int, password: str) -> Details:
    """The account, when `password` is its own.  Raises: WrongPassword."""
    details = get_details(db.session(), account_id)
    if not verify_password(password, details.password_hash):
        raise WrongPassword()
    return details


def _about_login(error: Invalid) -> Invalid:
    """The same refusal, said of the one field that e-mail and number are typed into."""
    return Invalid({"login" if name in ("email", "phone") else name: code for name, code in error.errors.items()})


def _checked(request: SignUp) -> Login:
    errors: dict[str, str] = {}
    login = Login()
    try:
        parse_name(request.name)
    except Invalid as error:
        errors |= error.errors
    try:
        login = parse_login(request.login)
    except Invalid as error:
        errors |= error.errors
    try:
        check_password(request.password, login)
    except Invalid as error:
        errors |= error.errors
    if errors:
        raise Invalid(errors)
    return login
