"""Wording the letters to buyers, in each reader's language, as text and as HTML."""

from __future__ import annotations

from typing import assert_never

from flask import current_app, render_template

from ovop.ordering.letters import Reader
from ovop.ordering.post import Letter
from ovop.ordering.rows import OrderRow
from ovop.outside.mail import Message
from ovop.web.language import PREFIXES, speaking
from ovop.web.language import gettext as _


def compose(letter: Letter, order: OrderRow, reader: Reader) -> Message:
    """The letter as a mail to its reader."""
    with speaking(reader.language):
        facts = {"order": order, "reader": reader, "link": _link(order, reader.language)}
        title = subject(letter, order)
        return Message(
            to=reader.email,
            subject=title,
            text=_squeezed(render_template(f"mail/{letter}.txt", **facts)),
            html=render_template(f"mail/{letter}.html", title=title, **facts),
            key=f"mail:{letter}:{order.number}",
        )


def subject(letter: Letter, order: OrderRow) -> str:
    """What stands in the list of mails."""
    match letter:
        case Letter.CONFIRMED:
            return _("Pesanan %(number)s sudah masuk", number=order.number)
        case Letter.READY:
            return _("Ikanmu siap diambil: pesanan %(number)s", number=order.number)
        case Letter.SHORT:
            return _("Timbangannya kurang: pesanan %(number)s", number=order.number)
        case Letter.CANCELLED:
            return _("Pesanan %(number)s dibatalkan", number=order.number)
        case Letter.EXPIRED:
            return _("Waktu bayar pesanan %(number)s sudah habis", number=order.number)
        case _:
            assert_never(letter)


def _link(order: OrderRow, language: str) -> str | None:
    """The order's page, where the market knows its own address."""
    origin = current_app.config["OVOP"].public_url
    return f"{origin}{PREFIXES.get(language, '')}/pesanan/{order.number}" if origin else None


def _squeezed(text: str) -> str:
    """Text without the blank lines that a template's conditions leave behind."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"
