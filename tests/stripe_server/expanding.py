"""`expand`: names in an answer become the objects they name.  docs.stripe.com/api/expanding_objects."""

from __future__ import annotations

from typing import Any

from .errors import StripeError, bad_parameter
from .lists import page
from .records import Json
from .world import World

#: docs.stripe.com/api/expanding_objects: "a maximum depth of four levels".
DEEPEST = 4
#: The collection that each expandable field names something in.
NAMED = {
    "payment_intent": "intents",
    "payment_method": "methods",
    "latest_charge": "charges",
    "charge": "charges",
    "source_transaction": "charges",
    "destination": "accounts",
    "transfer": "transfers",
}


def check(paths: list[str]) -> None:
    """Each path can be expanded somewhere; said before the call has done anything."""
    for path in paths:
        parts = path.split(".")
        if len(parts) > DEEPEST:
            raise bad_parameter(f"You cannot expand more than {DEEPEST} levels of a property: {path}", "expand")
        if not {"data", "refunds", "line_items", *NAMED}.issuperset(parts):
            raise _refusal(path)


def expand(world: World, answer: Json, paths: list[str]) -> Json:
    """The answer with each path expanded, a list's through `data`."""
    for path in paths:
        answer = _expanded(world, answer, path.split("."), path)
    return answer


def _expanded(world: World, thing: Any, parts: list[str], path: str) -> Any:
    if not parts or thing is None:
        return thing
    if isinstance(thing, list):
        return [_expanded(world, one, parts, path) for one in thing]
    name, *rest = parts
    value = thing.get(name)
    if value is None:
        value = _included(world, thing, name)
    if isinstance(value, str):
        if name not in NAMED:
            raise _refusal(path)
        value = getattr(world, NAMED[name])[value].shown()
    elif value is None and name not in NAMED:
        raise _refusal(path)
    return thing | {name: _expanded(world, value, rest, path)}


def _included(world: World, thing: Json, name: str) -> Json | None:
    """Lists that an object only shows when asked to: a charge's refunds, a session's lines."""
    if (thing.get("object"), name) == ("charge", "refunds"):
        return page(world.refunds.values(), {}, f"/v1/charges/{thing['id']}/refunds", charge=thing["id"])
    if (thing.get("object"), name) == ("checkout.session", "line_items"):
        lines = world.sessions[thing["id"]].line_items
        address = f"/v1/checkout/sessions/{thing['id']}/line_items"
        return {"object": "list", "data": [_line(line) for line in lines], "has_more": False, "url": address}
    return None


def _line(line: Json) -> Json:
    price, quantity = line["price_data"], line["quantity"]
    return {
        "object": "item",
        "amount_subtotal": price["unit_amount"] * quantity,
        "amount_total": price["unit_amount"] * quantity,
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "quantity": quantity,
    }


def _refusal(path: str) -> StripeError:
    return bad_parameter(f"This property cannot be expanded ({path}).", "expand")
