"""Collected orders to complain about, for tests, with all whom a complaint concerns."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from itertools import count
from pathlib import Path

from apiflask import APIFlask
from sqlalchemy import select

from ovop import wiring
from ovop.accounts.rules import Actor
from ovop.complaints import operations
from ovop.complaints.goodwill import give_back
from ovop.complaints.queries import get_complaint
from ovop.complaints.rows import ComplaintRow, KeptPhoto
from ovop.complaints.rules import ComplaintStatus
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.refunding import record_payout
from ovop.payment.models import Payment
from ovop.payment.rules import Method
from ovop.worker import Worker
from tests.make import accounts, market, shopping, tills

_shops = count()


@dataclass(frozen=True)
class Bought:
    """A kilo that was collected, for 40,000 rupiah unless said otherwise."""

    app: APIFlask
    seller: market.Shop
    buyer: Actor
    office: Actor
    number: str

    def work(self) -> None:
        """All that waits in the outbox is done."""
        Worker(self.app, wiring.JOBS, []).drain()

    def complain(self, text: str = "Sudah lembek", photos: tuple[KeptPhoto, ...] = ()) -> int:
        return write(operations.open_complaint, self.number, text, photos, self.buyer, days.now())

    def offer(self, amount: int, words: str = "Maaf") -> None:
        write(operations.offer, self.number, amount, words, self.seller.clerk, days.now())

    def give_all_back(self, words: str = "Maaf") -> None:
        write(operations.give_all_back, self.number, words, self.seller.clerk, days.now())

    def decline(self, words: str = "Segar saat diserahkan") -> None:
        write(operations.decline, self.number, words, self.seller.clerk, days.now())

    def accept(self) -> None:
        write(operations.accept, self.number, self.buyer, days.now())

    def withdraw(self) -> None:
        write(operations.withdraw, self.number, self.buyer, days.now())

    def escalate(self, words: str = "Ada fotonya") -> None:
        write(operations.escalate, self.number, words, self.buyer, days.now())

    def rule(self, amount: int, words: str = "Terbukti") -> None:
        write(operations.rule, self.number, amount, words, self.office, days.now())

    def read(self, actor: Actor | None = None) -> ComplaintRow:
        """The complaint as `actor` reads it now, the buyer unless said otherwise."""
        db.session.rollback()
        return get_complaint(db.session(), self.number, actor or self.buyer, days.now())

    @property
    def status(self) -> ComplaintStatus:
        return self.read().status

    @property
    def money(self) -> tuple[int, int]:
        """Rupiah that were agreed to be given back, and that have gone back."""
        db.session.rollback()
        order = market.read(self.number, self.buyer)
        paid = db.session.scalar(select(Payment.refunded).where(Payment.id == order.payment_id))
        return order.refunded, paid or 0

    def mails(self) -> list[str]:
        """Subjects of the mails that have left, in no particular order."""
        found = (Path(self.app.instance_path) / "outbox").glob("*.eml")
        return [message_subject(path.read_bytes()) for path in found]


def bought(app: APIFlask, method: Method = Method.CASH, amount: int = 40_000, buyer: Actor | None = None) -> Bought:
    """An order of a new co-operative that was handed over now."""
    slug = f"toko{next(_shops)}"
    seller = market.shop(slug)
    if method is Method.QRIS:
        shopping.with_qris(seller)
    who = buyer or tills.next_buyer()
    order = tills.collected(seller, amount, method, buyer=who)
    found = Bought(app, seller, who, accounts.official(email=f"dinas-{slug}@contoh.id"), order.number)
    if method.is_card:
        found.work()
    return found


def message_subject(raw: bytes) -> str:
    """The subject of a mail as people read it."""
    return str(message_from_bytes(raw, policy=default)["Subject"])


def ended(seller: market.Shop, buyer: Actor, number: str) -> None:
    """A complaint about that collected order came to its end and was paid out in cash; then more was given back."""
    clerk = seller.clerk
    write(operations.open_complaint, number, "Lembek", [], buyer, days.now())
    write(operations.offer, number, 5_000, "Maaf", clerk, days.now())
    write(operations.accept, number, buyer, days.now())
    write(give_back, number, 1_000, "Salah timbang", clerk, days.now())
    write(record_payout, number, "", clerk, days.now())
