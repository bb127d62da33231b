"""Orders, and what is done with them until they are collected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, current_app
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.api.v1.access import bearer, caller
from ovop.api.v1.area import blueprint
from ovop.api.v1.repeats import answer_once
from ovop.api.v1.schemas.fields import Body
from ovop.api.v1.schemas.orders import (
    CancelBody,
    HandoverBody,
    NoShowBody,
    Order,
    OrderPage,
    Qris,
    WeighBody,
    order_of,
)
from ovop.api.v1.schemas.pages import PageQuery
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import Invalid, Refused
from ovop.ordering import handover, operations, queries
from ovop.ordering.dues import get_qris_due
from ovop.ordering.qris import to_scan

_WRONG_STATUS = "wrong-status: the order is not in a state from which this can happen."


@blueprint.get("/orders")
@blueprint.auth_required(bearer, roles=[Role.BUYER, Role.COOPERATIVE, Role.OFFICE])
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(OrderPage)
def list_orders(query: PageQuery) -> OrderPage:
    """Orders that are the caller's to see, newest first."""
    actor = caller()
    found = queries.list_orders(db.session(), actor, days.now(), page=query.page, per_page=query.per_page)
    return OrderPage(
        items=[order_of(row, actor) for row in found.items],
        total=found.total,
        page=query.page,
        per_page=query.per_page,
    )


@blueprint.get("/orders/<number>")
@blueprint.auth_required(bearer, roles=[Role.BUYER, Role.COOPERATIVE, Role.OFFICE])
@blueprint.output(Order)
def show_order(number: str) -> Order:
    """An order, for its buyer, its co-operative and the office."""
    return order_of(queries.get_order(db.session(), number, caller(), days.now()), caller())


@blueprint.post("/orders/<number>/cancel")
@blueprint.auth_required(bearer, roles=[Role.BUYER, Role.COOPERATIVE])
@blueprint.input(CancelBody, arg_name="body")
@blueprint.output(Order)
@blueprint.doc(responses={409: _WRONG_STATUS})
def cancel(number: str, body: CancelBody) -> Response:
    """Cancel an order: place, goods and money are given back."""

    def change(session: Session, actor: Actor, now: datetime) -> None:
        operations.cancel_order(session, number, actor, now, body.reason, restock=body.restock)

    return _answer(number, body, change)


@blueprint.post("/orders/<number>/weigh")
@blueprint.auth_required(bearer, roles=[Role.COOPERATIVE])
@blueprint.input(WeighBody, arg_name="body")
@blueprint.output(Order)
@blueprint.doc(
    responses={
        409: "wrong-status; or out-of-stock: more was weighed than the stock can give.",
        422: "invalid, over-maximum (`catch`, `maximum`) or nothing-weighed.",
    }
)
def weigh(number: str, body: WeighBody) -> Response:
    """Weigh every line: the order is ready at its final amounts.

    With `scale` the order keeps which one it was weighed on, and until when that was verified.
    """
    weights = {line.catch: line.quantity for line in body.lines}
    if len(weights) < len(body.lines):
        raise Invalid({"lines": "repeated"})

    def change(session: Session, actor: Actor, now: datetime) -> None:
        operations.weigh_order(session, number, weights, actor, now, scale_id=body.scale)

    return _answer(number, body, change)


@blueprint.post("/orders/<number>/handover")
@blueprint.auth_required(bearer, roles=[Role.COOPERATIVE])
@blueprint.input(HandoverBody, arg_name="body")
@blueprint.output(Order)
@blueprint.doc(
    responses={
        409: _WRONG_STATUS,
        422: "invalid, or wrong-code.",
        429: "locked: five wrong codes lock the order for `retry_after` seconds.  Or too many calls.",
    }
)
def hand_over(number: str, body: HandoverBody) -> Response:
    """Hand an order over for the buyer's code; cash and QRIS are paid by this."""
    points = current_app.config["OVOP"].commission_basis_points

    def change(session: Session, actor: Actor, now: datetime) -> Refused | None:
        outcome = handover.hand_over(session, number, body.code, body.reference, actor, now, points)
        try:
            outcome.check()
        except Refused as refusal:
            return refusal  # told after the commit: a wrong code counts
        return None

    return _answer(number, body, change)


@blueprint.post("/orders/<number>/no-show")
@blueprint.auth_required(bearer, roles=[Role.COOPERATIVE])
@blueprint.input(NoShowBody, arg_name="body")
@blueprint.output(Order)
@blueprint.doc(responses={409: "wrong-status, or too-early: the slot has not ended yet."})
def mark_no_show(number: str, body: NoShowBody) -> Response:
    """Say that nobody came, after the slot has ended: goods return to the stock, card money to the buyer."""

    def change(session: Session, actor: Actor, now: datetime) -> None:
        operations.mark_no_show(session, number, actor, now)

    return _answer(number, body, change)


@blueprint.get("/orders/<number>/qris")
@blueprint.auth_required(bearer, roles=[Role.BUYER, Role.COOPERATIVE])
@blueprint.output(Qris)
@blueprint.doc(responses={409: "wrong-status, or payment-not-allowed: not by QRIS, or no code any more."})
def show_qris(number: str) -> Qris:
    """The co-operative's own QRIS beside the amount due, which is final once the order is ready."""
    due, settings = get_qris_due(db.session(), number, caller(), days.now()), current_app.config["OVOP"]
    scan = to_scan(due.code, due.amount, put_amount=settings.qris_amount, maximum=settings.qris_maximum)
    return Qris(
        payload=scan.payload,
        amount=scan.amount,
        amount_included=scan.amount_included,
        merchant_name=scan.merchant_name,
    )


def _answer(number: str, body: Body, change: Callable[[Session, Actor, datetime], Refused | None]) -> Response:
    """The order as `change` has left it, once for each key."""
    actor, now = caller(), days.now()

    def changed(session: Session) -> Order | Refused:
        refusal = change(session, actor, now)
        return refusal or order_of(queries.get_order(session, number, actor, now), actor)

    return answer_once(body, changed)
