"""Wording letters, in each reader's language, as text and as HTML."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, render_template

from ovop.accounts.models import Role
from ovop.notices.rules import Notice, Topic
from ovop.ordering.letters import Reader
from ovop.ordering.post import Letter
from ovop.ordering.rows import OrderRow
from ovop.outside.mail import Message
from ovop.web.language import PREFIXES, speaking
from ovop.web.language import gettext as _

_SUBJECTS: dict[Letter, Callable[[str], str]] = {
    Letter.CONFIRMED: lambda number: _("Pesanan %(number)s sudah masuk", number=number),
    Letter.ALLOTTED: lambda number: _("Panennya sudah dihitung: pesanan %(number)s", number=number),
    Letter.MOVED: lambda number: _("Jadwal ambil pesanan %(number)s sudah pindah", number=number),
    Letter.MOVED_MEMBER: lambda number: _("Pembeli memindah jadwal pesanan %(number)s", number=number),
    Letter.READY: lambda number: _("Ikanmu siap diambil: pesanan %(number)s", number=number),
    Letter.SHORT: lambda number: _("Timbangannya kurang: pesanan %(number)s", number=number),
    Letter.CANCELLED: lambda number: _("Pesanan %(number)s dibatalkan", number=number),
    Letter.EXPIRED: lambda number: _("Waktu bayar pesanan %(number)s sudah habis", number=number),
    Letter.PAID_LATE: lambda number: _("Pembayaran terlambat, uangmu dilepas: pesanan %(number)s", number=number),
    Letter.PAID_TWICE: lambda number: _("Terbayar dua kali, yang kedua kembali: pesanan %(number)s", number=number),
    Letter.PAID_BACK: lambda number: _("Uangmu sudah dikembalikan: pesanan %(number)s", number=number),
}


def compose(letter: Letter, order: OrderRow, reader: Reader) -> Message:
    """The letter as a mail to its reader."""
    area = "/koperasi" if reader.actor.role is Role.COOPERATIVE else ""
    with speaking(reader.language):
        return written(
            letter.value,
            reader,
            title=subject(letter, order),
            link=link_to(f"{area}/pesanan/{order.number}", reader.language),
            key=f"mail:{letter}:{order.number}",
            order=order,
        )


def notice_of(letter: Letter, number: str, language: str) -> Notice:
    """The letter's news in one line, and where to read the rest; later news of the order takes its place."""
    with speaking(language):
        path = path_to(f"/pesanan/{number}", language)
        return Notice(
            Topic.ORDERS, _SUBJECTS[letter](number), _("Ketuk untuk melihat pesananmu."), path, f"order-{number}"
        )


def path_to(path: str, language: str) -> str:
    """The page at `path` in that language, from the market's root and without a slash in front."""
    return f"{PREFIXES.get(language, '')}{path}".lstrip("/")


def written(
    template: str,
    reader: Reader,
    *,
    title: str,
    link: str | None,
    key: str,
    unsubscribe: str | None = None,
    **facts: object,
) -> Message:
    """The mail that templates/mail has under that name, as text and as HTML, in the language spoken now."""
    facts |= {"reader": reader, "title": title, "link": link}
    return Message(
        to=reader.email,
        subject=title,
        text=_squeezed(render_template(f"mail/{template}.txt", **facts)),
        html=render_template(f"mail/{template}.html", **facts),
        key=key,
        unsubscribe=unsubscribe,
    )


def subject(letter: Letter, order: OrderRow) -> str:
    """What stands in the list of mails."""
    return _SUBJECTS[letter](order.number)


def link_to(path: str, language: str) -> str | None:
    """The page at `path` in that language, where the market knows its own address."""
    origin = current_app.config["OVOP"].public_url
    return f"{origin}{PREFIXES.get(language, '')}{path}" if origin else None


def _squeezed(text: str) -> str:
    """Text without the blank lines that a template's conditions leave behind."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"
