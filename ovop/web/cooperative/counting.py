"""Counting a till: what is in it against what should be, by the note or in one sum; and the slip of it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.money import parse_amount
from ovop.till import operations, queries
from ovop.till.errors import TillClosed, Unexplained
from ovop.till.rules import EntryKind
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.tills import shared
from ovop.web.formats import rupiah
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors
from ovop.web.typed import Reading

#: Notes and coins in use, rupiah.  Source: Bank Indonesia, money in circulation.
NOTES = (100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100)
_MOST_DIGITS = 5
#: Entries by hand on one sheet of paper.
_MOST_ON_SLIP = 30


@blueprint.get("/kas/<id:till_id>/hitung")
@requires(Role.COOPERATIVE)
def count_till(till_id: int) -> ResponseReturnValue:
    """What should be in the till, and the field for what is; a till that is counted is shown instead."""
    actor, _cooperative_id = clerk()
    if queries.get_till(db.session(), till_id, actor).closed_at is not None:
        return redirect(url_for("cooperative.till", till_id=till_id))
    return _count_page(till_id, {})


@blueprint.post("/kas/<id:till_id>/hitung")
@requires(Role.COOPERATIVE)
def save_count(till_id: int) -> ResponseReturnValue:
    """The till is closed, or the page comes back and asks about the difference.

    Counted twice, by a second tap or by two people, the first count stands.
    """
    actor, _cooperative_id = clerk()
    form = Reading()
    try:
        counted = _read_count(form)
        seen = read_id(form.text("seen")) or 0
        write(operations.count_till, till_id, counted, form.text("explanation"), seen, actor, days.now())
    except Unexplained as error:
        return _count_page(till_id, {"explanation": _question(error)}, 422)
    except Invalid as error:
        return _count_page(till_id, field_errors(error), 422)
    except TillClosed:
        known = queries.get_till(db.session(), till_id, actor)
        if known.cash.counted != counted:
            amount = rupiah(known.cash.counted or 0)
            flash(_("Kas ini sudah dihitung %(who)s: %(amount)s.", who=known.closed_by, amount=amount), "warning")
    return redirect(url_for("cooperative.till", till_id=till_id))


@blueprint.get("/kas/<id:till_id>/slip")
@requires(Role.COOPERATIVE)
def till_slip(till_id: int) -> ResponseReturnValue:
    """What a counted till came to, to be printed and signed; an open one is shown instead."""
    actor, _cooperative_id = clerk()
    session = db.session()
    found = queries.get_till(session, till_id, actor)
    if found.closed_at is None:
        return redirect(url_for("cooperative.till", till_id=till_id))
    return page(
        "till_slip.html",
        till=found,
        sums={of_kind.kind.value: of_kind for of_kind in queries.sums_of(session, till_id)},
        by_hand=queries.entries_of(session, till_id, kinds=[EntryKind.HAND], limit=_MOST_ON_SLIP)[::-1],
        deposits=queries.deposits_of(session, till_id),
        **shared(),
    )


def _count_page(till_id: int, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, _cooperative_id = clerk()
    found = queries.get_till(db.session(), till_id, actor)
    return page("till_count.html", status, till=found, notes=NOTES, typed=request.form, errors=errors, **shared())


def _read_count(form: Reading) -> int:
    """What was counted: in one sum, by the note, or both when they agree.  Raises: Invalid."""
    pieces = {note: form.text(f"note_{note}") for note in NOTES}
    by_note = sum(note * form.take(_parse_pieces, f"note_{note}", 0) for note, typed in pieces.items() if typed)
    has_notes = any(pieces.values())
    if has_notes and not form.text("counted"):
        counted = by_note
    else:
        counted = form.take(parse_amount, "counted", by_note, field="counted", least=0)
    if has_notes and counted != by_note:
        form.refuse("counted", "not-the-notes")
    form.finish()
    return counted


def _parse_pieces(typed: str) -> int:
    """How many notes or coins.  Raises: Invalid."""
    digits = typed.replace(".", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) > _MOST_DIGITS:
        raise Invalid({"pieces": "not-a-count"})
    return int(digits)


def _question(error: Unexplained) -> str:
    """What is asked of somebody whose count differs."""
    gap = error.counted - error.expected
    words = _("Lebih %(amount)s", amount=rupiah(gap)) if gap > 0 else _("Kurang %(amount)s", amount=rupiah(-gap))
    return _(
        "%(gap)s: dihitung %(counted)s, seharusnya %(expected)s. Hitung sekali lagi, atau tulis sebabnya.",
        gap=words,
        counted=rupiah(error.counted),
        expected=rupiah(error.expected),
    )
