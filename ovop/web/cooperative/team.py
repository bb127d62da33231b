"""The co-operative's people, and who did what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import nlargest

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ovop.accounts import team
from ovop.accounts.errors import LastManager
from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.activity import MOST_SHOWN, Act, Done, recent_activity
from ovop.recall.activity import recall_activity
from ovop.till.queries import in_hand
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.language import gettext as _
from ovop.web.language import public_origin
from ovop.web.refusals import sentence

_ACTS: dict[Act, Callable[[], str]] = {
    Act.LISTED: lambda: _("menjual"),
    Act.FOUND: lambda: _("menambah stok"),
    Act.LOST: lambda: _("mencatat hilang"),
    Act.TOOK_BACK: lambda: _("mengurungkan"),
    Act.SOLD: lambda: _("menjual di tempat"),
    Act.WEIGHED: lambda: _("menimbang"),
    Act.HANDED_OVER: lambda: _("menyerahkan"),
    Act.CANCELLED: lambda: _("membatalkan"),
    Act.MISSED: lambda: _("mencatat tidak diambil"),
    Act.RECALLED: lambda: _("menarik"),
    Act.REACHED: lambda: _("menghubungi pembeli lot yang ditarik,"),
    Act.SHARED: lambda: _("mengurus titik bersama"),
}


@blueprint.get("/tim")
@requires(Role.COOPERATIVE)
def members() -> ResponseReturnValue:
    """Who works here and what they did lately, of all or of one; managers can change it."""
    return _page()


@blueprint.post("/tim/undang")
@requires(Role.COOPERATIVE)
def invite() -> ResponseReturnValue:
    """A link to give to one person, shown this once."""
    actor, _cooperative_id = clerk()
    token = write(team.invite, actor, as_manager=request.form.get("as") == "manager", now=days.now())
    return _page(public_origin() + url_for("account.invitation", token=token))


@blueprint.post("/tim/undangan/<id:invitation_id>/cabut")
@requires(Role.COOPERATIVE)
def take_back_invitation(invitation_id: int) -> ResponseReturnValue:
    """The link opens nothing any more."""
    actor, _cooperative_id = clerk()
    write(team.take_back_invitation, invitation_id, actor, days.now())
    flash(_("Undangan itu sudah dicabut."), "good")
    return redirect(url_for("cooperative.members"))


@blueprint.post("/tim/<id:member_id>/jabatan")
@requires(Role.COOPERATIVE)
def change_member(member_id: int) -> ResponseReturnValue:
    """The member is a manager, or a clerk, from now on."""
    actor, _cooperative_id = clerk()
    try:
        write(team.set_manager, member_id, actor, is_manager=request.form.get("as") == "manager")
    except LastManager as error:
        flash(sentence(error), "warning")
    else:
        flash(_("Tersimpan."), "good")
    return redirect(url_for("cooperative.members"))


@blueprint.post("/tim/<id:member_id>/keluarkan")
@requires(Role.COOPERATIVE)
def remove_member(member_id: int) -> ResponseReturnValue:
    """The account no longer works here, and is signed out everywhere; asks again while its till holds cash."""
    actor, cooperative_id = clerk()
    held = _held(cooperative_id).get(member_id, 0)
    if held and actor.is_manager and request.form.get("held") != str(held):
        return _page(leaving=member_id, status=422)
    try:
        write(team.remove_member, member_id, actor, days.now())
    except LastManager as error:
        flash(sentence(error), "warning")
        return redirect(url_for("cooperative.members"))
    flash(_("Sudah dikeluarkan dari koperasi, dan tidak bisa masuk lagi ke halaman ini."), "good")
    return redirect(url_for("shop.catalogue" if member_id == actor.id else "cooperative.members"))


def _done(session: Session, actor: Actor, member_id: int | None) -> Sequence[Done]:
    """What members did lately, of whatever part of the work, newest first."""
    sources = (recent_activity, recall_activity)
    return nlargest(
        MOST_SHOWN,
        [done for source in sources for done in source(session, actor, member_id=member_id, limit=MOST_SHOWN)],
        key=lambda done: done.at,
    )


def _held(cooperative_id: int) -> dict[int, int]:
    """Cash that each member has not brought to the bank, in rupiah."""
    return {one.account_id: one.amount for one in in_hand(db.session(), cooperative_id, days.today())}


def _page(invitation_link: str | None = None, *, leaving: int | None = None, status: int = 200) -> ResponseReturnValue:
    actor, cooperative_id = clerk()
    session, now = db.session(), days.now()
    people = team.list_members(session, actor)
    wanted = read_id(request.args.get("siapa"))
    chosen = next((member for member in people if member.id == wanted), None)
    return page(
        "team.html",
        status,
        held=_held(cooperative_id) if actor.is_manager else {},
        leaving=next((member for member in people if member.id == leaving), None),
        invitation_link=invitation_link,
        people=people,
        chosen=chosen,
        me=actor.id,
        is_manager=actor.is_manager,
        invitations=team.list_invitations(session, actor, now) if actor.is_manager else (),
        done=_done(session, actor, chosen.id if chosen else None),
        act_word=lambda act: _ACTS[act](),
        place="profile",
    )
