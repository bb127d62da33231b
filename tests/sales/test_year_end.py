"""Sales around midnight of New Year's Eve count on the day in Jakarta, wherever server and database think they are."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.accounts.models import Role
from ovop.db import db
from ovop.kernel.days import JAKARTA
from ovop.sales.overview import get_overview
from ovop.sales.queries import sales_rows
from ovop.sales.rules import Group, Period, current
from tests.make import accounts, market, sales

MOMENTS = [
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=JAKARTA),
    datetime(2027, 1, 1, 0, 0, 0, tzinfo=JAKARTA),
    datetime(2027, 1, 1, 0, 30, tzinfo=JAKARTA),
    datetime(2027, 1, 1, 6, 59, tzinfo=JAKARTA),
    datetime(2027, 1, 1, 7, 0, tzinfo=JAKARTA),
]
OLD_YEAR, NEW_YEAR = date(2026, 12, 31), date(2027, 1, 1)


@pytest.fixture(params=["UTC", "Asia/Jakarta", "America/Los_Angeles"])
def five_sales(
    app: APIFlask, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, clock
) -> Iterator[list[int]]:
    """One sale at each of the moments, by a server in another time zone; answers what each brought."""
    monkeypatch.setenv("TZ", request.param)
    monkeypatch.setenv("PGTZ", request.param)
    time.tzset()
    db.session.remove()
    db.engine.dispose()
    seller, buyer = market.shop(), accounts.buyer()
    lot = market.catch(seller)
    yield [
        sales.sale(buyer, seller, {lot: 500 + 100 * number}, at=moment).total for number, moment in enumerate(MOMENTS)
    ]
    monkeypatch.undo()
    time.tzset()
    db.session.remove()
    db.engine.dispose()


def test_every_view_counts_the_first_in_the_old_year_and_the_others_in_the_new(
    five_sales: list[int], client: FlaskClient, clock
) -> None:
    clock.now = datetime(2027, 1, 1, 12, 0, tzinfo=JAKARTA)
    first, others = five_sales[0], sum(five_sales[1:])
    by_day = sales_rows(db.session(), OLD_YEAR, NEW_YEAR, (Group.DAY,))
    assert [(row.keys[Group.DAY].code, row.figures.revenue) for row in by_day.rows] == [
        ("2026-12-31", first), ("2027-01-01", others),
    ]  # fmt: skip
    by_month = sales_rows(db.session(), OLD_YEAR, NEW_YEAR, (Group.MONTH,))
    assert [(row.keys[Group.MONTH].code, row.figures.orders) for row in by_month.rows] == [
        ("2026-12", 1),
        ("2027-01", 4),
    ]
    assert sales_rows(db.session(), OLD_YEAR, OLD_YEAR, ()).total.revenue == first
    assert sales_rows(db.session(), NEW_YEAR, NEW_YEAR, ()).total.revenue == others
    for period in Period.DAY, Period.MONTH, Period.YEAR:
        overview = get_overview(db.session(), current(period, NEW_YEAR), NEW_YEAR)
        assert overview.sums("now").revenue == overview.sums("today").revenue == others
        assert overview.months[date(2026, 12, 1)].revenue == first
        assert overview.days[NEW_YEAR].revenue == others

    accounts.sign_in(client, accounts.official())
    for span, revenue in (("today", others), ("month", others), ("year", others)):
        assert f'title="Rp\xa0{revenue:,}"'.replace(",", ".") in client.get(f"/dinas?span={span}").get_data(
            as_text=True
        )
    december = "/dinas/penjualan/pesanan.csv?from=2026-12-01&to=2026-12-31"
    rows = list(csv.DictReader(io.StringIO(client.get(december).get_data().decode("utf-8-sig")), delimiter=";"))
    assert [(row["Tanggal"], int(row["Rupiah"])) for row in rows] == [("2026-12-31", first)]
    key = accounts.token(accounts.official(Role.ADMIN, "admin@contoh.id"))
    answer = client.get(
        "/api/v1/sales?from=2026-12-31&to=2027-01-01&group_by=day", headers={"Authorization": f"Bearer {key}"}
    ).get_json()
    assert [(row["day"], row["revenue"]) for row in answer["rows"]] == [("2026-12-31", first), ("2027-01-01", others)]
    assert market.broken() == []
