"""Wording letters about what the office decided of a flagship that was proposed."""

from __future__ import annotations

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.ordering.letters import Reader
from ovop.outside.mail import Message
from ovop.programme.letters import DecisionNews
from ovop.programme.rules import ProposalStatus
from ovop.web.language import gettext as _
from ovop.web.language import speaking
from ovop.web.letters import link_to, written


def compose_decision(news: DecisionNews) -> Message:
    """The proposal was agreed to or refused, by which decision and why."""
    reader = Reader(Actor(news.account_id, Role.COOPERATIVE), news.name, news.email, news.language)
    with speaking(news.language):
        is_agreed = news.status is ProposalStatus.AGREED
        title = (
            _("%(product)s menjadi produk unggulan desamu", product=news.product)
            if is_agreed
            else _("Usulan %(product)s belum disetujui dinas", product=news.product)
        )
        follows = (
            _("Nomor keputusannya %(number)s.", number=news.number)
            if is_agreed
            else _("Nomor keputusannya %(number)s. Kamu boleh mengusulkan lagi.", number=news.number)
        )
        return written(
            "story",
            reader,
            title=title,
            link=link_to("/koperasi/unggulan", news.language),
            key=f"mail:decision:{news.proposal_id}:{news.account_id}",
            news=title,
            words=news.reason,
            follows=follows,
        )
