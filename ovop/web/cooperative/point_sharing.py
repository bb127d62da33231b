"""Sharing a pickup point with a neighbour: offering one's own, asking for theirs, agreeing, ending."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.discovery.nearest import NearPoint, nearest_points
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.ordering.slot_queries import left_at
from ovop.pickup.errors import UseChanged
from ovop.pickup.use_queries import UseRow, get_use, history_of, list_uses, neighbours
from ovop.pickup.use_rules import OPEN_USES, WAITING, UseStatus, UseStep, news_of, steps_of
from ovop.pickup.uses import step_use
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.pin import home_of
from ovop.web.cooperative.points import own_point
from ovop.web.cooperative.sharing_words import done_words, event_words
from ovop.web.formats import distance
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, sentence

#: So many points nearby are offered to be asked for.
_NEAREST = 20


@blueprint.get("/titik/<id:point_id>/bersama")
@requires(Role.COOPERATIVE)
def point_guests(point_id: int) -> ResponseReturnValue:
    """Who hands over at an own point by consent, and a form to offer it to a neighbour."""
    return _guests_page(point_id, {})


@blueprint.post("/titik/<id:point_id>/bersama")
@requires(Role.COOPERATIVE)
def offer_point(point_id: int) -> ResponseReturnValue:
    """The point is offered; a neighbour who asked for it already has it now."""
    actor, _cooperative_id = clerk()
    own_point(point_id, actor)
    guest = read_id(request.form.get("guest"))
    if guest is None:
        return _guests_page(point_id, {"guest": _("Pilih koperasinya.")}, 422)
    return _take(point_id, guest, UseStep.OFFER) or _guests_page(point_id, {"note": _too_long()}, 422)


@blueprint.get("/titik/tetangga")
@requires(Role.COOPERATIVE)
def neighbour_points() -> ResponseReturnValue:
    """Neighbours' points nearby, to ask for one."""
    return _neighbours_page({})


@blueprint.post("/titik/tetangga")
@requires(Role.COOPERATIVE)
def ask_for_point() -> ResponseReturnValue:
    """The point's owner is asked; one that was offered already is shared now."""
    _actor, cooperative_id = clerk()
    point = read_id(request.form.get("point"))
    if point is None:
        return _neighbours_page({"point": _("Pilih titiknya.")}, 422)
    return _take(point, cooperative_id, UseStep.ASK) or _neighbours_page({"note": _too_long()}, 422)


@blueprint.get("/titik/<id:point_id>/bersama/<id:guest_id>")
@requires(Role.COOPERATIVE)
def point_use(point_id: int, guest_id: int) -> ResponseReturnValue:
    """How a point stands between its owner and a guest: what either may do, and what has been done."""
    return _use_page(point_id, guest_id, {})


@blueprint.post("/titik/<id:point_id>/bersama/<id:guest_id>")
@requires(Role.COOPERATIVE)
def step_point_use(point_id: int, guest_id: int) -> ResponseReturnValue:
    """The step is taken; sent twice it is taken once, and one that came too late says so."""
    actor, _cooperative_id = clerk()
    get_use(db.session(), point_id, guest_id, actor)
    try:
        step = UseStep(request.form.get("step", ""))
    except ValueError:
        return _use_page(point_id, guest_id, {})
    return _take(point_id, guest_id, step) or _use_page(point_id, guest_id, {"note": _too_long()}, 422)


def _take(point_id: int, guest_id: int, step: UseStep) -> ResponseReturnValue | None:
    """On to the page of what was agreed on; none when the words that go with it are too many."""
    actor, _cooperative_id = clerk()
    try:
        after = write(step_use, point_id, guest_id, step, actor, days.now(), request.form.get("note", ""))
    except Invalid:
        return None
    except UseChanged as error:
        flash(sentence(error), "warning")
        return redirect(url_for("cooperative.points"))
    use = get_use(db.session(), point_id, guest_id, actor)
    flash(done_words(news_of(step, after), use, use.side_of(actor.cooperative_id or 0)), "good")
    return redirect(url_for("cooperative.point_use", point_id=point_id, guest_id=guest_id))


def _too_long() -> str:
    return field_errors(Invalid({"note": "too-long"}))["note"]


def _guests_page(point_id: int, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, cooperative_id = clerk()
    point = own_point(point_id, actor)
    uses = list_uses(db.session(), cooperative_id, point_id)
    known = {use.guest_id for use in uses if use.status is not UseStatus.OVER}
    near = neighbours(db.session(), home_of(cooperative_id).place, beside=cooperative_id)
    return page(
        "point_guests.html",
        status,
        point=point,
        uses=uses,
        choices=[
            (one.id, f"{one.name}, {one.village_name} ({distance(one.km)})") for one in near if one.id not in known
        ],
        typed=request.form,
        errors=errors,
        is_manager=actor.is_manager,
        place="today",
    )


def _neighbours_page(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, cooperative_id = clerk()
    here = home_of(cooperative_id)
    known = {use.point_id for use in list_uses(db.session(), cooperative_id) if use.status is not UseStatus.OVER}
    near = nearest_points(db.session(), here.place, limit=4 * _NEAREST)
    return page(
        "neighbour_points.html",
        status,
        home=here.name,
        points=list(_others(near, cooperative_id, known))[:_NEAREST],
        chosen=request.form.get("point") or request.args.get("titik"),
        typed=request.form,
        errors=errors,
        is_manager=actor.is_manager,
        place="today",
    )


def _others(
    near: Iterable[tuple[NearPoint, float]], cooperative_id: int, known: set[int]
) -> Iterable[tuple[NearPoint, float]]:
    return ((point, km) for point, km in near if point.cooperative_id != cooperative_id and point.id not in known)


def _use_page(point_id: int, guest_id: int, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, cooperative_id = clerk()
    session = db.session()
    use = get_use(session, point_id, guest_id, actor)
    side = use.side_of(cooperative_id)
    return page(
        "point_use.html",
        status,
        use=use,
        side=side.value,
        other=use.guest_name if cooperative_id == use.owner_id else use.owner_name,
        is_open=use.status in OPEN_USES,
        waits=use.status in WAITING,
        steps=[step.value for step in _offered(use, steps_of(use.status, side))] if actor.is_manager else [],
        is_manager=actor.is_manager,
        left=left_at(session, point_id, guest_id) if use.opened_at else None,
        history=[(event, event_words(event, use)) for event in reversed(history_of(session, [use], cooperative_id))],
        typed=request.form,
        errors=errors,
        place="today",
    )


def _offered(use: UseRow, steps: Iterable[UseStep]) -> Iterable[UseStep]:
    """One button for each thing: who may agree need not ask or offer as well; of a retired point nothing begins."""
    able = [step for step in steps if use.is_active or step in (UseStep.DECLINE, UseStep.WITHDRAW, UseStep.END)]
    return [step for step in able if UseStep.AGREE not in able or step not in (UseStep.ASK, UseStep.OFFER)]
