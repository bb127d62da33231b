"""The page of the co-operative's own figures: each opens exactly the orders that it counts."""

from __future__ import annotations

import re
from datetime import timedelta

from flask.testing import FlaskClient

from ovop.db import write
from ovop.kernel import days
from ovop.ordering import operations
from ovop.web.cooperative.numbers import lasted
from tests.conftest import Clock
from tests.make import accounts, market, sales, statements
from tests.make.clerks import clerk


def test_the_figures_open_the_orders_that_they_count(client: FlaskClient, clock: Clock) -> None:
    here = clerk(client)
    lot = market.catch(here.shop, 50_000)
    for number, weighed in enumerate((1000, 850, 1050)):
        sales.sale(accounts.buyer(f"{number}@contoh.id"), here.shop, {lot: 1000}, weights={lot: weighed})
    missed = here.order({lot: 1000})
    clock.now = missed.pickup.ends_at + timedelta(minutes=1)
    write(operations.mark_no_show, missed.number, here.shop.clerk, days.now())
    page = here.see("/koperasi/angka?days=7")
    for part, expected in (("status=collected", 3), ("short=1", 1), ("status=no_show", 1)):
        [address] = {href for href in hrefs(client, "/koperasi/angka?days=7") if part in href}
        opened = here.see(address).words
        assert f"{expected} pesanan" in opened, (part, opened)
    assert "Udang windu" in page.words


def hrefs(client: FlaskClient, path: str) -> list[str]:
    text = client.get(path).get_data(as_text=True)
    return [href.replace("&amp;", "&") for href in re.findall(r'href="(/koperasi/pesanan\?[^"]+)"', text)]


def test_a_co_operative_without_sales_is_told_so_and_odd_days_are_the_usual_ones(client: FlaskClient) -> None:
    here = clerk(client)
    for asked in ("", "?days=30", "?days=abc", "?days=-1", "?days=99999999999999999999"):
        page = here.see(f"/koperasi/angka{asked}")
        assert "Belum ada penjualan" in page.words
    with statements.recorded() as asked_for:
        here.see("/koperasi/angka")
    assert len(asked_for) <= 12


def test_how_long_it_took_is_said_in_hours_then_days(app: object) -> None:
    with app.test_request_context():  # type: ignore[attr-defined]
        assert lasted(timedelta(minutes=5)) == "1 jam"
        assert lasted(timedelta(hours=47)) == "47 jam"
        assert lasted(timedelta(hours=49)) == "2 hari"
