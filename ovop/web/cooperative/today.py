"""The first screen: what to do next, by time, whatever part of the work it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.advance.queries import DayState, harvests, listings
from ovop.catalogue.permits import permits_to_renew
from ovop.complaints.queries import list_complaints, sum_owed
from ovop.complaints.rules import ComplaintStatus
from ovop.db import db
from ovop.kernel import days
from ovop.ordering.slot_queries import SlotLoad, slot_loads
from ovop.pickup.use_queries import waiting_for
from ovop.scales.queries import list_scales
from ovop.stock.queries import lots_ending
from ovop.till.queries import tills_to_deposit, uncounted_tills
from ovop.till.rules import TIME_TO_DEPOSIT, is_overdue
from ovop.web.access import requires
from ovop.web.cooperative.again import sold_again
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.formats import quantity, rupiah
from ovop.web.label_words import permit_name, permit_words
from ovop.web.scale_words import seen
from ovop.web.times import clock, long_day, span
from ovop.web.times import day as short_day

#: How far ahead slots are shown, and how far back one is looked for whose orders nobody has closed.
AHEAD, BACK = timedelta(days=14), timedelta(days=60)
#: A lot with something left is work from so long before its best-before on; and for as long after it.
ENDING, ENDED = timedelta(hours=12), timedelta(days=7)
#: Tasks that are seen without a tap.
AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: by when (none: when there is time for it), what, and where it is done."""

    due: datetime | None
    title: str
    note: str
    href: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """Slots with orders: those past whose orders are still open, what comes next, and the rest by day and time."""

    overdue: list[SlotLoad]
    next: SlotLoad | None
    later: list[tuple[date, list[SlotLoad]]]


@blueprint.get("")
@requires(Role.COOPERATIVE)
def today() -> ResponseReturnValue:
    """Orders that were left open, the next slot, what else has to be done, and the slots to come."""
    _actor, cooperative_id = clerk()
    session, now = db.session(), days.now()
    loads = slot_loads(session, cooperative_id, days.day_of(now - BACK), days.day_of(now + AHEAD))
    agenda = agenda_of(loads, now)
    return page(
        "today.html",
        agenda=agenda,
        late=[_left_open(load) for load in agenda.overdue],
        tasks=tasks_of(session, cooperative_id, now),
        at_once=AT_ONCE,
        **sold_again(cooperative_id),
        now=now,
        place="today",
    )


def agenda_of(loads: Sequence[SlotLoad], now: datetime) -> Agenda:
    """The agenda at `now`; slots whose every order is done are left out once they have ended."""
    overdue = [load for load in loads if load.ends_at <= now and load.to_weigh + load.ready]
    coming = [load for load in loads if load.ends_at > now]
    first = next((load for load in coming if load.to_weigh + load.ready), None)
    rest = [load for load in coming if load is not first]
    by_day = groupby(rest, key=lambda load: days.day_of(load.starts_at))
    return Agenda(overdue, first, [(day, list(loads)) for day, loads in by_day])


def tasks_of(session: Session, cooperative_id: int, now: datetime) -> list[Task]:
    """Everything that waits for somebody beside orders, the most urgent first.  A query for each source."""
    tasks = [task for source in SOURCES for task in source(session, cooperative_id, now)]
    never = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(tasks, key=lambda task: task.due or never)


def _left_open(load: SlotLoad) -> Task:
    orders = load.to_weigh + load.ready
    return Task(
        load.ends_at,
        ngettext("%(num)s pesanan belum selesai", "%(num)s pesanan belum selesai", orders),
        _(
            "%(time)s, %(place)s. Serahkan, atau tandai tidak diambil.",
            time=span(load.starts_at, load.ends_at),
            place=load.point_name,
        ),
        url_for("cooperative.slot", slot_id=load.slot_id),
    )


def _complaints(session: Session, cooperative_id: int, now: datetime) -> Iterator[Task]:
    for complaint in list_complaints(session, now, cooperative_id=cooperative_id, at=[ComplaintStatus.OPEN]):
        yield Task(
            complaint.answer_by,
            _("Jawab keluhan pembeli"),
            _("Pesanan %(number)s", number=complaint.number),
            url_for("cooperative.complaint", number=complaint.number),
        )


def _owed(session: Session, cooperative_id: int, _now: datetime) -> Iterator[Task]:
    if owed := sum_owed(session, cooperative_id):
        yield Task(
            None,
            _("Kembalikan %(amount)s ke pembeli", amount=rupiah(owed)),
            _("Sudah disepakati, belum dicatat dibayar."),
            url_for("cooperative.complaints"),
        )


def _lots(session: Session, cooperative_id: int, now: datetime) -> Iterator[Task]:
    for lot in lots_ending(session, cooperative_id, now - ENDED, now + ENDING):
        left = quantity(lot.available, lot.measure, lot.unit)
        if lot.best_before <= now:
            title = _("%(name)s: %(left)s tidak terjual", name=lot.name, left=left)
            note = _("Waktunya lewat. Catat ke mana perginya.")
        else:
            title = _("%(name)s: masih %(left)s", name=lot.name, left=left)
            note = _("Dijual sampai %(time)s.", time=clock(lot.best_before))
        yield Task(lot.best_before, title, note, url_for("cooperative.lot", catch_id=lot.id))


def _harvests(session: Session, cooperative_id: int, now: datetime) -> Iterator[Task]:
    """What is harvested today has to be counted, and a standing day that no slot fits waits to be opened."""
    for harvest in harvests(session, cooperative_id, now):
        if harvest.landed_at < days.end_of(days.day_of(now)):
            orders = ngettext("%(num)s pesanan menunggunya.", "%(num)s pesanan menunggunya.", harvest.orders)
            href = url_for("cooperative.count_harvest", catch_id=harvest.id)
            yield Task(harvest.landed_at, _("Hitung panen %(name)s", name=harvest.name), orders, href)
    for listing in listings(session, cooperative_id, now):
        for row in listing.coming:
            if row.state is DayState.NO_SLOT and row.opens_on <= days.day_of(now):
                title = _("Buka jadwal ambil untuk %(day)s", day=short_day(row.day))
                note = _("%(name)s rutin belum bisa dijual: tidak ada jadwal yang cocok.", name=listing.product_name)
                yield Task(listing.standing.lands_on(row.day), title, note, url_for("cooperative.points"))


def _uses(session: Session, cooperative_id: int, _now: datetime) -> Iterator[Task]:
    """A neighbour waits for an answer about a point."""
    for use in waiting_for(session, cooperative_id):
        is_guest = use.guest_id == cooperative_id
        yield Task(
            None,
            _("Jawab tawaran titik ambil") if is_guest else _("Jawab permintaan titik ambil"),
            f"{use.owner_name if is_guest else use.guest_name}, {use.point_name}",
            url_for("cooperative.point_use", point_id=use.point_id, guest_id=use.guest_id),
        )


def _cash(session: Session, cooperative_id: int, now: datetime) -> Iterator[Task]:
    day = days.day_of(now)
    for till in uncounted_tills(session, cooperative_id, day):
        yield Task(
            days.end_of(till.day),
            _("Hitung kas %(name)s", name=till.clerk),
            long_day(till.day),
            url_for("cooperative.till", till_id=till.id),
        )
    late = [till for till in tills_to_deposit(session, cooperative_id) if is_overdue(till.day, day)]
    if late:
        yield Task(
            days.end_of(late[0].day + TIME_TO_DEPOSIT),
            _("Setor tunai %(amount)s ke bank", amount=rupiah(sum(till.cash.undeposited for till in late))),
            _("Uang tunai sebaiknya tidak lama di laci."),
            url_for("cooperative.deposit_all"),
        )


def _scales(session: Session, cooperative_id: int, now: datetime) -> Iterator[Task]:
    for row in list_scales(session, cooperative_id):
        scale = seen(row, days.day_of(now))
        if row.is_active and scale.warning:
            due = None if row.verified_until is None else days.end_of(row.verified_until)
            title = _("Tera ulang %(scale)s", scale=row.name)
            yield Task(due, title, scale.note, url_for("cooperative.scale", scale_id=row.id))


def _permits(session: Session, cooperative_id: int, now: datetime) -> Iterator[Task]:
    for permit in permits_to_renew(session, cooperative_id, days.day_of(now)):
        title = _("Perpanjang %(permit)s %(product)s", permit=permit_name(permit.kind), product=permit.product)
        href = url_for("cooperative.product", product_id=permit.product_id)
        yield Task(days.start_of(permit.until), title, permit_words(permit), href)


#: Where work comes from: each asks the database once or twice for one kind of it.
SOURCES: Sequence[Callable[[Session, int, datetime], Iterator[Task]]] = (
    _complaints,
    _owed,
    _lots,
    _harvests,
    _uses,
    _cash,
    _scales,
    _permits,
)
