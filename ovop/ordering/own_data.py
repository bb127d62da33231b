"""All that the market keeps about a buyer, for them to take along (UU 27/2022)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from ovop.accounts.queries import get_details
from ovop.accounts.rules import Actor
from ovop.accounts.saved_places import own_places
from ovop.db import db
from ovop.kernel import days
from ovop.ordering.queries import list_orders
from ovop.ordering.receipts import receipt_code
from ovop.ordering.rows import OrderRow

_PAGE = 50
_ACCOUNT_FIELDS = ("name", "email", "phone", "role", "language")


#: What else is kept about orders, by their numbers.
More = Callable[[Sequence[str]], Mapping[str, Mapping[str, object]]]


def own_data(actor: Actor, now: datetime, more: More, beside: Mapping[str, object]) -> Iterator[str]:
    """JSON text in pieces: the account, its places, every order with lines, payment, history and what `more` knows.

    A page of orders at a time.  beside: what is kept about the account itself, under names of its own.
    """
    details = asdict(get_details(db.session(), actor.id))
    account = {name: details[name] for name in _ACCOUNT_FIELDS}
    places = [
        {"name": own.name, "latitude": own.latitude, "longitude": own.longitude}
        for own in own_places(db.session(), actor.id)
    ]
    yield f'{{"made_at": {_written(now)}, "account": {_written(account)}, "places": {_written(places)}, '
    for name, facts in beside.items():
        yield f"{_written(name)}: {_written(facts)}, "
    yield '"orders": ['
    page, total = 1, 1
    while (page - 1) * _PAGE < total:
        found = list_orders(db.session(), actor, now, page=page, per_page=_PAGE)
        known = more([order.number for order in found.items])
        for place, order in enumerate(found.items):
            yield ("" if page == 1 and place == 0 else ", ") + _written({**_order(order), **known[order.number]})
        total, page = found.total, page + 1
    yield "]}\n"


def _order(order: OrderRow) -> dict[str, object]:
    """The order without the market's own ids, under its receipt's name once it has one."""
    whole = asdict(order)
    kept = {name: value for name, value in whole.items() if name not in ("id", "buyer_id", "payment_id")}
    number = order.receipt_number
    return kept | {"receipt": receipt_code(order.cooperative_id, number) if number else None}


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    assert isinstance(value, datetime | date)
    return days.to_local(value).isoformat() if isinstance(value, datetime) else value.isoformat()
