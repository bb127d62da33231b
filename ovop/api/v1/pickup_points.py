"""Where and when goods are handed over."""

from __future__ import annotations

from datetime import timedelta

from flask import Response
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.api.v1.access import bearer, caller
from ovop.api.v1.area import blueprint
from ovop.api.v1.repeats import answer_once
from ovop.api.v1.schemas.pages import slice_of
from ovop.api.v1.schemas.pickup_points import (
    CloseBody,
    ClosedSlot,
    PickupPoint,
    PickupPointPage,
    PointBody,
    PointPatch,
    PointQuery,
    SlotPage,
    SlotQuery,
    point_of,
    slot_of,
)
from ovop.db import db, reading
from ovop.discovery.nearest import nearest_points
from ovop.kernel import days
from ovop.kernel.geo import Place
from ovop.ordering import flows
from ovop.pickup import queries
from ovop.pickup.operations import add_point, change_point


@blueprint.get("/pickup-points")
@blueprint.input(PointQuery, location="query", arg_name="query")
@blueprint.output(PickupPointPage)
def list_pickup_points(query: PointQuery) -> PickupPointPage:
    """Pickup points, nearest first with `near=LAT,LNG`, else by name.

    With `cooperative` those where it hands over: its own, and neighbours' that are shared with it.  In the answer,
    `cooperative` is whose point it is.
    """
    items, total = _by_name(query) if query.near is None else _nearest(query, query.near)
    return PickupPointPage(items=items, total=total, page=query.page, per_page=query.per_page)


def _nearest(query: PointQuery, near: Place) -> tuple[list[PickupPoint], int]:
    session = reading()
    found = nearest_points(session, near, max_km=query.max_km, limit=query.limit, cooperative_id=query.cooperative)
    shown = slice_of(found, query)
    rows = {row.id: row for row in queries.points(session, [point.id for point, _ in shown])}
    return [point_of(rows[point.id], km) for point, km in shown if point.id in rows], len(found)


def _by_name(query: PointQuery) -> tuple[list[PickupPoint], int]:
    session = reading()
    found = queries.points_by_name(session, query.limit, query.cooperative)
    shown = slice_of(found, query)
    rows = {row.id: row for row in queries.points(session, shown)}
    return [point_of(rows[number]) for number in shown if number in rows], len(found)


@blueprint.post("/pickup-points")
@blueprint.auth_required(bearer, roles=[Role.COOPERATIVE])
@blueprint.input(PointBody, arg_name="body")
@blueprint.output(PickupPoint, 201)
def add_pickup_point(body: PointBody) -> Response:
    """Hand over at a further point; its slots exist from now on."""
    actor, now = caller(), days.now()

    def change(session: Session) -> PickupPoint:
        return point_of(queries.get_point(session, add_point(session, body.as_new(), actor, now)))

    return answer_once(body, change, status=201)


@blueprint.patch("/pickup-points/<int:point_id>")
@blueprint.auth_required(bearer, roles=[Role.COOPERATIVE])
@blueprint.input(PointPatch, arg_name="body")
@blueprint.output(PickupPoint)
@blueprint.doc(responses={409: "capacity-below-bookings: a slot has more orders than that."})
def change_pickup_point(point_id: int, body: PointPatch) -> Response:
    """Change a point, or retire it; orders that were promised stand."""
    actor, now = caller(), days.now()

    def change(session: Session) -> PickupPoint:
        change_point(session, point_id, body.as_changes(), actor, now)
        return point_of(queries.get_point(session, point_id))

    return answer_once(body, change)


@blueprint.get("/pickup-points/<int:point_id>/slots")
@blueprint.input(SlotQuery, location="query", arg_name="query")
@blueprint.output(SlotPage)
def list_slots(point_id: int, query: SlotQuery) -> SlotPage:
    """The coming slots of a point."""
    now = days.now()
    first = query.first or days.day_of(now)
    queries.get_point(db.session(), point_id)
    rows = queries.list_slots(db.session(), point_id, first, first + timedelta(days=query.days - 1), now)
    return SlotPage(
        items=[slot_of(row, now) for row in slice_of(rows, query)],
        total=len(rows),
        page=query.page,
        per_page=query.per_page,
    )


@blueprint.post("/slots/<int:slot_id>/close")
@blueprint.auth_required(bearer, roles=[Role.COOPERATIVE])
@blueprint.input(CloseBody, arg_name="body")
@blueprint.output(ClosedSlot)
def close_slot(slot_id: int, body: CloseBody) -> ClosedSlot:
    """Call a slot off: it takes no more orders, and the open ones are cancelled, with goods and money given back."""
    now = days.now()
    cancelled = flows.close_slot(slot_id, body.reason, caller(), now)
    slot = slot_of(queries.get_slot(db.session(), slot_id), now)
    return ClosedSlot(**dict(slot), cancelled=cancelled)
