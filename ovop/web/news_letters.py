"""Wording what followers are told, in their language."""

from __future__ import annotations

from ovop.follow.letters import Words
from ovop.follow.queries import News, NewsLot
from ovop.follow.targets import Target
from ovop.notices.rules import Notice, Topic
from ovop.outside.mail import Message
from ovop.web.follow_tokens import token_of
from ovop.web.language import current_language, ngettext, speaking
from ovop.web.language import gettext as _
from ovop.web.letters import link_to, path_to, written

#: Lots that a letter names; of more it says how many.
MOST_NAMED = 12


def compose_news(news: News) -> Message:
    """The lots as a mail, each with where it leads; ending it all, or each follow, is one click away."""
    with speaking(news.language):
        named = news.lots[:MOST_NAMED]
        targets = dict.fromkeys(target for lot in named for target in lot.followed)
        return written(
            "followed",
            news.reader,
            title=_headline(news),
            link=link_to("/", news.language),
            key=f"mail:news:{news.told_ids[0]}",
            unsubscribe=_end_url(news, None),
            lots=[(lot, link_to(f"/hasil/{lot.id}", news.language)) for lot in named],
            more=len(news.lots) - len(named),
            endings=[(target_name(target), _end_url(news, target)) for target in targets],
            end_all=_end_url(news, None),
            choices=link_to("/akun/kabar", news.language),
        )


def announce_news(news: News) -> Notice:
    """The same as one message to a browser: it opens the lot, or the market when there are several."""
    with speaking(news.language):
        first = news.lots[0]
        path = f"/hasil/{first.id}" if len(news.lots) == 1 else "/"
        return Notice(Topic.NEWS, _headline(news), _where(first), path_to(path, news.language), "news")


def target_name(target: Target) -> str:
    """What is followed, in the language spoken now."""
    name = target.name if current_language() == "id" else target.name_en
    if target.kind == "village":
        return _("Desa %(name)s", name=name)
    return (
        _("%(product)s dari %(cooperative)s", product=name, cooperative=target.of) if target.kind == "product" else name
    )


def _headline(news: News) -> str:
    first, others = news.lots[0], len(news.lots) - 1
    if not others:
        return (
            _("%(name)s bisa dipesan dulu", name=first.name)
            if first.is_planned
            else _("%(name)s baru dijual", name=first.name)
        )
    return ngettext("%(name)s dan %(num)s hasil lain", "%(name)s dan %(num)s hasil lain", others, name=first.name)


def _where(lot: NewsLot) -> str:
    return _("Dari %(village)s, %(cooperative)s.", village=lot.village, cooperative=lot.cooperative)


def _end_url(news: News, target: Target | None) -> str | None:
    return link_to(f"/berhenti-kabar/{token_of(news.account_id, target)}", news.language)


WORDS = Words(compose_news, announce_news)
