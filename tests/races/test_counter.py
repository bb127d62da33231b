"""The last kilo: clerks at the counter, a buyer online and a loss want it at once."""

from __future__ import annotations

from apiflask import APIFlask

from ovop.counter import operations
from ovop.counter.flows import sell_once
from ovop.counter.rules import WalkIn
from ovop.db import write
from ovop.kernel import days
from ovop.payment.rules import Method
from ovop.stock.losses import record_loss
from ovop.stock.rules import LossCause
from tests.databases import count
from tests.make import accounts, market
from tests.races.test_core import at_once, outcomes


def test_the_last_kilo_goes_to_one_of_them(app: APIFlask) -> None:
    seller = market.shop()
    second = accounts.member(seller.id, "kedua@contoh.id", "Bu Imas")
    buyers = [accounts.buyer(f"pembeli{number}@contoh.id", "Pembeli") for number in range(2)]
    for _round in range(3):
        lot = market.catch(seller, 1000)
        asked = [market.wanted(seller, {lot: 1000}) for _buyer in buyers]
        walk_in = WalkIn(lot, 1000, 37_500, Method.CASH)
        results = at_once(
            app,
            [
                lambda walk_in=walk_in: write(operations.sell, walk_in, seller.clerk, days.now()),
                lambda walk_in=walk_in: write(operations.sell, walk_in, second, days.now()),
                lambda lot=lot: write(record_loss, lot, 1000, LossCause.SPOILT, "", seller.clerk, days.now()),
                *[
                    lambda buyer=buyer, request=request: market.check_out(buyer, request)
                    for buyer, request in zip(buyers, asked, strict=True)
                ],
            ],
        )
        assert outcomes(results) == {"done": 1, "out-of-stock": 4}
        assert market.broken() == []


def test_one_sale_tapped_and_undone_many_times_at_once_happens_once(app: APIFlask) -> None:
    seller = market.shop()
    walk_in = WalkIn(market.catch(seller, 1000), 400, 37_500, Method.CASH)
    results = at_once(app, [lambda: sell_once(walk_in, seller.clerk, "k", days.now())] * 4)
    assert len({sale for sale, _is_repeat in results}) == 1  # type: ignore[misc]
    sale = sell_once(walk_in, seller.clerk, "k", days.now())[0]
    at_once(app, [lambda: write(operations.undo, sale, "salah", seller.clerk, days.now())] * 4)
    assert count("counter_sale") == 2
    assert market.broken() == []
