"""Signing up and in."""

from __future__ import annotations

import argon2
import pytest
from apiflask import APIFlask

from ovop.accounts import flows
from ovop.accounts.errors import WrongPassword
from ovop.accounts.operations import change_password
from ovop.accounts.passwords import needs_rehash
from ovop.accounts.queries import get_details
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from tests.databases import count
from tests.make import accounts as make


def test_the_right_password_signs_in(app: APIFlask) -> None:
    siti = make.buyer("siti@contoh.id", phone="+6281234567890")
    assert flows.sign_in(" SITI@contoh.id", make.PASSWORD).actor == siti
    assert flows.sign_in("0812-3456-7890", make.PASSWORD).actor == siti


@pytest.mark.parametrize(("login", "password"), [("siti@contoh.id", "salah"), ("x@contoh.id", make.PASSWORD)])
def test_a_wrong_login_and_a_wrong_password_are_refused_alike(app: APIFlask, login: str, password: str) -> None:
    make.buyer("siti@contoh.id")
    with pytest.raises(WrongPassword) as caught:
        flows.sign_in(login, password)
    assert caught.value.facts == {}


def test_signing_in_renews_a_hash_with_old_parameters(app: APIFlask) -> None:
    siti = make.buyer("siti@contoh.id")
    write(change_password, siti.id, argon2.PasswordHasher(1, 64, 1).hash(make.PASSWORD))
    flows.sign_in("siti@contoh.id", make.PASSWORD)
    assert not needs_rehash(get_details(db.session(), siti.id).password_hash)
    assert flows.sign_in("siti@contoh.id", make.PASSWORD).actor == siti


def test_every_wrong_field_is_named_at_once(app: APIFlask) -> None:
    with pytest.raises(Invalid) as caught:
        flows.sign_up(flows.SignUp(" ", "siti", "kurang"), days.now())
    assert caught.value.errors == {"name": "required", "login": "not-a-login", "password": "password-too-short"}
    assert count("account") == 0


def test_signing_up_twice_makes_one_account(app: APIFlask) -> None:
    wanted = flows.SignUp("Siti", "0812 3456 7890", make.PASSWORD)
    assert flows.sign_up(wanted, days.now()).actor == flows.sign_up(wanted, days.now()).actor
    assert count("account") == 1


def test_a_login_of_somebody_else_cannot_be_taken(app: APIFlask) -> None:
    make.buyer("siti@contoh.id")
    with pytest.raises(Invalid) as caught:
        flows.sign_up(flows.SignUp("Palsu", "siti@contoh.id", "lain-sama-sekali"), days.now())
    assert caught.value.errors == {"login": "taken"}


def test_a_password_is_replaced_only_by_whoever_knows_it(app: APIFlask) -> None:
    siti = make.buyer("siti@contoh.id")
    with pytest.raises(WrongPassword):
        flows.replace_password(siti.id, "salah", "bandeng-presto-9")
    with pytest.raises(Invalid) as caught:
        flows.replace_password(siti.id, make.PASSWORD, "siti@contoh.id")
    assert caught.value.errors == {"new_password": "password-is-login"}
    flows.replace_password(siti.id, make.PASSWORD, "bandeng-presto-9")
    assert flows.sign_in("siti@contoh.id", "bandeng-presto-9").actor == siti


def test_a_password_never_shows_where_a_request_is_printed() -> None:
    assert make.PASSWORD not in repr(flows.SignUp("Siti", "siti@contoh.id", make.PASSWORD))
