"""Lots on sale."""

from __future__ import annotations

from flask import Response
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.api.v1.access import bearer, caller
from ovop.api.v1.area import blueprint
from ovop.api.v1.repeats import answer_once
from ovop.api.v1.schemas.catches import (
    Catch,
    CatchBody,
    CatchPage,
    CatchPatch,
    CatchQuery,
    Photo,
    PhotoForm,
    catch_of,
    photo_of,
)
from ovop.db import db, reading
from ovop.discovery.queries import find_catches, get_catch
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.stock import flows, operations


@blueprint.get("/catches")
@blueprint.input(CatchQuery, location="query", arg_name="query")
@blueprint.output(CatchPage)
def list_catches(query: CatchQuery) -> CatchPage:
    """Lots on sale."""
    found = find_catches(reading(), query.as_filter(), days.now())
    return CatchPage(
        items=[catch_of(row) for row in found.items], total=found.total, page=query.page, per_page=query.per_page
    )


@blueprint.get("/catches/<int:catch_id>")
@blueprint.output(Catch)
def show_catch(catch_id: int) -> Catch:
    """A lot, on sale or not any more."""
    return catch_of(get_catch(db.session(), catch_id, days.now()).card)


@blueprint.post("/catches")
@blueprint.auth_required(bearer, roles=[Role.COOPERATIVE])
@blueprint.input(CatchBody, arg_name="body")
@blueprint.output(Catch, 201)
def list_catch(body: CatchBody) -> Response:
    """Put a landing or harvest on sale."""
    actor, now = caller(), days.now()

    def change(session: Session) -> Catch:
        catch_id = operations.list_catch(session, body.as_new(), actor, now)
        return catch_of(get_catch(session, catch_id, now).card)

    return answer_once(body, change, status=201)


@blueprint.patch("/catches/<int:catch_id>")
@blueprint.auth_required(bearer, roles=[Role.COOPERATIVE])
@blueprint.input(CatchPatch, arg_name="body")
@blueprint.output(Catch)
@blueprint.doc(responses={409: "out-of-stock: more would be lost than is available."})
def change_catch(catch_id: int, body: CatchPatch) -> Response:
    """Change price, note or best-before, or the stock with a reason; orders keep what they were made at."""
    actor, now = caller(), days.now()
    if body.reason is not None and body.stock_change is None:
        raise Invalid({"stock_change": "required"})

    def change(session: Session) -> Catch:
        operations.lock_own_catch(session, catch_id, actor)
        if body.changes is not None:
            operations.change_catch(session, catch_id, body.changes, actor, now)
        if body.stock_change is not None:
            operations.change_stock(session, catch_id, body.stock_change, body.reason or "", actor, now)
        return catch_of(get_catch(session, catch_id, now).card)

    return answer_once(body, change)


@blueprint.post("/catches/<int:catch_id>/photos")
@blueprint.auth_required(bearer, roles=[Role.COOPERATIVE])
@blueprint.input(PhotoForm, location="files", arg_name="form")
@blueprint.output(Photo, 201)
def add_photo(catch_id: int, form: PhotoForm) -> Photo:
    """Add a photo; it is kept upright, and nothing of where and how it was taken."""
    now = days.now()
    photo_id = flows.store_photo(catch_id, form.photo.stream.read(), caller(), now)
    photos = get_catch(db.session(), catch_id, now).card.photos
    return photo_of(next(photo for photo in photos if photo.id == photo_id))
