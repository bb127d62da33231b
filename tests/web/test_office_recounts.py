"""Random markets, recounted in a few lines: first screen, tables, orders, files and programs all say the same."""

from __future__ import annotations

import random
import re
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import update

from ovop.db import db, write
from ovop.kernel.days import JAKARTA, day_of
from ovop.ordering.rows import OrderRow
from ovop.payment.rules import Method
from ovop.villages.models import Village
from tests.conftest import Clock
from tests.make import accounts, market, sales
from tests.make.fair import Fair
from tests.web.test_office_figures import csv_rows, figure, text, xlsx_rows

#: On and around the edges of days, months and years.
MOMENTS = [
    "2025-12-31T23:59:59", "2026-01-01T00:00:00", "2026-01-01T06:59:00", "2026-01-31T23:30:00", "2026-02-01T00:10:00",
    "2026-02-28T12:00:00", "2026-03-01T07:00:00", "2026-03-17T09:00:00", "2026-03-18T08:00:00",
]  # fmt: skip
SCOPES: list[dict[str, str]] = [
    {},
    {"district": "36.04.13"},
    {"village": sales.LONTAR},
    {"species": "MIL"},
    {"form": "fresh", "species": "GIT"},
]
TODAY = datetime(2026, 3, 18, 20, tzinfo=JAKARTA)


def crowd(chance: random.Random) -> Fair:
    """A market with a dozen sales at such moments, some weighed short, and one village renamed."""
    made = Fair()
    for _number in range(12):
        at = datetime.fromisoformat(chance.choice(MOMENTS)).replace(tzinfo=JAKARTA)
        lots = chance.sample(range(3), chance.randint(1, 3))
        bought = {lot: _weighed(chance, lot) for lot in lots}
        method = chance.choice([Method.CASH, Method.DEMO])
        made.sell(chance.randrange(3), chance.randrange(3), bought, at, method)
    renamed = chance.choice([sales.TENGKURAK, sales.LONTAR])
    write(lambda session: session.execute(update(Village).where(Village.code == renamed).values(name="Nama Baru")))
    return made


def _weighed(chance: random.Random, lot: int) -> tuple[int, int]:
    ordered = chance.randint(1, 9) if lot == 2 else chance.randrange(500, 4000, 50)
    return ordered, max(1, ordered - chance.choice([0, 0, ordered // 20, ordered // 5]))


def counted(orders: list[OrderRow], first: date, last: date, scope: dict[str, str]) -> tuple[int, int, int, int, int]:
    """Orders, buyers, grams, pieces, rupiah of what was collected in those days and lies in the scope."""
    lines = [
        (order, line)
        for order in orders
        if first <= day_of(order.collected_at) <= last
        and order.village_code.startswith(scope.get("village") or scope.get("district") or "")
        for line in order.lines
        if line.final_quantity
        and line.species_code == scope.get("species", line.species_code)
        and line.form == scope.get("form", line.form)
        and order.method.value == scope.get("method", order.method.value)
    ]
    return (
        len({order.number for order, _line in lines}),
        len({order.buyer_id for order, _line in lines}),
        sum(line.final_quantity for _order, line in lines if line.measure == "weight"),
        sum(line.final_quantity for _order, line in lines if line.measure == "count"),
        sum(line.final_amount for _order, line in lines),
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_surface_says_what_a_plain_recount_says(
    app: APIFlask, client: FlaskClient, clock: Clock, seed: int
) -> None:
    chance = random.Random(seed)
    fair = crowd(chance)
    clock.now = TODAY
    accounts.sign_in(client, accounts.official())
    bearer = {"Authorization": f"Bearer {accounts.token(accounts.official(email='lain@contoh.id'))}"}
    days = sorted({date.fromisoformat(moment[:10]) for moment in MOMENTS})
    for _look in range(4):
        first, last = sorted(chance.choices(days, k=2))
        scope = chance.choice(SCOPES)
        address = urlencode({"from": first, "to": last} | scope)
        orders, buyers, grams, pieces, rupiah = counted(fair.orders, first, last, scope)
        board = text(client, f"/dinas?{address}")
        tiles = [int(value.replace(".", "")) for value in re.findall(r"<dd>([\d.]+)</dd>", board)[:2]]
        assert (tiles, figure(board)) == ([orders, buyers], rupiah), address
        assert figure(text(client, f"/dinas/penjualan?{address}")) == rupiah
        assert figure(text(client, f"/dinas/penjualan/pesanan?{address}")) == rupiah
        lines = csv_rows(client, f"/dinas/penjualan/pesanan.csv?{address}")
        assert (len({line["Nomor pesanan"] for line in lines}), sum(int(line["Rupiah"]) for line in lines)) == (
            orders,
            rupiah,
        )
        for group in ("village", "month", "hour", "method"):
            *_rows, total = csv_rows(client, f"/dinas/penjualan.csv?{address}&group={group}")
            told = tuple(int(total[name] or 0) for name in ("Pesanan", "Pembeli", "Gram", "Buah", "Rupiah"))
            assert told == (orders, buyers, grams, pieces, rupiah), (address, group)
            assert sum(int(row["Rupiah"]) for row in _rows) == rupiah
        assert xlsx_rows(client, f"/dinas/penjualan.xlsx?{address}")[-1]["Rupiah"] == rupiah
        cash = text(client, f"/dinas/penjualan/pesanan?{address}&method=cash")
        assert figure(cash) == counted(fair.orders, first, last, scope | {"method": "cash"})[4]
        if not scope:
            path = f"/api/v1/sales?from={first}&to={last}&group_by=village,species"
            answer = client.get(path, headers=bearer).get_json()
            assert answer["total"] == {
                "orders": orders, "buyers": buyers, "grams": grams, "pieces": pieces, "revenue": rupiah,
            }  # fmt: skip
            assert sum(row["revenue"] for row in answer["rows"]) == rupiah
    first, last = TODAY.date() - timedelta(days=28), TODAY.date() - timedelta(days=1)
    recent = [order for order in fair.orders if first <= day_of(order.collected_at) <= last]
    short = [
        order.number for order in recent if any(line.final_quantity * 10 < line.quantity * 9 for line in order.lines)
    ]
    rows = csv_rows(client, f"/dinas/tanda/short.csv?from={first}&to={last}")
    assert sorted(row["Nomor pesanan"] for row in rows) == sorted(short)
    db.session.rollback()
    assert market.broken() == []
