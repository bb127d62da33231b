"""Lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from pydantic import Field

from ovop.api.v1.schemas.fields import Answer, Query, QueryWhole

T = TypeVar("T")


class PageQuery(Query):
    """Which page of a list."""

    page: QueryWhole = Field(default=1, ge=1, le=1_000_000)
    per_page: QueryWhole = Field(default=20, ge=1, le=100)


class Page(Answer, Generic[T]):
    """One page of a list, and how many there are in all."""

    items: list[T]
    total: int
    page: int
    per_page: int


def slice_of(rows: Sequence[T], query: PageQuery) -> Sequence[T]:
    """The rows of one page, of a list that is short enough to be read whole."""
    first = (query.page - 1) * query.per_page
    return rows[first : first + query.per_page]
