"""Wording the letter about a recall, in its reader's language."""

from __future__ import annotations

from ovop.outside.mail import Message
from ovop.recall.letters import News
from ovop.web.language import gettext as _
from ovop.web.language import speaking
from ovop.web.letters import link_to, written


def compose_recall(news: News) -> Message:
    """The letter as a mail: a buyer's leads to the lot's own page, which anybody can read, a member's to the list."""
    language = news.reader.language
    with speaking(language):
        if news.is_for_member:
            return written(
                "recalled_member",
                news.reader,
                title=_("Dinas menarik %(name)s, lot %(code)s", name=news.name, code=news.lot_code),
                link=link_to(f"/koperasi/stok/{news.catch_id}/penarikan", language),
                key=news.key,
                news=news,
            )
        return written(
            "recalled",
            news.reader,
            title=_("Jangan dimakan: %(name)s ditarik", name=news.name),
            link=link_to(f"/t/{news.lot_code}", language),
            key=news.key,
            news=news,
        )
