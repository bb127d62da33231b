"""Buyers and clerks who go on whatever happens to the market, and write down what they were promised."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from queue import Empty, SimpleQueue
from typing import Any

from tests.make import market
from tests.races.callers import Away, Browser, Program, Reply, hidden

#: What a checkout may be refused for; everything else is a fault.
_REFUSALS = {"out-of-stock", "slot-full", "cash-not-allowed"}
_PAUSE_SECONDS = 0.05


@dataclass(frozen=True)
class Goods:
    """What is sold: lots of one co-operative, and the slots in which they can be collected."""

    seller: market.Shop
    catches: Sequence[int]
    slots: Sequence[int]


@dataclass
class Load:
    """Threads that buy, pay, weigh, hand over and cancel until they are told to stop.

    A request without an answer, or with a 503, is sent again with the same key until it is answered.
    """

    goods: Goods
    buyers: Sequence[Program]
    clerks: Sequence[Program]
    seed: int
    #: The checkout that was answered with 201, by key.
    placed: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: The status that each order was last said to be in, by number.
    promised: dict[str, str] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._orders: SimpleQueue[tuple[Program, dict[str, Any]]] = SimpleQueue()
        self._guard = threading.Lock()
        self._threads = [
            *[threading.Thread(target=self._careful, args=(self._buy, number)) for number in range(3)],
            *[threading.Thread(target=self._careful, args=(self._serve, number)) for number in range(2)],
        ]

    def start(self) -> None:
        """They begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Everybody has got an answer to what they asked last, and asks nothing more."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _careful(self, work: Callable[[int, random.Random], None], number: int) -> None:
        try:
            work(number, random.Random(f"{self.seed} {work.__name__} {number}"))
        except Exception as error:
            self.faults.append(f"{work.__name__} {number}: {error!r}")

    def _buy(self, number: int, chance: random.Random) -> None:
        mine = self.buyers[number :: len(self.buyers) // 3]
        for turn in count():
            if self._stopping.is_set():
                return
            buyer, key = mine[turn % len(mine)], f"buyer {number} turn {turn}"
            chosen = chance.sample(list(self.goods.catches), chance.randint(1, 3))
            method = chance.choice(["cash", "cash", "demo"])
            body = {
                "lines": [{"catch": catch, "quantity": chance.randint(200, 2000)} for catch in chosen],
                "pickups": [{"cooperative": self.goods.seller.id, "slot": chance.choice(list(self.goods.slots))}],
                "payment": method,
            }
            reply = self._insist(lambda buyer=buyer, body=body, key=key: buyer.post("/checkouts", body, key))  # type: ignore[misc]
            if reply.status != 201:
                self._expect(reply, _REFUSALS)
                continue
            checkout = reply.json
            with self._guard:
                self.placed[key] = checkout
            if method == "demo":
                self._pay(buyer.port, checkout["payment"]["redirect_url"])
            for order in checkout["orders"]:
                self.promised[order["number"]] = "confirmed"
                self._orders.put((buyer, order))

    def _pay(self, port: int, address: str) -> None:
        """By the demo card, from the address that the API gave, as a buyer without an account would."""
        visitor = Browser(port)
        path = "/" + address.split("/", 3)[3]
        page = self._insist(lambda: visitor.get(path))
        while page.status in (302, 303):
            path = page.headers["Location"]
            page = self._insist(lambda: visitor.get(path))
        form = hidden(page) | {"outcome": "pay"}
        reply = self._insist(lambda: visitor.post(path, form))
        self._expect(reply, {"302", "303"})

    def _serve(self, number: int, chance: random.Random) -> None:
        clerk = self.clerks[number]
        while True:
            try:
                buyer, order = self._orders.get(timeout=0.2)
            except Empty:
                if self._stopping.is_set():
                    return
                continue
            self._finish(clerk, buyer, order, chance)

    def _finish(self, clerk: Program, buyer: Program, order: dict[str, Any], chance: random.Random) -> None:
        """The order is collected, or cancelled before or after it was weighed."""
        path, fate = f"/orders/{order['number']}", chance.random()
        if fate < 0.15:
            self._move(lambda: buyer.post(f"{path}/cancel", {}, f"{path} cancel"), order)
            return
        weights = [
            {"catch": line["catch"], "quantity": line["quantity"] * chance.randint(85, 105) // 100}
            for line in order["lines"]
        ]
        self._move(lambda: clerk.post(f"{path}/weigh", {"lines": weights}, f"{path} weigh"), order)
        if fate < 0.25:
            self._move(lambda: clerk.post(f"{path}/cancel", {"restock": False}, f"{path} cancel"), order)
        else:
            given = {"code": order["pickup_code"]}
            self._move(lambda: clerk.post(f"{path}/handover", given, f"{path} handover"), order)

    def _move(self, act: Callable[[], Reply], order: dict[str, Any]) -> None:
        reply = self._insist(act)
        self._expect(reply, {"200"})
        if reply.status == 200:
            self.promised[order["number"]] = reply.json["status"]

    def _insist(self, act: Callable[[], Reply]) -> Reply:
        """The answer, however often the question has to be asked."""
        while True:
            try:
                reply = act()
            except Away:
                self.counted["answers lost"] += 1
            else:
                if reply.status not in (429, 503):
                    self.counted["requests answered"] += 1
                    self.counted["of these, answers given again"] += "Idempotent-Replayed" in reply.headers
                    return reply
                self.counted[f"answers with {reply.status}"] += 1
            time.sleep(_PAUSE_SECONDS)

    def _expect(self, reply: Reply, allowed: set[str]) -> None:
        outcome = str(reply.status) if reply.status < 400 or reply.status >= 500 else reply.outcome
        if outcome not in allowed:
            self.faults.append(f"{reply.status}: {reply.body[:300]!r}")
        elif reply.status >= 400:
            self.counted["refused by name"] += 1
