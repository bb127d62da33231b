"""Wording the notice of a statement that nothing is paid for."""

from __future__ import annotations

from ovop.outside.mail import Message
from ovop.settlement.notices import CarriedNews
from ovop.web.formats import rupiah
from ovop.web.language import gettext as _
from ovop.web.language import speaking
from ovop.web.letters import link_to, written
from ovop.web.times import period


def compose_carried(news: CarriedNews) -> Message:
    """The notice as a mail, leading to the statement."""
    with speaking(news.reader.language):
        return written(
            "news",
            news.reader,
            title=_("Rekap %(period)s dibawa ke rekap berikutnya", period=period(news.first, news.last)),
            link=link_to(f"/koperasi/uang/rekap/{news.settlement_id}", news.reader.language),
            key=news.key,
            words="",
            follows=_(
                "Periode ini kurang %(amount)s, jadi belum ada transfer. Kekurangannya dipotong dari rekap berikutnya.",
                amount=rupiah(news.missing),
            ),
        )
