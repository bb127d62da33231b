"""What groups, their values and the ledger's accounts are called, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from ovop.payment.ledger import LedgerAccount
from ovop.payment.rules import Method
from ovop.sales.queries import Key
from ovop.sales.rules import Group, Shown
from ovop.web.goods import form_name
from ovop.web.language import current_language, pgettext
from ovop.web.language import gettext as _
from ovop.web.times import day, month, weekday_name

_GROUPS: dict[Group, Callable[[], str]] = {
    Group.VILLAGE: lambda: _("Desa"),
    Group.DISTRICT: lambda: _("Kecamatan"),
    Group.COOPERATIVE: lambda: _("Koperasi"),
    Group.SPECIES: lambda: _("Jenis"),
    Group.FORM: lambda: _("Bentuk"),
    Group.PRODUCT: lambda: _("Produk"),
    Group.FLAGSHIP: lambda: _("Unggulan"),
    Group.METHOD: lambda: _("Cara bayar"),
    Group.WEEKDAY: lambda: _("Hari dalam minggu"),
    Group.HOUR: lambda: _("Jam ambil"),
    Group.DAY: lambda: _("Hari"),
    Group.MONTH: lambda: _("Bulan"),
}
_METHODS: dict[Method, Callable[[], str]] = {
    Method.CASH: lambda: _("Tunai"),
    Method.QRIS: lambda: "QRIS",
    Method.STRIPE: lambda: _("Kartu"),
    Method.DEMO: lambda: _("Kartu contoh"),
}
_ACCOUNTS: dict[LedgerAccount, Callable[[], str]] = {
    LedgerAccount.PROVIDER: lambda: _("Uang di penyedia kartu"),
    LedgerAccount.RECEIVED: lambda: _("Diterima koperasi langsung"),
    LedgerAccount.CUSTOMER: lambda: _("Uang pembeli, barang belum diserahkan"),
    LedgerAccount.PAYABLE: lambda: _("Hak koperasi"),
    LedgerAccount.COMMISSION: lambda: _("Bagian pasar"),
    LedgerAccount.DISPUTED: lambda: _("Diambil kembali bank pembeli"),
    LedgerAccount.BANK: lambda: _("Dibayar dari rekening pasar"),
}

#: What a journal is about, by the part of its name that says so.
_JOURNALS: dict[str, Callable[[], str]] = {
    "received": lambda: _("Pembayaran diterima"),
    "earned": lambda: _("Barang diserahkan"),
    "kept": lambda: _("Sudah dipegang koperasi"),
    "captured": lambda: _("Kartu ditarik"),
    "refunded": lambda: _("Kembali ke kartu"),
    "refund": lambda: _("Pengembalian disepakati"),
    "paid-out": lambda: _("Dikembalikan koperasi"),
    "disputed": lambda: _("Diambil kembali bank pembeli"),
    "reinstated": lambda: _("Dikembalikan bank pembeli"),
    "transferred": lambda: _("Diteruskan penyedia kartu"),
}


_SHOWN: dict[Shown, Callable[[], str]] = {
    Shown.REVENUE: lambda: _("Rupiah"),
    Shown.GRAMS: lambda: _("Kilogram"),
    Shown.ORDERS: lambda: _("Pesanan"),
    Shown.BUYERS: lambda: pgettext("jumlah", "Pembeli"),
}


def shown_word(shown: Shown) -> str:
    """What a map is coloured by."""
    return _SHOWN[shown]()


def group_word(group: Group) -> str:
    """``Desa``, ``Jenis``, …"""
    return _GROUPS[group]()


def method_word(method: str) -> str:
    """``Tunai``, ``QRIS``, …"""
    return _METHODS[Method(method)]()


def account_word(account: str) -> str:
    """An account of the ledger."""
    return _ACCOUNTS[LedgerAccount(account)]()


def journal_word(journal: str) -> str:
    """What a journal is about; one of another kind as the ledger names it."""
    kind = next((part for part in reversed(journal.split(":")) if part in _JOURNALS), None)
    return journal if kind is None else _JOURNALS[kind]()


def name_of(group: Group, key: Key) -> str:
    """What one value of a group is called."""
    match group:
        case Group.FORM:
            return form_name(key.code)
        case Group.FLAGSHIP:
            return _("Produk unggulan desa") if key.code == "1" else _("Produk lain")
        case Group.METHOD:
            return method_word(key.code) if key.code in set(Method) else key.code
        case Group.WEEKDAY:
            return weekday_name(int(key.code))
        case Group.HOUR:
            return _("pukul %(hour)s", hour=f"{int(key.code):02d}.00–{int(key.code):02d}.59")
        case Group.DAY:
            return day(date.fromisoformat(key.code))
        case Group.MONTH:
            return month(date.fromisoformat(f"{key.code}-01"))
        case _:
            return (key.name_en if current_language() == "en" else key.name) or key.code
