"""Wording letters about buyers' reviews."""

from __future__ import annotations

from typing import assert_never

from ovop.accounts.models import Role
from ovop.ordering.letters import Reader
from ovop.outside.mail import Message
from ovop.reviews.rows import ReviewRow
from ovop.reviews.rules import Step
from ovop.web.language import gettext as _
from ovop.web.language import speaking
from ovop.web.letters import link_to, written


def compose_review(review: ReviewRow, step: Step, event_id: int, number: str, reader: Reader) -> Message:
    """What has happened to a review, to its buyer or to the co-operative, which is not told of which order it is."""
    is_member = reader.actor.role is Role.COOPERATIVE
    path = "/koperasi/penilaian?semua=1" if is_member else f"/pesanan/{number}/nilai"
    with speaking(reader.language):
        news = _news(review, step, is_member=is_member)
        return written(
            "review",
            reader,
            title=news,
            link=link_to(path, reader.language),
            key=f"mail:review:{event_id}:{reader.actor.id}",
            news=news,
            words=_words(review, step),
            follows=_follows(step, is_member=is_member),
        )


def _news(review: ReviewRow, step: Step, *, is_member: bool) -> str:
    facts = {"product": review.product_name, "number": review.rating, "seller": review.cooperative_name}
    match step:
        case Step.WRITTEN:
            return _("%(product)s dinilai %(number)s dari 5", **facts)
        case Step.CHANGED:
            return _("Penilaian %(product)s diubah menjadi %(number)s dari 5", **facts)
        case Step.ANSWERED:
            return _("%(seller)s menjawab penilaianmu", **facts)
        case Step.HIDDEN if is_member:
            return _("Dinas menyembunyikan satu penilaian %(product)s", **facts)
        case Step.HIDDEN:
            return _("Dinas menyembunyikan penilaianmu tentang %(product)s", **facts)
        case Step.SHOWN if is_member:
            return _("Satu penilaian %(product)s tampil lagi", **facts)
        case Step.SHOWN:
            return _("Penilaianmu tentang %(product)s tampil lagi", **facts)
        case _:
            assert_never(step)


def _words(review: ReviewRow, step: Step) -> str:
    match step:
        case Step.ANSWERED:
            return review.answer
        case Step.HIDDEN:
            return review.hidden_reason
        case Step.SHOWN:
            return ""
        case _:
            return review.text


def _follows(step: Step, *, is_member: bool) -> str:
    match step:
        case Step.ANSWERED:
            return _("Jawabannya tampil di bawah penilaianmu.")
        case Step.HIDDEN:
            return _("Selama disembunyikan, nilainya tidak ikut dihitung.")
        case Step.SHOWN:
            return _("Nilainya ikut dihitung lagi.")
        case _ if is_member:
            return _("Kamu bisa menjawabnya sekali; jawabanmu dibaca semua orang.")
        case _:
            return ""
