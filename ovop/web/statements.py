"""Statements of what co-operatives are owed, in words, the same on pages, on paper and in files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ovop.accounts.bank_accounts import BankAccount
from ovop.kernel import days
from ovop.payment.rules import Method
from ovop.settlement.rows import EventRow, Figures, OrderLine, Statement, StatementRow
from ovop.settlement.rules import Period, SettlementStatus, SettlementStep
from ovop.web.language import gettext as _
from ovop.web.methods import method_name
from ovop.web.times import clock, dated, month, period, short_date

_STATUSES: dict[SettlementStatus, Callable[[], str]] = {
    SettlementStatus.DRAWN: lambda: _("Perlu disetujui"),
    SettlementStatus.CHECKED: lambda: _("Perlu satu lagi"),
    SettlementStatus.APPROVED: lambda: _("Siap ditransfer"),
    SettlementStatus.PAID: lambda: _("Sudah ditransfer"),
    SettlementStatus.RETURNED: lambda: _("Dikembalikan bank"),
    SettlementStatus.CARRIED: lambda: _("Dibawa ke rekap berikutnya"),
}
_STEPS: dict[SettlementStep, Callable[[], str]] = {
    SettlementStep.DRAW: lambda: _("Rekap dibuat"),
    SettlementStep.APPROVE: lambda: _("Disetujui"),
    SettlementStep.REVOKE: lambda: _("Persetujuan ditarik"),
    SettlementStep.EXPORT: lambda: _("Masuk daftar transfer yang diunduh"),
    SettlementStep.PAY: lambda: _("Ditransfer"),
    SettlementStep.RETURN: lambda: _("Dikembalikan bank"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What statements add up: its words, short for the head of a column, and its rupiah in some figures."""

    words: Callable[[], str]
    short: Callable[[], str]
    of: Callable[[Figures], int]


COMMISSION = Part(lambda: _("Komisi pasar"), lambda: _("Komisi"), lambda figures: figures.commission)
#: In the order in which they lead from what buyers paid to what is transferred.
PARTS = (
    Part(lambda: _("Penjualan"), lambda: _("Penjualan"), lambda figures: figures.sales),
    Part(lambda: _("Penjualan di tempat"), lambda: _("Di tempat"), lambda figures: figures.counter),
    Part(lambda: _("Dikembalikan ke pembeli"), lambda: _("Kembali ke pembeli"), lambda figures: figures.refunds),
    COMMISSION,
    Part(
        lambda: _("Sudah diterima koperasi sendiri, tunai dan QRIS"),
        lambda: _("Diterima koperasi"),
        lambda figures: figures.kept,
    ),
    Part(
        lambda: _("Dikembalikan koperasi sendiri ke pembeli"),
        lambda: _("Dibayar koperasi"),
        lambda figures: figures.paid_out,
    ),
    Part(
        lambda: _("Sudah diteruskan penyedia kartu"),
        lambda: _("Lewat penyedia kartu"),
        lambda figures: figures.transferred,
    ),
    Part(lambda: _("Lain-lain"), lambda: _("Lain-lain"), lambda figures: figures.other),
)


def status_words(row: StatementRow) -> str:
    """``Siap ditransfer``; a statement that comes to nothing says so."""
    if row.status is SettlementStatus.CARRIED and row.net == 0:
        return _("Nihil")
    return _STATUSES[row.status]()


def step_words(event: EventRow) -> str:
    """What happened, with what it happened: ``Ditransfer 24 Nov 2026: TRF-0017``."""
    words = _STEPS[event.step]()
    if event.day is not None:
        words = f"{words} {dated(event.day)}"
    return f"{words}: {event.note}" if event.note else words


def period_words(days_of_it: Period) -> str:
    """``16–22 Nov 2026``; a whole month by its name."""
    first, last = days_of_it.first, days_of_it.last
    if first == days.month_start(first) and last == days.month_end(first):
        return month(first)
    words = short_date(first) if first == last else period(first, last)
    return words if first.year != last.year else f"{words} {last.year}"


def account_words(account: BankAccount) -> str:
    """``BRI 0123456789, KUB Mina``."""
    return f"{account.bank} {account.number}, {account.holder}"


def sum_rows(statement: Statement) -> list[tuple[str, int]]:
    """What the statement adds up, without what there is none of."""
    figures, row = statement.figures, statement.row
    rows = [(part.words(), part.of(figures)) for part in PARTS if part.of(figures)]
    if row.carried:
        rows.append((_("Kekurangan dari rekap sebelumnya"), row.carried))
    return rows


def net_words(row: StatementRow) -> str:
    """What the sum at the foot is."""
    if row.net > 0:
        return _("Ditransfer ke koperasi")
    return _("Mengurangi rekap berikutnya") if row.net < 0 else _("Tidak ada yang ditransfer")


def used_parts(statement: Statement) -> list[Part]:
    """The parts that have anything in them; a commission charged and given back comes to nothing and still has."""
    figures = statement.figures
    return [part for part in PARTS if part.of(figures) or (part is COMMISSION and figures.refunds)]


def line_words(line: OrderLine) -> tuple[str, str, str]:
    """Number, day and method of an order's line; the same words where it belongs to no order."""
    method = method_name(Method(line.method)) if line.method else ""
    return line.number or _("Tanpa pesanan"), short_date(line.at), method


def facts_of(statement: Statement) -> list[tuple[str, str]]:
    """What stands beside the sums: whose it is, of when, how it stands, where it goes."""
    row = statement.row
    facts = [
        (_("Koperasi"), row.cooperative),
        (_("Masa"), period_words(row.period)),
        (_("Nomor rekap"), str(row.id)),
        (_("Dibuat"), f"{dated(row.drawn_at)} {clock(row.drawn_at)}"),
        (_("Keadaan"), status_words(row)),
    ]
    if row.paid_on is not None:
        facts.append((_("Tanggal transfer"), dated(row.paid_on)))
        facts.append((_("Nomor transfer"), row.reference))
    if statement.account is not None and row.net > 0:
        facts.append((_("Rekening"), account_words(statement.account)))
    return facts
