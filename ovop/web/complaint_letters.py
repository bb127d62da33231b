"""Wording letters about complaints and about money given back without one."""

from __future__ import annotations

from ovop.accounts.models import Role
from ovop.complaints.rows import ComplaintRow, GoodwillRow, StepRow
from ovop.ordering.letters import Reader
from ovop.ordering.rows import OrderRow
from ovop.outside.mail import Message
from ovop.web.complaint_words import complaint_step, next_for_buyer, next_for_cooperative
from ovop.web.formats import rupiah
from ovop.web.language import gettext as _
from ovop.web.language import speaking
from ovop.web.letters import link_to, written


def compose_step(complaint: ComplaintRow, step: StepRow, reader: Reader) -> Message:
    """What has happened to a complaint, and what happens next, to one of its sides."""
    is_member = reader.actor.role is Role.COOPERATIVE
    area = "/koperasi" if is_member else ""
    with speaking(reader.language):
        news = complaint_step(step)
        return written(
            "complaint",
            reader,
            title=_("Keluhan pesanan %(number)s: %(news)s", number=complaint.number, news=news),
            link=link_to(f"{area}/pesanan/{complaint.number}/keluhan", reader.language),
            key=f"mail:complaint:{step.id}:{reader.actor.id}",
            order=complaint,
            news=news,
            words=step.text,
            follows=next_for_cooperative(complaint) if is_member else next_for_buyer(complaint),
        )


def compose_goodwill(order: OrderRow, given: GoodwillRow, reader: Reader) -> Message:
    """The co-operative gives money back of its own accord, and says why."""
    with speaking(reader.language):
        news = _("Koperasi mengembalikan %(amount)s", amount=rupiah(given.amount))
        if order.method.is_card:
            follows = _("Uangnya kembali ke kartumu. Biasanya sampai dalam 5–10 hari kerja.")
        else:
            follows = _("Koperasi mengembalikannya langsung kepadamu, tunai atau lewat transfer.")
        return written(
            "complaint",
            reader,
            title=_("Pesanan %(number)s: %(news)s", number=order.number, news=news),
            link=link_to(f"/pesanan/{order.number}", reader.language),
            key=f"mail:goodwill:{given.id}",
            order=order,
            news=news,
            words=given.text,
            follows=follows,
        )
