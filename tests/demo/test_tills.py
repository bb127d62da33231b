"""The demo's tills, however a day went: every row is one that the tables take."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.demo.purchases import Taken
from ovop.demo.tills import deposit_row, entry_rows, till_row, tills_of
from ovop.kernel import days

NOW = datetime(2026, 3, 10, 11, 0, tzinfo=days.JAKARTA)


def some_cash(chance: Random) -> list[Taken]:
    """A year's cash of a few co-operatives, on some days a single small order."""
    taken = []
    for number in range(1, 4):
        cooperative: Any = SimpleNamespace(
            id=number, clerk=Actor(number, Role.COOPERATIVE, number), sample=SimpleNamespace(slug=f"koperasi-{number}")
        )
        for ago in range(120):
            opens = NOW.replace(hour=6) - timedelta(days=ago)
            for order in range(chance.choice((0, 1, 1, 2, 5))):
                at = opens + timedelta(seconds=chance.randrange(14 * 3600))
                if at <= NOW:
                    taken.append(
                        Taken(cooperative, f"S-{number}-{ago}-{order}", chance.choice((500, 14_000, 90_000)), at)
                    )
    return taken


@pytest.mark.parametrize("seed", range(8))
def test_every_row_is_one_that_the_tables_take(seed: int) -> None:
    taken = some_cash(Random(seed))
    tills = tills_of(taken, NOW)
    assert sum(len(till.taken) for till in tills) == len(taken)
    assert len({(till.clerk.id, till.day) for till in tills}) == len(tills)
    for till in tills:
        row, entries, slip = till_row(till), list(entry_rows(till, 1)), deposit_row(till, 1)
        assert sum(entry["amount"] for entry in entries) == row["expected"]
        assert all(entry["amount"] for entry in entries)
        assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)
        assert row["opened_at"] <= entries[0]["at"]
        assert (row["counted"] is None) == (row["closed_at"] is None)
        if row["counted"] is not None:
            assert row["counted"] >= 0
            assert (row["counted"] == row["expected"]) == (row["explanation"] == "")
            assert entries[-1]["at"] <= row["closed_at"] <= NOW
        assert (slip["amount"] if slip else 0) == row["deposited"] <= (row["counted"] or 0)
        assert slip is None or (slip["amount"] > 0 and till.day < slip["deposited_on"] <= NOW.date())
