"""How complaints are worded: where they stand, what happens next, what was done; on every page and in mails."""

from __future__ import annotations

from collections.abc import Callable

from ovop.complaints.rows import ComplaintRow, StepRow
from ovop.complaints.rules import ComplaintStatus
from ovop.ordering.post import Letter
from ovop.web.formats import rupiah
from ovop.web.language import gettext as _
from ovop.web.times import moment

#: What a letter says; everything else is on the order's page.
COMPLAINT_NEWS: dict[Letter, Callable[[], str]] = {
    Letter.COMPLAINT_OFFERED: lambda: _(
        "Koperasi menawarkan uang kembali. Lihat dan jawab dalam tujuh hari; kalau tidak, tawarannya dijalankan."
    ),
    Letter.COMPLAINT_DECLINED: lambda: _(
        "Koperasi sudah menjawab keluhanmu dan tidak mengembalikan uang. "
        "Kalau kamu tidak setuju, minta dinas memutuskan dalam tujuh hari."
    ),
    Letter.COMPLAINT_PASSED_ON: lambda: _(
        "Koperasi belum menjawab dalam dua hari, jadi keluhanmu sekarang diputuskan oleh dinas."
    ),
    Letter.COMPLAINT_CLOSED: lambda: _("Keluhanmu sudah selesai. Hasilnya ada di halaman pesananmu."),
    Letter.COMPLAINT_OPENED: lambda: _(
        "Seorang pembeli mengeluhkan pesanan ini. Jawab dalam dua hari; sesudah itu dinas yang memutuskan."
    ),
    Letter.COMPLAINT_ESCALATED: lambda: _("Keluhan ini sekarang diputuskan oleh dinas."),
    Letter.COMPLAINT_ENDED: lambda: _("Keluhan ini sudah selesai. Hasilnya ada di halaman pesanan."),
}

_STATUSES: dict[ComplaintStatus, Callable[[], str]] = {
    ComplaintStatus.OPEN: lambda: _("Menunggu jawaban koperasi"),
    ComplaintStatus.OFFERED: lambda: _("Ada tawaran"),
    ComplaintStatus.DECLINED: lambda: _("Ditolak koperasi"),
    ComplaintStatus.WITH_OFFICE: lambda: _("Diputuskan dinas"),
    ComplaintStatus.CLOSED: lambda: _("Selesai"),
}
_STEPS: dict[str, Callable[[], str]] = {
    "opened": lambda: _("Keluhan masuk"),
    "offer": lambda: _("Koperasi menawarkan uang kembali"),
    "decline": lambda: _("Koperasi menolak"),
    "accept": lambda: _("Tawaran diterima"),
    "withdraw": lambda: _("Keluhan dicabut pembeli"),
    "escalate": lambda: _("Pembeli minta dinas memutuskan"),
    "rule": lambda: _("Keputusan dinas"),
    "hand_on": lambda: _("Koperasi tidak menjawab; diteruskan ke dinas"),
    "carry_out": lambda: _("Tawaran dijalankan"),
    "lapse": lambda: _("Selesai tanpa pengembalian"),
}


def complaint_status(status: ComplaintStatus) -> str:
    """Where a complaint stands."""
    return _STATUSES[status]()


def complaint_step(step: StepRow) -> str:
    """What was done, with the amount where there is one."""
    words = _STEPS[step.step]()
    return f"{words}: {rupiah(step.amount)}" if step.amount is not None else words


def next_for_buyer(complaint: ComplaintRow) -> str:
    """What happens next, as the buyer reads it."""
    until = moment(complaint.answer_by) if complaint.answer_by else ""
    match complaint.status:
        case ComplaintStatus.OPEN:
            return _("Koperasi menjawab paling lambat %(until)s. Sesudah itu dinas yang memutuskan.", until=until)
        case ComplaintStatus.OFFERED:
            return _("Jawab paling lambat %(until)s. Kalau tidak, tawarannya dijalankan.", until=until)
        case ComplaintStatus.DECLINED:
            return _("Kalau tidak setuju, minta dinas memutuskan paling lambat %(until)s.", until=until)
        case ComplaintStatus.WITH_OFFICE:
            return _("Dinas memeriksa keluhanmu. Kamu dikabari lewat e-mail dan di halaman ini.")
        case ComplaintStatus.CLOSED:
            return _given_back(complaint)


def next_for_cooperative(complaint: ComplaintRow) -> str:
    """What happens next, as the co-operative reads it."""
    until = moment(complaint.answer_by) if complaint.answer_by else ""
    match complaint.status:
        case ComplaintStatus.OPEN:
            return _("Jawab paling lambat %(until)s. Sesudah itu dinas yang memutuskan.", until=until)
        case ComplaintStatus.OFFERED:
            return _("Menunggu jawaban pembeli sampai %(until)s.", until=until)
        case ComplaintStatus.DECLINED:
            return _(
                "Pembeli boleh meminta dinas memutuskan sampai %(until)s. Kamu masih boleh menawarkan.", until=until
            )
        case ComplaintStatus.WITH_OFFICE:
            return _("Dinas sedang memeriksa.")
        case ComplaintStatus.CLOSED:
            return _given_back(complaint)


def _given_back(complaint: ComplaintRow) -> str:
    if not complaint.refunded:
        return _("Selesai tanpa pengembalian.")
    if complaint.method in ("cash", "qris"):
        return _("%(amount)s dikembalikan langsung oleh koperasi.", amount=rupiah(complaint.refunded))
    return _("%(amount)s dikembalikan ke kartu.", amount=rupiah(complaint.refunded))
