"""The first answer to a request is its only one."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ovop.accounts.errors import KeyReused
from ovop.accounts.idempotency import Answer, check_key, find_answer, fingerprint, forget_answers, remember_answer
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from tests.make import accounts as make

FIRST = Answer(201, '{"id": "A"}')
PRINT = fingerprint("checkout", {"lines": [1]})


def test_a_repeat_gets_the_first_answer(app: APIFlask) -> None:
    siti = make.buyer()
    assert find_answer(db.session(), siti.id, "k", PRINT) is None
    write(remember_answer, siti.id, "k", PRINT, FIRST, days.now())
    assert find_answer(db.session(), siti.id, "k", PRINT) == FIRST


def test_the_same_key_for_something_else_is_refused(app: APIFlask) -> None:
    siti = make.buyer()
    write(remember_answer, siti.id, "k", PRINT, FIRST, days.now())
    with pytest.raises(KeyReused):
        find_answer(db.session(), siti.id, "k", fingerprint("checkout", {"lines": [2]}))
    with pytest.raises(KeyReused):
        find_answer(db.session(), siti.id, "k", fingerprint("cancel", {"lines": [1]}))


def test_another_buyers_same_key_is_another_key(app: APIFlask) -> None:
    siti, budi = make.buyer(), make.buyer("budi@contoh.id")
    write(remember_answer, siti.id, "k", PRINT, FIRST, days.now())
    assert find_answer(db.session(), budi.id, "k", PRINT) is None


def test_of_many_at_once_one_does_the_work(app: APIFlask) -> None:
    siti = make.buyer()
    done: list[int] = []
    answers: list[Answer] = []
    together = threading.Barrier(6)

    def work(session: Session, number: int) -> Answer:
        known = find_answer(session, siti.id, "k", PRINT)
        if known is not None:
            return known
        mine = Answer(201, str(number))
        remember_answer(session, siti.id, "k", PRINT, mine, days.now())
        return mine

    def ask(number: int) -> None:
        with app.app_context():
            together.wait()
            answer = write(work, number)
            answers.append(answer)
            done.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 6
    assert len(set(answers)) == 1


def test_old_answers_are_forgotten(app: APIFlask) -> None:
    siti = make.buyer()
    write(remember_answer, siti.id, "old", PRINT, FIRST, days.now() - timedelta(days=3))
    write(remember_answer, siti.id, "new", PRINT, FIRST, days.now())
    assert write(forget_answers, days.now() - timedelta(days=2)) == 1
    assert find_answer(db.session(), siti.id, "old", PRINT) is None
    assert find_answer(db.session(), siti.id, "new", PRINT) == FIRST


def test_keys_have_one_to_255_characters() -> None:
    assert check_key("x" * 255) == "x" * 255
    for key in ("", "x" * 256, "a\nb"):
        with pytest.raises(Invalid):
            check_key(key)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=5))
def test_the_order_of_members_does_not_matter(body: dict[str, object]) -> None:
    assert fingerprint("x", body) == fingerprint("x", dict(reversed(body.items())))


@given(JSON, JSON)
def test_other_bodies_have_other_fingerprints(one: object, other: object) -> None:
    assert (fingerprint("x", one) == fingerprint("x", other)) == (repr(one) == repr(other))
