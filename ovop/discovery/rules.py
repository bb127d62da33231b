"""What can be asked of the market's offer, and how an answer in pages looks.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from ovop.catalogue.rules import GROUPS, Category, Form, Group
from ovop.kernel.geo import Place
from ovop.kernel.quantity import Measure

T = TypeVar("T")

LARGEST_PAGE = 100
#: Nobody leafs further; keeps an offset from growing without bound.
LAST_PAGE = 100_000
#: Beyond this no place in the regency lies from another.
FURTHEST_KM = 500.0


class Sort(StrEnum):
    """In which order; the values are the contract's."""

    NEWEST = "newest"
    PRICE = "price"
    DISTANCE = "distance"


@dataclass(frozen=True, slots=True)
class CatchFilter:
    """Which lots on sale are wanted.  What is None (or empty) does not narrow.

    village, district: official codes.  cooperative: id.  species: ASFIS code.  category: a group or a category.
    pickup_day: a day in Asia/Jakarta on which a slot that fits is free.  near: distances are from here to the nearest
    active pickup point.  Sorting by distance without `near` sorts by newest.  count_up_to: count no further than this
    (people do not need to know how many thousand there are); None counts all.
    """

    q: str = ""
    village: str | None = None
    district: str | None = None
    cooperative: int | None = None
    species: str | None = None
    category: Group | Category | None = None
    form: Form | None = None
    in_stock: bool = False
    pickup_day: date | None = None
    near: Place | None = None
    max_km: float | None = None
    sort: Sort = Sort.NEWEST
    page: int = 1
    per_page: int = 24
    count_up_to: int | None = None

    @property
    def categories(self) -> tuple[Category, ...]:
        """The categories meant; empty for all."""
        if self.category is None:
            return ()
        return GROUPS[self.category] if isinstance(self.category, Group) else (self.category,)

    @property
    def is_plain(self) -> bool:
        """Whether it shows the whole offer, whatever the order and the page."""
        narrowing = (self.q, self.village, self.district, self.cooperative, self.species, self.category, self.form)
        return not any(narrowing) and self.pickup_day is None and self.near is None


@dataclass(frozen=True, slots=True)
class VillageFilter:
    """Which villages are wanted.  active: with a co-operative that sells, or without one."""

    q: str = ""
    district: str | None = None
    active: bool | None = None
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list: `items` are number `page` of parts of `per_page` out of `total` rows.

    is_more: `total` is as far as was counted, and there are more.
    """

    items: tuple[T, ...]
    total: int
    page: int
    per_page: int
    is_more: bool = False

    @property
    def pages(self) -> int:
        """How many parts there are, at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def left(self) -> int:
        """Rows after this part; at least so many where not all were counted."""
        counted = max(0, self.total - self.page * self.per_page)
        return max(counted, 1) if self.is_more and len(self.items) == self.per_page else counted


#: So little is worth saying: grams and pieces.
_LITTLE = {Measure.WEIGHT: 3_000, Measure.COUNT: 6}


def is_nearly_gone(available: int, measure: Measure) -> bool:
    """Whether so little of a lot is left that a buyer should know.  available: grams or pieces."""
    return 0 < available <= _LITTLE[measure]


def category_named(name: str) -> Group | Category | None:
    """The group, else the category of that name."""
    if name in Group.__members__.values():
        return Group(name)
    return Category(name) if name in Category.__members__.values() else None
