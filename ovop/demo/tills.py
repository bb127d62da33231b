"""Cash in the hands of the demo's clerks: each day's till, counted, and brought to the bank on the next working day.

Chance hangs on the co-operative and the day, so that tills change nothing that the market's own chance decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from random import Random

from ovop.accounts.rules import Actor
from ovop.demo.purchases import Taken
from ovop.demo.rows import Row
from ovop.demo.stage import CLERKS_OWN, PlacedCooperative
from ovop.kernel import days
from ovop.till.rules import Cash, EntryKind

#: Of a hundred tills so many are opened with change before the first buyer, bought ice for, counted with a difference,
#: not counted on the evening before today, not brought to the bank when that was due.
_WITH_CHANGE, _ICE, _DIFFERS, _UNCOUNTED, _FORGOTTEN = 0.85, 0.12, 0.05, 0.1, 0.12
#: Nobody miscounts the few notes of a quiet day.
_LEAST_TO_DIFFER = 30_000
#: How many days back a forgotten deposit lies.
_FORGOTTEN_DAYS = range(5, 10)
#: What is written beside cash that was spent.
ICE = "Beli es balok"
_TOO_MUCH = ("Pembeli tidak mau menerima kembalian", "Uang receh kemarin tertinggal di laci")
_TOO_LITTLE = ("Salah memberi kembalian", "Uang kembalian kurang saat ramai")


@dataclass(frozen=True, slots=True)
class Till:
    """One clerk's day; instants are None where the thing has not happened."""

    cooperative: PlacedCooperative
    day: date
    taken: tuple[Taken, ...]
    opened_at: datetime
    change: int
    ice: int
    ice_at: datetime
    closed_at: datetime | None
    difference: int
    explanation: str
    deposited_at: datetime | None

    @property
    def clerk(self) -> Actor:
        """Whose it is."""
        return self.cooperative.clerk

    @property
    def cash(self) -> Cash:
        """Its sums."""
        expected = self.change - self.ice + sum(taken.amount for taken in self.taken)
        counted = None if self.closed_at is None else expected + self.difference
        cash = Cash(self.change, expected, counted)
        return replace(cash, deposited=cash.undeposited) if self.deposited_at else cash


def tills_of(everything: Iterable[Taken], now: datetime) -> list[Till]:
    """The tills that `everything` was taken into, one for each clerk and day, as they stand at `now`."""
    ordered = sorted(everything, key=lambda taken: (taken.cooperative.id, taken.at, taken.number))
    by_day = groupby(ordered, key=lambda taken: (taken.cooperative.id, days.day_of(taken.at)))
    tills = [_till(tuple(taken), now) for _key, taken in by_day]
    return list(_with_old_cash(tills, days.day_of(now)))


def till_row(till: Till) -> Row:
    """The till as it is in the end."""
    cash = till.cash
    return {
        "cooperative_id": till.cooperative.id,
        "account_id": till.clerk.id,
        "day": till.day,
        "opened_at": till.opened_at,
        "change_amount": cash.change,
        "expected": cash.expected,
        "counted": cash.counted,
        "explanation": till.explanation,
        "closed_at": till.closed_at,
        "closed_by": till.clerk.id if till.closed_at else None,
        "deposited": cash.deposited,
    }


def entry_rows(till: Till, till_id: int) -> Iterator[Row]:
    """What went into it and out of it, by time."""
    if till.change:
        yield _entry(till, till_id, EntryKind.CHANGE, till.change, till.opened_at)
    for taken in till.taken:
        yield _entry(till, till_id, EntryKind.RECEIPT, taken.amount, taken.at, number=taken.number)
    if till.ice:
        yield _entry(till, till_id, EntryKind.HAND, -till.ice, till.ice_at, note=ICE)


def deposit_row(till: Till, till_id: int) -> Row | None:
    """What of it was brought to the bank, if anything was."""
    if till.deposited_at is None or not till.cash.deposited:
        return None
    slip = days.day_of(till.deposited_at)
    return {
        "till_id": till_id,
        "key": f"hand:{till.clerk.id}:{form_key(slip)}",
        "amount": till.cash.deposited,
        "reference": reference_of(till.cooperative, slip),
        "deposited_on": slip,
        "note": "",
        "reverses_id": None,
        "actor_id": till.clerk.id,
        "at": till.deposited_at,
    }


def form_key(day: date, kind: EntryKind | None = None) -> str:
    """The key of the form of that day by which a till was opened, money entered, or cash deposited."""
    return f"demo-{day}-{kind or 'slip'}"


def reference_of(cooperative: PlacedCooperative, on: date) -> str:
    """What the bank is said to have printed on a slip."""
    return f"CONTOH-{on:%y%m%d}-{_chance(cooperative, on).randrange(10_000):04d}"


def _chance(cooperative: PlacedCooperative, day: date) -> Random:
    return Random(f"{cooperative.sample.slug} {day}")


def _entry(
    till: Till, till_id: int, kind: EntryKind, amount: int, at: datetime, *, number: str | None = None, note: str = ""
) -> Row:
    return {
        "till_id": till_id,
        "kind": kind.value,
        "amount": amount,
        "key": f"order:{number}" if number else f"hand:{till.clerk.id}:{form_key(till.day, kind)}",
        "order_number": number,
        "note": note,
        "actor_id": till.clerk.id,
        "at": at,
    }


def _till(taken: tuple[Taken, ...], now: datetime) -> Till:
    """The till that a day's cash of one clerk, by time, was taken into."""
    cooperative, first, last = taken[0].cooperative, taken[0].at, taken[-1].at
    day = days.day_of(first)
    chance = _chance(cooperative, day)
    change = chance.choice((50_000, 100_000, 150_000)) if chance.random() < _WITH_CHANGE else 0
    opened_at = days.at(day, time(5, 30)) + timedelta(seconds=chance.randrange(1500))
    sum_taken = sum(one.amount for one in taken)
    ice = 1000 * chance.randrange(20, 45) if chance.random() < _ICE else 0
    ice_at = last + timedelta(seconds=chance.randrange(1, 500))
    closed_at = max(ice_at, days.at(day, time(17))) + timedelta(seconds=chance.randrange(600, 3600))
    difference, explanation = _difference(chance) if sum_taken > _LEAST_TO_DIFFER else (0, "")
    ago, fate = (days.day_of(now) - day).days, chance.random()
    is_counted = closed_at <= now and not (ago == 1 and fate < _UNCOUNTED and cooperative.sample.slug != CLERKS_OWN)
    is_due = is_counted and ago >= 2 and not (ago in _FORGOTTEN_DAYS and fate < _FORGOTTEN)
    deposited_at = _bank_time(cooperative, day)
    return Till(
        cooperative=cooperative,
        day=day,
        taken=taken,
        opened_at=opened_at if change else first,
        change=change,
        ice=ice if ice_at <= now and sum_taken > 3 * ice else 0,
        ice_at=ice_at,
        closed_at=closed_at if is_counted else None,
        difference=difference if is_counted else 0,
        explanation=explanation if is_counted else "",
        deposited_at=deposited_at if is_due and deposited_at <= now else None,
    )


def _difference(chance: Random) -> tuple[int, str]:
    """How much more was counted than expected, and why."""
    if chance.random() >= _DIFFERS:
        return 0, ""
    difference = chance.choice((-10_000, -5_000, -2_000, -1_000, 500, 1_000, 2_000))
    return difference, chance.choice(_TOO_MUCH if difference > 0 else _TOO_LITTLE)


def _bank_time(cooperative: PlacedCooperative, day: date) -> datetime:
    """When cash of `day` is brought to the bank: in the morning of the next working day."""
    following = day + timedelta(days=1)
    while following.weekday() > 4:
        following += timedelta(days=1)
    minutes = _chance(cooperative, following).randrange(120)
    return days.at(following, time(9)) + timedelta(minutes=minutes)


def _with_old_cash(tills: Sequence[Till], today: date) -> Iterator[Till]:
    """In the co-operative of the demo's clerk one till has waited too long for the bank: there is something to see."""
    late = today - timedelta(days=_FORGOTTEN_DAYS[0])
    own = [till for till in tills if till.cooperative.sample.slug == CLERKS_OWN and till.day <= late]
    for till in tills:
        yield replace(till, deposited_at=None) if till in own[-1:] else till
