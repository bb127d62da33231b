"""Making and changing accounts, co-operatives and tokens."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.accounts.idempotency import Answer, fingerprint, remember_answer
from ovop.accounts.models import Account, ApiToken, RememberedAnswer, Role
from ovop.accounts.names import DEMO_EMAILS, Login
from ovop.accounts.operations import (
    NewAccount,
    change_details,
    change_password,
    create_account,
    create_cooperative,
    create_token,
    delete_account,
    keep_rehashed,
    sign_out_everywhere,
)
from ovop.accounts.queries import account_by_token, find_account_by_login, get_details, is_demo_market, load_user
from ovop.accounts.tokens import token_hash
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from tests.make import accounts as make

SITI = Login(email="siti@contoh.id")


def refused(new: NewAccount) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        write(create_account, new, days.now())
    return caught.value.errors


def stamp_of(account_id: int) -> str:
    return db.session.execute(select(Account.session_stamp).where(Account.id == account_id)).scalar_one()


def test_an_account_is_found_by_what_it_signs_in_with(app: APIFlask) -> None:
    siti = make.buyer("siti@contoh.id", phone="+6281234567890")
    by_email = find_account_by_login(db.session(), SITI)
    assert by_email is not None
    assert by_email.actor == siti
    assert find_account_by_login(db.session(), Login(phone="+6281234567890")) == by_email
    assert find_account_by_login(db.session(), Login(email="x@contoh.id")) is None


def test_an_address_or_number_has_one_account(app: APIFlask) -> None:
    make.buyer("siti@contoh.id", phone="+6281234567890")
    assert refused(NewAccount("B", "h", "siti@contoh.id")) == {"email": "taken"}
    assert refused(NewAccount("B", "h", phone="+6281234567890")) == {"phone": "taken"}


def test_an_account_needs_something_to_sign_in_with(app: APIFlask) -> None:
    assert refused(NewAccount("B", "h")) == {"login": "required"}


def test_members_and_only_members_have_a_cooperative(app: APIFlask) -> None:
    tengkurak = make.cooperative()
    assert refused(NewAccount("B", "h", "b@contoh.id", role=Role.COOPERATIVE)) == {"cooperative": "required"}
    assert refused(NewAccount("B", "h", "b@contoh.id", cooperative_id=tengkurak)) == {"cooperative": "does-not-fit"}
    wrong = NewAccount("B", "h", "b@contoh.id", role=Role.COOPERATIVE, cooperative_id=999)
    assert refused(wrong) == {"cooperative": "unknown"}


def test_nobody_makes_a_real_market_a_demo(app: APIFlask) -> None:
    for email in (*DEMO_EMAILS.values(), "lain@demo.test"):
        assert refused(NewAccount("B", "h", email)) == {"email": "reserved"}
    assert not is_demo_market(db.session())
    make.demo_buyer()
    assert is_demo_market(db.session())


@pytest.mark.parametrize(
    ("slug", "name", "village", "errors"),
    [
        ("Tengkurak", "K", make.TENGKURAK, {"slug": "not-a-slug"}),
        ("lain", "K", "36.04.99.9999", {"village": "unknown"}),
        ("lain", " ", make.TENGKURAK, {"name": "required"}),
        ("tengkurak", "K", make.TENGKURAK, {"slug": "taken"}),
    ],
)
def test_a_cooperative_that_cannot_be_is_refused(
    app: APIFlask, slug: str, name: str, village: str, errors: dict[str, str]
) -> None:
    make.cooperative("tengkurak")
    with pytest.raises(Invalid) as caught:
        write(create_cooperative, slug, name, village, days.now())
    assert caught.value.errors == errors


def test_a_token_speaks_for_its_account_and_is_not_kept(app: APIFlask) -> None:
    petugas = make.member(make.cooperative())
    token = write(create_token, petugas.id, days.now())
    assert account_by_token(db.session(), token) == petugas
    assert account_by_token(db.session(), token + "x") is None
    assert account_by_token(db.session(), "\ud800") is None
    assert db.session.scalars(select(ApiToken.token_hash)).all() == [token_hash(token)]


def test_a_new_password_ends_every_session(app: APIFlask) -> None:
    siti = make.buyer()
    before = stamp_of(siti.id)
    after = write(change_password, siti.id, "new hash")
    assert load_user(db.session(), siti.id, before) is None
    user = load_user(db.session(), siti.id, after)
    assert user is not None
    assert user.actor == siti
    assert get_details(db.session(), siti.id).password_hash == "new hash"


def test_signing_out_everywhere_ends_every_session(app: APIFlask) -> None:
    siti = make.buyer()
    before = stamp_of(siti.id)
    after = write(sign_out_everywhere, siti.id)
    assert load_user(db.session(), siti.id, before) is None
    assert load_user(db.session(), siti.id, after) is not None


def test_a_rehash_ends_no_session_and_never_brings_an_old_password_back(app: APIFlask) -> None:
    siti = make.buyer()
    before = stamp_of(siti.id)
    write(keep_rehashed, siti.id, make.password_hash(), "same, anew")
    assert load_user(db.session(), siti.id, before) is not None
    write(keep_rehashed, siti.id, make.password_hash(), "old, anew")
    assert get_details(db.session(), siti.id).password_hash == "same, anew"


def test_details_change_and_wrong_ones_are_refused(app: APIFlask) -> None:
    siti = make.buyer()
    write(change_details, siti.id, name=" Siti  A. ", language="en")
    details = get_details(db.session(), siti.id)
    assert (details.name, details.language) == ("Siti A.", "en")
    with pytest.raises(Invalid):
        write(change_details, siti.id, name="Siti", language="fr")


def test_a_deleted_account_leaves_nothing_of_the_person(app: APIFlask) -> None:
    siti = make.buyer("siti@contoh.id", phone="+6281234567890")
    stamp = stamp_of(siti.id)
    token = make.token(siti)
    write(remember_answer, siti.id, "k", fingerprint("x", 1), Answer(201, "with a name"), days.now())
    write(delete_account, siti.id, days.now())
    row = db.session.execute(select(Account.__table__).where(Account.id == siti.id)).one()
    assert (row.name, row.email, row.phone, row.password_hash) == ("Akun dihapus", None, None, "")
    assert load_user(db.session(), siti.id, stamp) is None
    assert load_user(db.session(), siti.id, row.session_stamp) is None
    assert account_by_token(db.session(), token) is None
    assert find_account_by_login(db.session(), SITI) is None
    assert db.session.execute(select(RememberedAnswer.key)).all() == []
    make.buyer("siti@contoh.id", phone="+6281234567890")  # the address is free again
    with pytest.raises(NotFound):
        write(delete_account, siti.id, days.now())
