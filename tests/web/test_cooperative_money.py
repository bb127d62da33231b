"""What was taken, to the rupiah, and the co-operative's own page."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from ovop.accounts.queries import get_cooperative
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows, operations
from ovop.ordering.rows import OrderRow
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry
from ovop.payment.rules import Method
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page
from tests.make.shares import refund
from tests.make.shopping import with_qris


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def collected(jaya: Clerk, grams: int, method: Method = Method.CASH, who: str = "siti@contoh.id") -> OrderRow:
    """An order that is handed over now, paid by `method`."""
    lot = market.catch(jaya.shop, unit_price=100_000)
    buyer = accounts.buyer(who)
    order = jaya.order({lot: grams}, buyer, method=method)
    if method.is_card:
        market.pay(buyer, order.checkout_id)
    write(operations.weigh_order, order.number, {lot: grams}, jaya.shop.clerk, days.now())
    flows.hand_over(order.number, order.pickup_code, "", jaya.shop.clerk, days.now())
    return jaya.read(order.number)


def figures(page: Page) -> dict[str, str]:
    """The first amount of each card of the page, by the card's heading."""
    found = {}
    for card in page.all("card"):
        heading = next(heading for heading in page.all("h2") if card.startswith(heading))
        amount = re.search(r"Rp [\d.]+", card)
        assert amount is not None
        found[heading] = amount[0]
    return found


def spans(page: Page) -> list[str]:
    """What was taken today, this week and this month."""
    found = figures(page)
    return [found["Hari ini"], found["Minggu ini"], found["Bulan ini"]]


def earned(jaya: Clerk) -> int:
    """What the ledger says that this co-operative earned."""
    wanted = select(-func.sum(LedgerEntry.amount)).where(
        LedgerEntry.account == LedgerAccount.PAYABLE,
        LedgerEntry.cooperative_id == jaya.shop.id,
        LedgerEntry.journal.endswith(":earned"),
    )
    return int(db.session.scalar(wanted) or 0)


def test_a_new_co_operative_has_taken_nothing(jaya: Clerk) -> None:
    assert spans(jaya.see("/koperasi/uang")) == ["Rp 0"] * 3


def test_takings_are_the_ledgers_and_each_leads_to_its_orders(jaya: Clerk) -> None:
    cash = collected(jaya, 1500)
    card = collected(jaya, 2000, Method.DEMO, "budi@contoh.id")
    page = jaya.see("/koperasi/uang")
    assert spans(page) == ["Rp 350.000"] * 3
    assert earned(jaya) == 350_000
    link = "/koperasi/pesanan?status=collected&method=cash&from=2026-01-05&to=2026-01-05"
    assert link in page.links
    rows = jaya.see(link).links
    assert f"/koperasi/pesanan/{cash.number}" in rows
    assert f"/koperasi/pesanan/{card.number}" not in rows


def test_a_day_begins_at_midnight_in_jakarta_and_a_week_on_monday(jaya: Clerk, clock: Clock) -> None:
    clock.now = clock.now.replace(month=1, day=11, hour=23, minute=59, second=59)  # Sunday
    collected(jaya, 1000)
    assert spans(jaya.see("/koperasi/uang")) == ["Rp 100.000"] * 3
    clock.forward(seconds=1)
    collected(jaya, 2000, who="budi@contoh.id")
    assert spans(jaya.see("/koperasi/uang")) == ["Rp 200.000", "Rp 200.000", "Rp 300.000"]


def test_open_orders_are_awaited_at_what_is_known_of_them(jaya: Clerk) -> None:
    lot = market.catch(jaya.shop, unit_price=100_000)
    weighed = jaya.order({lot: 1500})
    jaya.order({lot: 2000}, accounts.buyer("budi@contoh.id"))
    jaya.order({lot: 500}, accounts.buyer("ani@contoh.id"), method=Method.DEMO)  # unpaid: nobody's money yet
    write(operations.weigh_order, weighed.number, {lot: 1480}, jaya.shop.clerk, days.now())
    words = jaya.see("/koperasi/uang").words
    assert "1 pesanan, hasil timbangan Rp 148.000" in words
    assert "1 pesanan, perkiraan Rp 200.000" in words


def test_cancelled_orders_and_other_co_operatives_bring_nothing(jaya: Clerk, client: FlaskClient) -> None:
    lot = market.catch(jaya.shop)
    order = jaya.order({lot: 1500})
    write(operations.cancel_order, order.number, jaya.shop.clerk, days.now(), "es habis")
    lontar = market.shop("lontar", "36.04.13.2007")
    theirs = Clerk(client, lontar)
    collected(theirs, 1500, who="budi@contoh.id")
    page = jaya.see("/koperasi/uang")
    assert spans(page) == ["Rp 0"] * 3
    assert "0 pesanan, perkiraan Rp 0" in page.words


# The co-operative's own page


def save(jaya: Clerk, **fields: str) -> Page:
    plain = {"phone": "0812 3456 7890", "about": "Nelayan Tengkurak", "allows_cash": "1"}
    return jaya.send("/koperasi/profil", plain | fields)


def kept(jaya: Clerk) -> tuple[str | None, str, bool]:
    db.session.rollback()
    row = get_cooperative(db.session(), jaya.shop.id)
    return row.phone, row.about, row.allows_cash


def test_number_story_and_cash_are_kept(jaya: Clerk) -> None:
    assert save(jaya).location == "/koperasi/profil"
    assert kept(jaya) == ("+6281234567890", "Nelayan Tengkurak", True)
    page = jaya.see("/koperasi/profil")
    assert page.value("phone") == "0812-3456-7890"
    assert "checked" in page.fields["allows_cash"][0]
    assert "dua kali tidak mengambil pesanan dalam 90 hari" in page.words


def test_what_is_emptied_is_gone(jaya: Clerk) -> None:
    save(jaya)
    jaya.send("/koperasi/profil", {"phone": "", "about": ""})
    assert kept(jaya) == (None, "", False)


def test_a_qris_is_shown_here_and_set_elsewhere(jaya: Clerk) -> None:
    assert "QRIS belum ada Pasang QRIS" in jaya.see("/koperasi/profil").words
    with_qris(jaya.shop)
    page = jaya.see("/koperasi/profil")
    assert "QRIS KIOS UJI COBA Ganti QRIS" in page.words
    assert "/koperasi/qris" in page.links
    save(jaya, qris_payload="")
    assert "KIOS UJI COBA" in jaya.see("/koperasi/profil").words, "what this form does not have it does not change"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"phone": "12345"}, "Tulis nomor HP Indonesia, seperti 0812 3456 7890."),
        ({"phone": "+1 202 555 0143"}, "Tulis nomor HP Indonesia, seperti 0812 3456 7890."),
        ({"about": "x" * 2001}, "Terlalu panjang."),
    ],
)
def test_what_cannot_be_kept_comes_back(jaya: Clerk, change: dict[str, str], says: str) -> None:
    page = save(jaya, **change)
    assert page.status == 422
    assert [error for error in page.errors if error.startswith(says)]
    assert kept(jaya) == (None, "", True)
    if "phone" in change:
        assert page.value("phone") == change["phone"]
    if "about" not in change:
        assert "Nelayan Tengkurak" in page.words


def test_orders_are_found_by_days_and_ways_of_paying(jaya: Clerk, clock: Clock) -> None:
    cash = collected(jaya, 1000)
    card = collected(jaya, 2000, Method.DEMO, "budi@contoh.id")
    clock.forward(days=1)
    late = collected(jaya, 3000, who="ani@contoh.id")
    refund(cash.number, 30_000)

    def listed(query: str) -> list[str]:
        links = jaya.see(f"/koperasi/pesanan?{query}").links
        return [order.number for order in (cash, card, late) if f"/koperasi/pesanan/{order.number}" in links]

    assert listed("from=2026-01-05&to=2026-01-05") == [cash.number, card.number]
    assert listed("from=2026-01-05&to=2026-01-06&method=cash") == [cash.number, late.number]
    assert listed("method=demo&method=qris") == [card.number]
    assert listed("refunded=1&from=2026-01-06&to=2026-01-06") == [cash.number]
    assert listed("refunded=1&from=2026-01-05&to=2026-01-05") == []
    assert len(listed("refunded=1&from=x&to=2026-01-05&method=gold&page=zwei&status=lost")) == 3
    page = jaya.see("/koperasi/pesanan?from=2026-01-05&to=2026-01-06&method=cash")
    assert "2 pesanan, diambil 5–6 Jan, Rp 400.000" in page.words
    assert "Rp 100.000 −Rp 30.000" in page.words
    assert page.value("from") == "2026-01-05"
    assert "/koperasi/pesanan?from=2026-01-05&to=2026-01-06&method=cash&status=ready" in page.links


def test_cash_in_tills_and_what_the_market_owes_stand_on_the_page(jaya: Clerk, clock: Clock) -> None:
    collected(jaya, 1500)
    collected(jaya, 2000, Method.DEMO, "budi@contoh.id")
    found = figures(jaya.see("/koperasi/uang"))
    assert (found["Tunai belum disetor"], found["Di pasar, untuk koperasi"]) == ("Rp 150.000", "Rp 200.000")
    clock.forward(days=4)
    assert "Terlalu lama" in jaya.see("/koperasi/uang").words


def test_a_month_old_taking_is_not_this_months(jaya: Clerk, clock: Clock) -> None:
    collected(jaya, 1000)
    clock.forward(days=31)
    assert spans(jaya.see("/koperasi/uang")) == ["Rp 0"] * 3
