"""The demo's reviews: of what was collected lately, by the operations themselves and told by each order's number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.catalogue.rules import Form
from ovop.demo.stage import Stage
from ovop.ordering.models import Order, OrderLine
from ovop.ordering.rules import OrderStatus
from ovop.outside.models import OutboxJob
from ovop.reviews.models import Review
from ovop.reviews.operations import REVIEW_LETTER_JOB, answer_review, hide_review, rate_order
from ovop.reviews.rules import Given
from ovop.stock.models import Catch

#: Of the orders that were collected so lately so many are looked at, the latest first, and so large a part is rated.
_LATELY, _MOST_ORDERS, _RATED = timedelta(days=58), 600, 0.75
#: How often each rating is given, 1 to 5, and in what part of cases with words.
_GIVEN, _IN_WORDS = (1, 2, 8, 34, 55), 0.5
#: How long afterwards somebody rates, in minutes; when a co-operative answers, and what part of what is praised or not.
_SOON, _LATE = 90, 2_800
_ANSWERED_AFTER, _ANSWERS_PRAISE, _ANSWERS_REST = timedelta(hours=20), 0.15, 0.7
_HIDDEN_AFTER = timedelta(hours=5)

_FRESH = {
    5: (
        "Segar dan bersih. Anak-anak suka.",
        "Timbangannya pas, dibungkus rapi pakai es.",
        "Sudah langganan, selalu segar.",
        "Langsung dibakar, dagingnya manis.",
        "Ambilnya cepat, tidak antre.",
    ),
    4: ("Segar, ukurannya agak campur.", "Bagus. Cuma antre sebentar waktu mengambil.", "Enak, lain kali pesan lagi."),
    3: ("Biasa saja. Esnya tinggal sedikit waktu diambil.", "Lumayan, ukurannya lebih kecil dari bayangan saya."),
    2: ("Sebagian sudah kurang segar.",),
    1: ("Menunggu lama sekali di titik ambil.",),
}
_MADE = {
    5: ("Renyah, rasa ikannya terasa.", "Buat oleh-oleh, semua minta lagi.", "Bumbunya pas."),
    4: ("Enak, agak asin sedikit.", "Bungkusnya rapi, tahan lama."),
    3: ("Lumayan, isinya lebih sedikit dari biasanya.",),
    2: ("Ada yang sudah lempem.",),
    1: ("Bungkusnya sobek waktu diambil.",),
}
_RUDE, _WHY_HIDDEN = "Jangan beli dari Bu Anu, orangnya galak.", "Menyebut orang, bukan barangnya"
_THANKS = ("Terima kasih, ditunggu pesanan berikutnya.", "Terima kasih! Senang kalau cocok.")
_SORRY = (
    "Maaf ya. Mulai minggu ini esnya kami tambah.",
    "Terima kasih sudah bilang. Ukurannya akan kami pisah.",
    "Maaf, sudah kami bicarakan dengan petugas timbang.",
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A rating that is going to be given."""

    at: datetime
    number: str
    buyer_id: int
    product_id: int
    given: Given


def look_back(session: Session, stage: Stage, now: datetime) -> None:
    """Much of what was collected lately is rated, some of that answered, and one review hidden.

    Its letters have left: nobody is written to now about something so long ago.
    """
    planned = sorted(_planned(session, now), key=lambda one: (one.at, one.number, one.product_id))
    rude = next((place for place, one in enumerate(planned) if one.given.rating <= 2), None)
    if rude is not None:
        planned[rude] = replace(planned[rude], given=Given(planned[rude].given.rating, _RUDE))
    clerks = {placed.id: placed.clerk for placed in stage.cooperatives}
    for place, one in enumerate(planned):
        buyer = Actor(one.buyer_id, Role.BUYER)
        rate_order(session, one.number, {one.product_id: one.given}, buyer, one.at)
        review = session.scalars(select(Review).where(Review.id == select(func.max(Review.id)).scalar_subquery())).one()
        if place == rude:
            hide_review(session, review.id, _WHY_HIDDEN, stage.staff.office, min(one.at + _HIDDEN_AFTER, now))
        elif one.given.text:
            _answer(session, review, one, clerks[review.cooperative_id], now)
    done = update(OutboxJob).where(OutboxJob.kind == REVIEW_LETTER_JOB).values(done_at=OutboxJob.created_at)
    session.execute(done)


def _answer(session: Session, review: Review, one: Planned, clerk: Actor, now: datetime) -> None:
    chance = Random(f"answer {one.number} {one.given.text}")
    is_praise = one.given.rating >= 4
    at = one.at + _ANSWERED_AFTER
    if at < now and chance.random() < (_ANSWERS_PRAISE if is_praise else _ANSWERS_REST):
        answer_review(session, review.id, chance.choice(_THANKS if is_praise else _SORRY), clerk, at)


def _planned(session: Session, now: datetime) -> Iterator[Planned]:
    """The ratings that are given before now, of goods that were not called back."""
    orders = (
        select(Order.id)
        .where(Order.status == OrderStatus.COLLECTED, Order.collected_at > now - _LATELY)
        .order_by(Order.collected_at.desc(), Order.number)
        .limit(_MOST_ORDERS)
    )
    rows = session.execute(
        select(
            Order.number,
            Order.buyer_id,
            Order.collected_at,
            Catch.product_id,
            func.min(OrderLine.name).label("name"),
            func.min(OrderLine.form).label("form"),
        )
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Catch, Catch.id == OrderLine.catch_id)
        .where(Order.id.in_(orders), OrderLine.final_quantity > 0)
        .group_by(Order.number, Order.buyer_id, Order.collected_at, Catch.product_id)
        .having(func.count(Catch.recalled_at) == 0)
    )
    for row in rows:
        chance = Random(f"review {row.number} {row.name}")
        at = row.collected_at + timedelta(minutes=chance.randrange(_SOON, _LATE))
        [rating] = chance.choices(range(1, 6), _GIVEN)
        said = (_MADE if row.form == Form.PROCESSED else _FRESH)[rating]
        text = chance.choice(said) if chance.random() < _IN_WORDS else ""
        if at < now and chance.random() < _RATED:
            yield Planned(at, row.number, row.buyer_id, row.product_id, Given(rating, text))
