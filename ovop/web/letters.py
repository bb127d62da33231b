"""Wording letters, in each reader's language, as text and as HTML."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, render_template

from ovop.ordering.letters import Reader
from ovop.ordering.post import Letter
from ovop.ordering.rows import OrderRow
from ovop.outside.mail import Message
from ovop.web.complaint_words import COMPLAINT_NEWS
from ovop.web.language import PREFIXES, speaking
from ovop.web.language import gettext as _

_SUBJECTS: dict[Letter, Callable[[str], str]] = {
    Letter.CONFIRMED: lambda number: _("Pesanan %(number)s sudah masuk", number=number),
    Letter.READY: lambda number: _("Ikanmu siap diambil: pesanan %(number)s", number=number),
    Letter.SHORT: lambda number: _("Timbangannya kurang: pesanan %(number)s", number=number),
    Letter.CANCELLED: lambda number: _("Pesanan %(number)s dibatalkan", number=number),
    Letter.EXPIRED: lambda number: _("Waktu bayar pesanan %(number)s sudah habis", number=number),
    Letter.PAID_LATE: lambda number: _("Pembayaran terlambat, uangmu dilepas: pesanan %(number)s", number=number),
    Letter.PAID_TWICE: lambda number: _("Terbayar dua kali, yang kedua kembali: pesanan %(number)s", number=number),
    Letter.COMPLAINT_OFFERED: lambda number: _("Koperasi menawarkan uang kembali: pesanan %(number)s", number=number),
    Letter.COMPLAINT_DECLINED: lambda number: _("Jawaban koperasi atas keluhanmu: pesanan %(number)s", number=number),
    Letter.COMPLAINT_PASSED_ON: lambda number: _("Keluhanmu diteruskan ke dinas: pesanan %(number)s", number=number),
    Letter.COMPLAINT_CLOSED: lambda number: _("Keluhanmu sudah selesai: pesanan %(number)s", number=number),
    Letter.COMPLAINT_OPENED: lambda number: _("Ada keluhan pembeli: pesanan %(number)s", number=number),
    Letter.COMPLAINT_ESCALATED: lambda number: _("Keluhan diteruskan ke dinas: pesanan %(number)s", number=number),
    Letter.COMPLAINT_ENDED: lambda number: _("Keluhan selesai: pesanan %(number)s", number=number),
}


def compose(letter: Letter, order: OrderRow, reader: Reader) -> Message:
    """The letter as a mail to its reader."""
    with speaking(reader.language):
        facts: dict[str, object] = {"order": order, "reader": reader, "link": _link(order, letter, reader.language)}
        title = subject(letter, order)
        facts["title"] = title
        template = "complaint" if letter in COMPLAINT_NEWS else letter.value
        if letter in COMPLAINT_NEWS:
            facts |= {"news": COMPLAINT_NEWS[letter](), "is_for_members": letter.is_for_members}
        return Message(
            to=reader.email,
            subject=title,
            text=_squeezed(render_template(f"mail/{template}.txt", **facts)),
            html=render_template(f"mail/{template}.html", **facts),
            key=f"mail:{letter}:{order.number}" + (f":{reader.actor.id}" if letter.is_for_members else ""),
        )


def subject(letter: Letter, order: OrderRow) -> str:
    """What stands in the list of mails."""
    return _SUBJECTS[letter](order.number)


def _link(order: OrderRow, letter: Letter, language: str) -> str | None:
    """The order's page for whoever reads the letter, where the market knows its own address."""
    origin = current_app.config["OVOP"].public_url
    area = "/koperasi" if letter.is_for_members else ""
    return f"{origin}{PREFIXES.get(language, '')}{area}/pesanan/{order.number}" if origin else None


def _squeezed(text: str) -> str:
    """Text without the blank lines that a template's conditions leave behind."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"
