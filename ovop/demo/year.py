"""Playing the year: who buys what of whom when, in order of time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from ovop.demo.agenda import Agenda, SlotState
from ovop.demo.arrivals import YEAR, Arrival, Crowd
from ovop.demo.fates import events_of
from ovop.demo.people import Buyer, Standing
from ovop.demo.purchases import Deed, Event, Part, Purchase
from ovop.demo.seasons import share_on, storm_days
from ovop.demo.shelf import Lot, Shelf, Store
from ovop.demo.stage import PlacedCooperative, Stage
from ovop.kernel import days
from ovop.kernel.ids import Chance, new_id
from ovop.kernel.quantity import Measure
from ovop.ordering.drafts import drafts_for
from ovop.ordering.requests import CheckoutRequest, WantedLine, WantedPickup
from ovop.payment.rules import Method

#: The demo's own buyer has lately placed only what is open on purpose, and none of it in cash: whoever tries the market
#: can choose cash.
_LATELY = timedelta(days=5)
_METHODS, _METHOD_WEIGHTS = (Method.CASH, Method.QRIS, Method.DEMO), (0.44, 0.36, 0.2)
_NOTES = (
    "Tolong dibersihkan sisiknya",
    "Titip es sedikit ya",
    "Yang ngambil anak saya",
    "Minta ukuran sama",
    "Jangan dibelah",
)
#: Grams or pieces: nobody buys the last crumbs.
_LEAST = {Measure.WEIGHT: 250, Measure.COUNT: 1}
_TRIES = 400


class Year:
    """A stage in the course of its year, up to `now`."""

    def __init__(
        self,
        stage: Stage,
        known_slots: Mapping[tuple[int, datetime], int],
        now: datetime,
        chance: Chance,
        *,
        cards_until: datetime,
    ) -> None:
        self.stage, self.now, self.chance, self.cards_until = stage, now, chance, cards_until
        self.today = days.day_of(now)
        self.first = self.today - YEAR
        store = Store(self.today, stage.scale, chance)
        storms = {
            coast: frozenset(storm_days(self.first, self.today - timedelta(days=4), chance))
            for coast in ("north", "west")
        }
        self.shelves: dict[int, list[Shelf]] = {}
        self.agendas: dict[int, Agenda] = {}
        for cooperative in stage.cooperatives:
            ashore = storms[_coast(cooperative)]
            self.shelves[cooperative.id] = [
                Shelf(cooperative, product, store, ashore) for product in cooperative.products
            ]
            self.agendas[cooperative.id] = Agenda(cooperative, known_slots, ashore, chance)
        self._numbers: set[str] = set()

    def purchases(self, orders: int) -> Iterator[Purchase]:
        """Purchases with exactly so many orders, by the time at which they were placed; the last are still open."""
        crowd = Crowd(self.stage, self.now, self.chance, has_cards=self.cards_until == self.now)
        for day, arrivals in crowd.by_day(orders):
            for arrival in arrivals:
                yield from self._serve(arrival, day)

    def on_sale(self) -> list[Lot]:
        """Every lot that is on offer at the end of the year."""
        return [lot for shelves in self.shelves.values() for shelf in shelves for lot in shelf.on_sale(self.now)]

    def _serve(self, arrival: Arrival, day: date) -> Iterator[Purchase]:
        """What the arrival buys: as many orders as it spans, in one purchase or, where that cannot be had, several."""
        left = arrival.span
        for tries in range(_TRIES):
            if left == 0:
                return
            if tries == _TRIES // 4:
                arrival = replace(arrival, cooperative=None)
            purchase = self._try(replace(arrival, span=left), day)
            if purchase is not None:
                left -= len(purchase.parts)
                yield purchase
        raise RuntimeError(f"nothing can be bought any more on {day}")

    def _try(self, arrival: Arrival, day: date) -> Purchase | None:
        buyer = arrival.buyer or self._buyer(arrival.at)
        parts: list[Part] = []
        for cooperative in self._cooperatives(arrival, buyer, day):
            part = self._part(cooperative, buyer, arrival)
            if part is not None:
                parts.append(part)
        if not parts:
            return None
        method = self._method(arrival, buyer, parts)
        return self._place(arrival, buyer, method, tuple(parts))

    def _buyer(self, at: datetime) -> Buyer:
        """Anybody; the demo's buyer now and then, so that there is a history to look at, but not of late."""
        own, *others = self.stage.buyers
        if self.chance.random() < min(0.05, 3 / len(others)) and at < self.now - _LATELY:
            return own
        return self.chance.choice(others)

    def _cooperatives(self, arrival: Arrival, buyer: Buyer, day: date) -> list[PlacedCooperative]:
        """As many different ones as the arrival spans: mostly favourites, else by their share on that day."""
        if arrival.cooperative is not None:
            return [arrival.cooperative]
        open_ones = [
            (found, share)
            for found in self.stage.cooperatives
            if found.opened_on < day
            and (share := found.sample.share * share_on(found.sample.trend, day, self.today)) > 0
        ]
        favourites = [pair for pair in open_ones if pair[0].id in buyer.favourites]
        chosen: list[PlacedCooperative] = []
        for _number in range(arrival.span):
            pool = favourites if favourites and self.chance.random() < 0.6 else open_ones
            found = self.chance.choices([pair[0] for pair in pool], [pair[1] for pair in pool])[0]
            if found not in chosen:
                chosen.append(found)
        return chosen

    def _part(self, cooperative: PlacedCooperative, buyer: Buyer, arrival: Arrival) -> Part | None:
        """Some of what the co-operative has on offer, with a slot that suits it."""
        offered = [
            lot
            for shelf in self.shelves[cooperative.id]
            for lot in shelf.on_sale(arrival.at)
            if lot.free >= _LEAST[lot.product.sample.measure]
        ]  # fmt: skip
        if not offered:
            return None
        wanted = self.chance.choices((1, 2, 3), (0.6, 0.3, 0.1))[0]
        lots: list[Lot] = []
        for lot in self.chance.sample(offered, min(wanted, len(offered))):
            if all(lot.product is not other.product for other in lots):
                lots.append(lot)
        quantities = [self._quantity(lot, buyer) for lot in lots]
        while lots:
            slot = self._slot(cooperative, lots, quantities, arrival)
            if slot is not None:
                return Part(cooperative, slot, tuple(lots), tuple(quantities))
            lots.pop()
            quantities.pop()
        return None

    def _quantity(self, lot: Lot, buyer: Buyer) -> int:
        """Grams or pieces that this buyer takes of it: more in a restaurant, less of what is dear."""
        sample, chance = lot.product.sample, self.chance
        if sample.measure is Measure.COUNT:
            pieces = chance.choice((1, 1, 2, 2, 3, 4)) * math.sqrt(buyer.kind.appetite)
            return min(lot.free, max(1, round(pieces)))
        low, high = sample.order or ((0.5, 3.0) if sample.price < 60_000 else (0.25, 1.5))
        kilograms = low + (high - low) * chance.random() * chance.random()
        if not sample.order:
            kilograms *= buyer.kind.appetite
        step = 250 if kilograms < 3 else 1000
        return min(lot.free // 250 * 250, max(250, round(kilograms * 1000 / step) * step))

    def _slot(
        self, cooperative: PlacedCooperative, lots: Sequence[Lot], quantities: Sequence[int], arrival: Arrival
    ) -> SlotState | None:
        grams = sum(
            quantity
            for lot, quantity in zip(lots, quantities, strict=True)
            if lot.product.sample.measure is Measure.WEIGHT
        )
        after = arrival.at if arrival.still_open is None else max(arrival.at, self.now)
        found = []
        for slot in self.agendas[cooperative.id].fitting(lots, grams, arrival.at, after=after):
            found.append(slot)
            if len(found) == (4 if arrival.still_open else 12):
                break
        return self.chance.choice(found) if found else None

    def _method(self, arrival: Arrival, buyer: Buyer, parts: Sequence[Part]) -> Method:
        if arrival.still_open is not None and arrival.still_open.is_unpaid:
            return Method.DEMO
        method = self.chance.choices(_METHODS, _METHOD_WEIGHTS)[0]
        if method.is_card and arrival.at > self.cards_until:
            return Method.QRIS
        if method is Method.CASH and buyer is self.stage.buyers[0] and arrival.at > self.now - _LATELY:
            return Method.QRIS
        if method is Method.CASH and not (
            all(part.cooperative.sample.cash for part in parts) and buyer.is_trusted(arrival.at)
        ):
            return Method.QRIS
        return method

    def _place(self, arrival: Arrival, buyer: Buyer, method: Method, parts: tuple[Part, ...]) -> Purchase:
        request = CheckoutRequest(
            lines=tuple(
                WantedLine(lot.key, quantity)
                for part in parts
                for lot, quantity in zip(part.lots, part.quantities, strict=True)
            ),
            pickups=tuple(WantedPickup(part.cooperative.id, part.slot.id) for part in parts),
            payment=method,
            note=self.chance.choice(_NOTES) if self.chance.random() < 0.08 else "",
        )
        catches = {lot.key: lot.as_held() for part in parts for lot in part.lots}
        while True:
            seed = self.chance.getrandbits(64)
            names = Random(seed)
            drafts = drafts_for(request, catches, arrival.at, names)
            checkout_id = new_id(arrival.at, names)
            if self._numbers.isdisjoint(draft.number for draft in drafts):
                break
        self._numbers.update(draft.number for draft in drafts)
        for part in parts:
            _take(part)
        events = events_of(arrival.at, method, parts, self.chance, still_open=arrival.still_open)
        while buyer is self.stage.buyers[0] and any(event.deed is Deed.MISS for event in events):
            events = events_of(arrival.at, method, parts, self.chance)  # who misses twice may not pay in cash
        _promise(parts, events)
        buyer.standings[:] = [*buyer.standings[-40:], *_standings(arrival.at, method, parts, events, self.now)]
        happened = tuple(event for event in events if event.at <= self.now)
        return Purchase(buyer, arrival.at, request, parts, seed, tuple(drafts), checkout_id, happened)


def _coast(cooperative: PlacedCooperative) -> str:
    """Sunda Strait or Java Sea: a storm keeps one of them ashore."""
    return "west" if cooperative.sample.village.startswith(("36.04.30", "36.04.31")) else "north"


def _take(part: Part) -> None:
    """Goods and place are promised."""
    for lot, quantity in zip(part.lots, part.quantities, strict=True):
        lot.free -= quantity
        if lot.product.sample.measure is Measure.WEIGHT:
            part.slot.taken_grams += quantity
    part.slot.taken += 1


def _promise(parts: Sequence[Part], events: Sequence[Event]) -> None:
    """What was weighed above the order is promised too."""
    for event in events:
        if event.deed is Deed.WEIGH:
            part = parts[event.part]
            for lot, ordered, weight in zip(part.lots, part.quantities, event.weights, strict=True):
                lot.free -= max(0, weight - ordered)


def _standings(
    at: datetime, method: Method, parts: Sequence[Part], events: Sequence[Event], now: datetime
) -> Iterator[Standing]:
    for number in range(len(parts)):
        ends = [event for event in events if event.part == number and event.deed in _ENDS]
        ended_at = ends[-1].at if ends else now + timedelta(days=365)
        yield Standing(at, ended_at, method is Method.CASH, bool(ends) and ends[-1].deed is Deed.MISS)


_ENDS = (Deed.EXPIRE, Deed.HAND_OVER, Deed.CANCEL, Deed.MISS)
