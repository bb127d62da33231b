"""A statement that brings no transfer is told to managers once, with how much is missing; others are not."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.db import db
from ovop.kernel import days
from ovop.outside.models import OutboxJob
from ovop.settlement.flows import draw_due
from ovop.settlement.notices import CARRIED_LETTER_JOB, send_carried
from ovop.web.carried_letters import compose_carried
from tests.conftest import Clock
from tests.make import market, settlements


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


def mails() -> list[dict[str, str]]:
    """What waits to leave; what leads to it is done first, twice as it may be."""
    for _time in range(2):
        for payload in db.session.scalars(select(OutboxJob.payload).where(OutboxJob.kind == CARRIED_LETTER_JOB)).all():
            send_carried(payload, days.now(), compose_carried)
    found = select(OutboxJob.payload).where(OutboxJob.kind == "mail").order_by(OutboxJob.id)
    return [mail for mail in db.session.scalars(found).all() if "carried" in mail["key"]]


def test_what_is_missing_is_told_once(seller: market.Shop, clock: Clock) -> None:
    settlements.booked(seller.id, -12_000)
    clock.forward(days=32)
    assert draw_due(days.now()) == 1
    assert draw_due(days.now()) == 0
    [mail] = mails()
    assert mail["to"] == "tengkurak@contoh.id"
    assert "dibawa ke rekap berikutnya" in mail["subject"]
    assert "Periode ini kurang Rp\N{NO-BREAK SPACE}12.000" in mail["text"]


@pytest.mark.parametrize("share", [12_000, 0])
def test_what_is_owed_or_comes_to_nothing_is_not(seller: market.Shop, clock: Clock, share: int) -> None:
    settlements.booked(seller.id, share or 7_000)
    if not share:
        settlements.booked(seller.id, -7_000)
    clock.forward(days=32)
    assert draw_due(days.now()) == 1
    assert mails() == []
