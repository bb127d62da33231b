"""Wording letters about what the office did with a village's story."""

from __future__ import annotations

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.ordering.letters import Reader
from ovop.outside.mail import Message
from ovop.stories.letters import StoryNews
from ovop.stories.rules import Change
from ovop.web.language import gettext as _
from ovop.web.language import speaking
from ovop.web.letters import link_to, written


def compose_story_news(news: StoryNews) -> Message:
    """The office has hidden the story, and why, or shows it again."""
    reader = Reader(Actor(news.account_id, Role.COOPERATIVE), news.name, news.email, news.language)
    with speaking(news.language):
        is_hidden = news.kind is Change.HIDDEN
        title = (
            _("Cerita Desa %(village)s disembunyikan dinas", village=news.village)
            if is_hidden
            else _("Cerita Desa %(village)s tampil lagi", village=news.village)
        )
        return written(
            "story",
            reader,
            title=title,
            link=link_to("/koperasi/cerita", news.language),
            key=f"mail:story:{news.event_id}:{news.account_id}",
            news=title,
            words=news.reason,
            follows=_("Perbaiki ceritanya dan terbitkan lagi; dinas lalu menampilkannya kembali.")
            if is_hidden
            else _("Semua orang melihatnya mulai sekarang."),
        )
