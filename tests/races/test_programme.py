"""Two people of the office over one thing: one is first, and a village never has two flagships."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from ovop.catalogue.models import Flagship
from ovop.db import db, write
from ovop.kernel import days
from ovop.programme import assessing, operations
from tests.databases import count
from tests.make import accounts, market, programme
from tests.races.test_core import at_once, outcomes


@pytest.fixture(autouse=True)
def nothing_is_broken(app: APIFlask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert market.broken() == []


def in_force() -> int | None:
    return db.session.scalar(select(func.count()).select_from(Flagship).where(Flagship.ended_on.is_(None)))


def test_a_proposal_sent_twice_at_once_is_one(app: APIFlask) -> None:
    shop = market.shop()
    results = at_once(app, [lambda: programme.proposed(shop)] * 4)
    assert outcomes(results) == {"done": 1, "already-proposed": 3}
    assert count("flagship_proposal") == 1


def test_two_co_operatives_proposals_agreed_to_at_once_leave_one_flagship(app: APIFlask) -> None:
    one = market.shop()
    other = market.shop("kedua", accounts.TENGKURAK)
    first, second = programme.office()
    mine, theirs = programme.proposed(one), programme.proposed(other)
    results = at_once(
        app,
        [
            lambda: write(operations.decide, mine, programme.decision(), first, days.now()),
            lambda: write(operations.decide, theirs, programme.decision(), second, days.now()),
        ],
    )
    assert outcomes(results) == {"done": 2}
    assert in_force() == 1
    assert count("flagship") == 2


def test_agreed_to_and_refused_at_once_it_is_one_of_the_two(app: APIFlask) -> None:
    first, second = programme.office()
    proposal = programme.proposed(market.shop())
    results = at_once(
        app,
        [
            lambda: write(operations.decide, proposal, programme.decision(), first, days.now()),
            lambda: write(operations.decide, proposal, programme.decision(agrees=False), second, days.now()),
        ],
    )
    assert outcomes(results) == {"done": 1, "already-decided": 1}


def test_criteria_changed_by_two_at_once_are_one_version(app: APIFlask) -> None:
    first, second = programme.office()
    results = at_once(app, [lambda: programme.criteria(first), lambda: programme.criteria(second)])
    assert outcomes(results) == {"done": 1, "criteria-changed": 1}
    assert count("programme_criteria") == 1


def test_assessed_and_certified_by_several_at_once_it_is_once(app: APIFlask) -> None:
    shop = market.shop()
    first, second = programme.office()
    assessing_it = [lambda: write(assessing.assess, shop.product, programme.NIB, first, days.now())] * 3
    assert outcomes(at_once(app, assessing_it)) == {"done": 1, "readiness-waiting": 2}
    waiting = db.session.scalar(select(func.max(db.metadata.tables["readiness"].c.id)))
    assert waiting is not None
    confirming = [lambda: write(assessing.confirm, waiting, True, "", second, days.now())] * 3
    assert outcomes(at_once(app, confirming)) == {"done": 1, "already-decided": 2}
    programme.agreed(shop, first)
    programme.criteria(first, programme.EASY)
    ready = programme.confirmed(shop, first, second)
    until = days.today().replace(year=2027)
    issuing = [lambda: write(assessing.issue, ready, "S-1", until, first, days.now())] * 3
    assert outcomes(at_once(app, issuing)) == {"done": 3}
    assert count("certificate") == 1
