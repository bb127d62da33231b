"""How complaints are worded: where they stand, what was done, what happens next; on every page and in mails."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from flask import Flask

from ovop.complaints.rows import ComplaintRow, StepRow
from ovop.complaints.rules import OPENED, ComplaintStatus, Step
from ovop.payment.rules import Method
from ovop.web.formats import rupiah
from ovop.web.language import gettext as _
from ovop.web.receipts import given_back_words
from ovop.web.times import moment

_STATUSES: dict[ComplaintStatus, Callable[[], str]] = {
    ComplaintStatus.OPEN: lambda: _("Menunggu koperasi"),
    ComplaintStatus.OFFERED: lambda: _("Ada tawaran"),
    ComplaintStatus.DECLINED: lambda: _("Ditolak koperasi"),
    ComplaintStatus.WITH_OFFICE: lambda: _("Diputuskan dinas"),
    ComplaintStatus.CLOSED: lambda: _("Selesai"),
}
#: What each step says; the amount is a text, empty where the step names none.
_STEPS: dict[str, Callable[[str], str]] = {
    OPENED: lambda _amount: _("Keluhan masuk"),
    Step.OFFER: lambda amount: _("Koperasi menawarkan %(amount)s", amount=amount),
    Step.GIVE_BACK: lambda amount: _("Koperasi mengembalikan %(amount)s", amount=amount),
    Step.DECLINE: lambda _amount: _("Koperasi tidak mengembalikan uang"),
    Step.ACCEPT: lambda amount: _("Pembeli menerima %(amount)s", amount=amount),
    Step.WITHDRAW: lambda _amount: _("Pembeli mencabut keluhannya"),
    Step.ESCALATE: lambda _amount: _("Pembeli minta dinas memutuskan"),
    Step.RULE: lambda amount: _("Dinas memutuskan: %(amount)s dikembalikan", amount=amount),
    Step.HAND_ON: lambda _amount: _("Koperasi belum menjawab, jadi dinas yang memutuskan"),
    Step.CARRY_OUT: lambda amount: _("Tujuh hari tanpa jawaban, jadi tawaran %(amount)s dijalankan", amount=amount),
    Step.LAPSE: lambda _amount: _("Tujuh hari tanpa jawaban, jadi keluhan ditutup"),
}


def complaint_status(status: ComplaintStatus) -> str:
    """Where a complaint stands."""
    return _STATUSES[status]()


def complaint_step(step: StepRow) -> str:
    """What was done, with the amount where there is one."""
    if step.step == Step.RULE and not step.amount:
        return _("Dinas memutuskan: tidak ada yang dikembalikan")
    return _STEPS[step.step](rupiah(step.amount) if step.amount is not None else "")


def next_for_buyer(complaint: ComplaintRow) -> str:
    """What happens next, as the buyer reads it."""
    until = moment(complaint.answer_by) if complaint.answer_by else ""
    match complaint.status:
        case ComplaintStatus.OPEN:
            return _("Koperasi menjawab paling lambat %(until)s. Kalau tidak, dinas yang memutuskan.", until=until)
        case ComplaintStatus.OFFERED:
            return _(
                "Terima, atau minta dinas memutuskan. Kalau kamu diam sampai %(until)s, tawarannya dijalankan.",
                until=until,
            )
        case ComplaintStatus.DECLINED:
            return _(
                "Kalau tidak setuju, minta dinas memutuskan paling lambat %(until)s. Sesudah itu keluhan ditutup.",
                until=until,
            )
        case ComplaintStatus.WITH_OFFICE:
            return _("Dinas memeriksa keluhanmu. Kamu dikabari di halaman ini dan lewat e-mail.")
        case ComplaintStatus.CLOSED:
            if not complaint.refunded:
                return _("Keluhan ini selesai tanpa uang kembali.")
            amount = rupiah(complaint.refunded)
            if Method(complaint.method).is_card:
                return _("%(amount)s kembali ke kartumu. Biasanya sampai dalam 5–10 hari kerja.", amount=amount)
            return _("Koperasi mengembalikan %(amount)s langsung kepadamu, tunai atau lewat transfer.", amount=amount)
        case _:
            assert_never(complaint.status)


def next_for_cooperative(complaint: ComplaintRow) -> str:
    """What happens next, as the co-operative reads it."""
    until = moment(complaint.answer_by) if complaint.answer_by else ""
    match complaint.status:
        case ComplaintStatus.OPEN:
            return _("Jawab paling lambat %(until)s. Sesudah itu dinas yang memutuskan.", until=until)
        case ComplaintStatus.OFFERED:
            return _("Menunggu jawaban pembeli sampai %(until)s. Sesudah itu tawaranmu dijalankan.", until=until)
        case ComplaintStatus.DECLINED:
            return _("Pembeli boleh minta dinas memutuskan sampai %(until)s. Kamu masih boleh menawarkan.", until=until)
        case ComplaintStatus.WITH_OFFICE:
            return _("Dinas memeriksa. Kalau kamu kembalikan semuanya, keluhan langsung selesai.")
        case ComplaintStatus.CLOSED:
            if not complaint.refunded:
                return _("Selesai tanpa uang kembali.")
            amount = rupiah(complaint.refunded)
            if Method(complaint.method).is_card:
                return _("%(amount)s kembali ke kartu pembeli dengan sendirinya.", amount=amount)
            return _("Kembalikan %(amount)s ke pembeli, lalu catat.", amount=amount)
        case _:
            assert_never(complaint.status)


def next_for_office(complaint: ComplaintRow) -> str:
    """What happens next, as the office reads it."""
    until = moment(complaint.answer_by) if complaint.answer_by else ""
    match complaint.status:
        case ComplaintStatus.OPEN:
            return _("Menunggu jawaban koperasi sampai %(until)s. Sesudah itu dinas yang memutuskan.", until=until)
        case ComplaintStatus.OFFERED | ComplaintStatus.DECLINED:
            return _("Menunggu jawaban pembeli sampai %(until)s.", until=until)
        case ComplaintStatus.WITH_OFFICE:
            return _("Menunggu keputusan dinas.")
        case ComplaintStatus.CLOSED:
            if not complaint.refunded:
                return _("Selesai tanpa uang kembali.")
            return _("Selesai: %(amount)s dikembalikan ke pembeli.", amount=rupiah(complaint.refunded))
        case _:
            assert_never(complaint.status)


def register(app: Flask) -> None:
    """Templates word complaints by filters."""
    app.jinja_env.filters["given_back"] = given_back_words
    for words in (complaint_status, complaint_step, next_for_buyer, next_for_cooperative, next_for_office):
        app.jinja_env.filters[words.__name__] = words
