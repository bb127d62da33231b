"""The calls this server plays: method, path, parameters and what they do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from . import checkout, connect, disputes, parameters, payments, refunds
from .errors import StripeError
from .forms import Group
from .lists import page
from .records import Json
from .world import World, found


@dataclass(frozen=True)
class Call:
    """One call of the API.

    act: (world, parameters, *names from the path) → the object it answers.  is_for_accounts: it is played with the
    header Stripe-Account too.
    """

    method: str
    path: str
    takes: Group
    act: Callable[..., Json]
    is_for_accounts: bool = False

    def match(self, method: str, path: str) -> tuple[str, ...] | None:
        """The names in the path if this call is meant."""
        if method != self.method:
            return None
        match = re.fullmatch(re.sub(r"<\w+>", "([^/]+)", self.path), path)
        return match and match.groups()


def retrieve(collection: str, what: str, world: World, given: Json, name: str) -> Json:
    """The object of that name."""
    things: dict[str, Any] = getattr(world, collection)
    shown: Json = found(things, what, name).shown()
    return shown


def listed(collection: str, path: str, fields: tuple[str, ...], world: World, given: Json) -> Json:
    """A page of the collection, filtered by those fields."""
    return page(getattr(world, collection).values(), given, path, **{name: given.get(name) for name in fields})


def both(path: str, collection: str, what: str, takes: Group, *fields: str) -> list[Call]:
    """The two ways to read a collection: one by name, and the list."""
    return [
        Call("GET", f"{path}/<id>", parameters.RETRIEVE, partial(retrieve, collection, what)),
        Call("GET", path, takes, partial(listed, collection, path, fields)),
    ]


def list_events(world: World, given: Json) -> Json:
    """docs.stripe.com/api/events/list: by one type or by up to 20, never both.

    The platform sees events of connected accounts only with their header, which is not played.
    """
    if "type" in given and "types" in given:
        raise StripeError("You may only specify one of these parameters: type, types.", param="types")
    wanted = given.get("types") or ([given["type"]] if "type" in given else None)
    mine = [one for one in world.events.values() if one.account is None and (not wanted or one.type in wanted)]
    return page(mine, given, "/v1/events")


def list_balance(world: World, given: Json) -> Json:
    """docs.stripe.com/api/balance_transactions/list: of the platform, or of the account a call is made for."""
    mine = [entry for entry in world.entries.values() if entry.account == world.acting]
    wanted = {"source": given.get("source"), "type": given.get("type")}
    return page(mine, given, "/v1/balance_transactions", **wanted)


CALLS: list[Call] = [
    Call("POST", "/v1/checkout/sessions", parameters.CREATE_SESSION, checkout.create),
    Call("POST", "/v1/checkout/sessions/<id>/expire", parameters.RETRIEVE, checkout.expire),
    *both(
        "/v1/checkout/sessions", "sessions", "checkout.session", parameters.LIST_SESSIONS, "payment_intent", "status"
    ),
    Call("POST", "/v1/payment_methods", parameters.CREATE_METHOD, payments.create_method),
    Call("POST", "/v1/payment_intents", parameters.CREATE_INTENT, payments.create),
    Call("POST", "/v1/payment_intents/<id>/confirm", parameters.CONFIRM_INTENT, payments.confirm),
    Call("POST", "/v1/payment_intents/<id>/capture", parameters.CAPTURE_INTENT, payments.capture),
    Call("POST", "/v1/payment_intents/<id>/cancel", parameters.CANCEL_INTENT, payments.cancel),
    *both("/v1/payment_intents", "intents", "payment_intent", parameters.LIST_INTENTS),
    *both("/v1/charges", "charges", "charge", parameters.LIST_CHARGES, "payment_intent", "transfer_group"),
    Call("POST", "/v1/refunds", parameters.CREATE_REFUND, refunds.create),
    *both("/v1/refunds", "refunds", "refund", parameters.LIST_REFUNDS, "payment_intent", "charge"),
    Call("POST", "/v1/disputes/<id>/close", parameters.CLOSE_DISPUTE, disputes.close),
    *both("/v1/disputes", "disputes", "dispute", parameters.LIST_DISPUTES, "payment_intent", "charge"),
    Call("POST", "/v1/accounts", parameters.CREATE_ACCOUNT, connect.create_account),
    *both("/v1/accounts", "accounts", "account", parameters.LIST_ACCOUNTS),
    Call("POST", "/v1/account_links", parameters.CREATE_LINK, connect.create_link),
    Call("POST", "/v1/transfers", parameters.CREATE_TRANSFER, connect.create_transfer),
    *both("/v1/transfers", "transfers", "transfer", parameters.LIST_TRANSFERS, "destination", "transfer_group"),
    Call("POST", "/v1/transfers/<id>/reversals", parameters.CREATE_REVERSAL, connect.reverse),
    Call("GET", "/v1/transfers/<id>/reversals", parameters.LIST_REVERSALS, connect.reversals_of),
    Call("GET", "/v1/balance", parameters.RETRIEVE, connect.balance, is_for_accounts=True),
    Call("GET", "/v1/balance_transactions", parameters.LIST_BALANCE, list_balance, is_for_accounts=True),
    Call("GET", "/v1/events", parameters.LIST_EVENTS, list_events),
    Call("GET", "/v1/events/<id>", parameters.RETRIEVE, partial(retrieve, "events", "event")),
]


def find(method: str, path: str) -> tuple[Call, tuple[str, ...]]:
    """The call that is meant, and the names in its path.  Raises: a 404, as Stripe says it of what it does not know."""
    for call in CALLS:
        names = call.match(method, path)
        if names is not None:
            return call, names
    raise StripeError(f"Unrecognized request URL ({method}: {path}).", status=404)
