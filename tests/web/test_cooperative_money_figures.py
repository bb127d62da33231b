"""Every figure of the page "Uang" after random histories: the ledger's sums, and those of the orders that it opens."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.refunding import record_payout
from ovop.ordering.rows import OrderRow
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry
from ovop.payment.rules import Method
from ovop.settlement.rules import SettlementStatus
from ovop.till.operations import Slip, count_till, deposit
from ovop.till.queries import find_open_till
from tests.conftest import Clock
from tests.make import market, settlements, tills
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page
from tests.make.shares import refund
from tests.make.shopping import with_qris


class History:
    """Some weeks of a co-operative, as chance has it."""

    def __init__(self, seed: int, seller: market.Shop, clock: Clock) -> None:
        self.chance, self.seller, self.clock = Random(seed), seller, clock
        self.done: list[OrderRow] = []
        self.office = settlements.office()
        settlements.set_account(seller)

    def play(self, steps: int) -> None:
        """So many things have happened."""
        acts = [self.sell, self.sell, self.sell, self.refund, self.pay_out, self.night, self.transfer, self.bank]
        for _step in range(steps):
            self.chance.choice(acts)()

    def sell(self) -> None:
        method = self.chance.choice((Method.CASH, Method.QRIS, Method.DEMO))
        self.done.append(tills.collected(self.seller, self.chance.randrange(5_000, 400_000, 100), method))

    def refund(self) -> None:
        order = self.known()
        if order is not None and (left := market.read(order.number, self.seller.clerk)).refunded < left.total:
            refund(order.number, self.chance.randint(1, left.total - left.refunded))

    def pay_out(self) -> None:
        order = self.known()
        if order is not None and not order.method.is_card:
            write(record_payout, order.number, "", self.seller.clerk, days.now())

    def night(self) -> None:
        self.clock.forward(hours=self.chance.choice((3, 9, 24, 24 * 5)))
        self.clock.now = self.clock.now.replace(hour=self.chance.choice((8, 9, 16)))

    def transfer(self) -> None:
        """The office pays what is due by statements."""
        for statement in settlements.draw(self.seller):
            if settlements.read(statement).row.status is SettlementStatus.DRAWN:
                for official in self.office:
                    settlements.approve(statement, official)
                settlements.pay(statement, self.office[0])

    def bank(self) -> None:
        clerk = self.seller.clerk
        till = find_open_till(db.session(), clerk.id, days.today())
        db.session.rollback()
        if till is not None:
            counted = max(0, till.cash.expected)
            write(count_till, till.id, counted, "uang sendiri", till.cash.expected, clerk, days.now())
            if counted:
                amount = self.chance.randint(1, counted)
                write(deposit, {till.id: amount}, Slip("BJB", days.today()), tills.key(), clerk, days.now())

    def known(self) -> OrderRow | None:
        return self.chance.choice(self.done) if self.done else None


def ledger_sums(cooperative_id: int, first: date, last: date) -> Counter[str]:
    """What the ledger says of these days, added up one by one."""
    sums: Counter[str] = Counter()
    for entry in db.session.scalars(select(LedgerEntry).where(LedgerEntry.cooperative_id == cooperative_id)):
        if not first <= days.day_of(entry.at) <= last:
            continue
        kind = entry.journal.split(":")[2] if entry.journal.startswith("order:") else "settled"
        if entry.account == LedgerAccount.CUSTOMER and kind in ("earned", "refund"):
            sums[f"buyers {kind}"] += entry.amount
        elif entry.account == LedgerAccount.COMMISSION:
            sums["commission"] += entry.amount
        elif entry.account == LedgerAccount.PAYABLE:
            sums["itself" if kind in ("kept", "paid-out") else "market" if kind == "settled" else "share"] += (
                entry.amount
            )
    db.session.rollback()
    return sums


def rupiah(words: str) -> int:
    """The amount that stands in these words."""
    found = re.search(r"(−?)Rp ([\d.]+)", words)
    assert found is not None, words
    return int(found[2].replace(".", "")) * (-1 if found[1] else 1)


LINES = ("Dikembalikan ke pembeli", "Potongan pasar", "Hak koperasi", "Sudah diterima koperasi", "Ditransfer pasar")


def lines_of(page: Page, title: str) -> dict[str, int]:
    """The lines of the card with that heading: its large figure, and each amount by what stands before it."""
    (card,) = [card for card in page.all("card") if card.startswith(title)]
    found = {"": rupiah(card)}
    for label in LINES:
        part = re.search(rf"{label}\s*(?:\d+ pesanan|tunai dan QRIS)?\s*(−?Rp [\d.]+)", card)
        if part is not None:
            found[label] = rupiah(part[1])
    return found


@pytest.mark.parametrize("seed", range(6))
def test_every_figure_is_the_ledgers_and_opens_its_orders(
    app: APIFlask, client: FlaskClient, clock: Clock, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "OVOP", replace(app.config["OVOP"], commission_basis_points=250 * (seed % 2)))
    clock.now = clock.now.replace(month=2, day=23)
    jaya = clerk(client)
    with_qris(jaya.shop)
    history = History(seed, jaya.shop, clock)
    history.play(45)
    assert market.broken() == []
    page = jaya.see("/koperasi/uang")
    today = days.today()
    spans = {
        "Hari ini": today,
        "Minggu ini": today - timedelta(days=today.weekday()),
        "Bulan ini": today.replace(day=1),
    }
    for title, first in spans.items():
        said, booked = lines_of(page, title), ledger_sums(jaya.shop.id, first, today)
        assert said[""] == booked["buyers earned"], title
        assert said.get("Dikembalikan ke pembeli", 0) == booked["buyers refund"], title
        assert said.get("Potongan pasar", 0) == booked["commission"], title
        if "Hak koperasi" in said:
            assert said["Hak koperasi"] == -booked["share"], title
        assert said.get("Sudah diterima koperasi", said[""]) == booked["itself"], title
        assert said.get("Ditransfer pasar", 0) == booked["market"], title
    whole = ledger_sums(jaya.shop.id, date.min, date.max)
    (owed,) = [card for card in page.all("card") if card.startswith("Di pasar, untuk koperasi")]
    assert rupiah(owed) == -(whole["share"] + whole["itself"] + whole["market"])
    check_links(jaya, page, history)


def check_links(jaya: Clerk, page: Page, history: History) -> None:
    """Each list of orders that a figure opens holds exactly the orders that it is made of, and says their sum."""
    orders = [jaya.read(order.number) for order in history.done]
    links = [link for link in dict.fromkeys(page.links) if link.startswith("/koperasi/pesanan?")]
    assert any("refunded=1" in link for link in links) == any(order.refunded for order in orders)
    for link in links:
        asked = parse_qs(urlsplit(link).query)
        if asked.get("status") != ["collected"]:
            continue
        first, last = (date.fromisoformat(asked[name][0]) for name in ("from", "to"))
        meant = [
            order
            for order in orders
            if order.collected_at is not None
            and first <= days.day_of(order.collected_at) <= last
            and order.method.value in asked.get("method", [method.value for method in Method])
        ]
        listed = jaya.see(link)
        said = re.search(r"(\d+) pesanan, diambil .*?, (Rp [\d.]+)", listed.words)
        found = (int(said[1]), rupiah(said[2])) if said else (0, 0)
        assert found == (len(meant), sum(order.total for order in meant)), link
