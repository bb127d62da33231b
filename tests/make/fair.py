"""A small market with sales that overlap in every way that could be counted twice, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta

from ovop.kernel import days
from ovop.ordering.rows import OrderRow
from ovop.payment.rules import Method
from tests.make import accounts, market, sales


class Fair:
    """Three co-operatives in two districts, each with prawns, milkfish and satay on sale, and three buyers."""

    def __init__(self) -> None:
        villages = (sales.TENGKURAK, sales.LONTAR, sales.KAMASAN)
        self.sellers = [market.shop(f"koperasi-{number}", village) for number, village in enumerate(villages)]
        self.buyers = [accounts.buyer(f"pembeli{number}@contoh.id", f"Pembeli {number}") for number in range(3)]
        self.lots = [self._lots(seller) for seller in self.sellers]
        self.orders: list[OrderRow] = []

    def sell(
        self,
        buyer: int,
        seller: int,
        bought: dict[int, tuple[int, int]],
        at: datetime,
        method: Method = Method.CASH,
    ) -> OrderRow:
        """bought: for each lot by number, ordered and weighed grams or pieces."""
        lots = self.lots[seller]
        order = sales.sale(
            self.buyers[buyer],
            self.sellers[seller],
            {lots[lot]: ordered for lot, (ordered, _weighed) in bought.items()},
            weights={lots[lot]: weighed for lot, (_ordered, weighed) in bought.items()},
            method=method,
            at=at,
        )
        self.orders.append(order)
        return order

    def _lots(self, seller: market.Shop) -> list[int]:
        milkfish = market.product(seller.id, "Bandeng", "MIL")
        satay = market.product(seller.id, "Sate bandeng", "MIL", "count", "piece", "processed")
        return [
            market.catch(seller, 900_000, 37_500),
            market.catch(seller, 900_000, 32_000, product=milkfish),
            market.catch(seller, 900, 45_000, product=satay),
        ]


def fair() -> Fair:
    """Five sales by three co-operatives to two buyers: today, tomorrow and in forty days."""
    made, now = Fair(), days.now()
    made.sell(0, 0, {0: (1500, 1480), 1: (2000, 2050), 2: (3, 3)}, now)
    made.sell(0, 0, {1: (1000, 1000)}, now + timedelta(days=1))
    made.sell(0, 1, {0: (500, 500)}, now)
    made.sell(1, 1, {2: (5, 4)}, now + timedelta(days=40), Method.DEMO)
    made.sell(1, 2, {1: (700, 0), 2: (2, 2)}, now)
    return made
