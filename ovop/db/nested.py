"""Rows within a row: a whole small list as one column, so that a page needs no further query for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ColumnElement, Label, Select, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _JsonList(FunctionElement[Any]):
    """Aggregates its arguments, name and column in turn, to a JSON list of objects."""

    type = JSON()
    inherit_cache = True
    name = "json_list"


@compiles(_JsonList, "sqlite")
def _on_sqlite(element: _JsonList, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array(json_object({compiler.process(element.clauses, **options)}))"


@compiles(_JsonList, "postgresql")
def _on_postgresql(element: _JsonList, compiler: SQLCompiler, **options: Any) -> str:
    return f"coalesce(json_agg(json_build_object({compiler.process(element.clauses, **options)})), '[]')"


def nested(rows: Select[*tuple[Any, ...]], name: str) -> Label[Any]:
    """A column `name` that holds `rows` as a list of dicts, in their order; dates and instants come as ISO text.

    `rows` must say which tables of the outer statement it refers to, by ``correlate``.
    """
    inner = rows.subquery()
    pairs: list[ColumnElement[Any]] = []
    for column in inner.columns:
        pairs += [literal_column(f"'{column.key}'"), column]  # a name from our own models
    return select(_JsonList(*pairs)).select_from(inner).scalar_subquery().label(name)
