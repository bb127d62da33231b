"""Making a demo market: pictures first, then everything else in one transaction, so that there is no half of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from flask import current_app
from sqlalchemy.orm import Session

from ovop.accounts.names import DEMO_PASSWORD
from ovop.accounts.passwords import hash_password
from ovop.db.session import write
from ovop.demo import queries
from ovop.demo.arrivals import YEAR
from ovop.demo.book import Book
from ovop.demo.counter import keep_counter
from ovop.demo.errors import AlreadyDemo, RealOrders
from ovop.demo.fishers import share_out
from ovop.demo.followers import follow_some
from ovop.demo.moves import put_off_some
from ovop.demo.pictures import DemoPicture, copy_pictures, store_pictures
from ovop.demo.programme import run_programme, store_paper
from ovop.demo.recalls import recall_one
from ovop.demo.reviews import look_back
from ovop.demo.sample import load_sample
from ovop.demo.scales import remember_scales, verify_again
from ovop.demo.settling import settle_up
from ovop.demo.sharing import share_points
from ovop.demo.stage import set_stage
from ovop.demo.standing import set_standing
from ovop.demo.stories import tell_stories
from ovop.demo.writing import Writer
from ovop.demo.year import Year
from ovop.kernel import days
from ovop.kernel.ids import Chance
from ovop.programme.papers import KeptPaper
from ovop.sales.operations import rebuild_month
from ovop.stock.photos import finish_later

#: Everybody has been there since some weeks before the first order.
_BEFORE_THE_YEAR = timedelta(days=30)
#: Where the demo's card cannot be used, nothing that was paid with it may still be open: slots lie no further ahead.
_NO_CARD_IS_OPEN = timedelta(days=7)
#: Purchases in one statement for each table.
_BATCH = 400
#: Moments are counted from a quarter of an hour: two runs one after the other then make the same market.
_QUARTER = 15


@dataclass(frozen=True, slots=True)
class Made:
    """What a demo market was made of."""

    cooperatives: int
    buyers: int
    orders: int
    on_sale: int


def make_market(orders: int, seed: int, now: datetime, progress: Callable[[int], None] = lambda _orders: None) -> Made:
    """The market is a demo market with so many orders of the past year, the latest still open.

    The same seed gives the same market on the same day; later in the day more of it has happened.
    progress: is told how many more orders are made.  Raises: RealOrders, AlreadyDemo, Unavailable.
    """
    pictures = store_pictures()
    return write(
        _make,
        orders,
        seed,
        _quarter(now),
        pictures,
        copy_pictures(pictures, "story"),
        store_paper(),
        hash_password(DEMO_PASSWORD),
        progress,
    )


def check(session: Session) -> None:
    """Returns when a demo market may be made here.  Raises: RealOrders, AlreadyDemo."""
    if count := queries.count_real_orders(session):
        raise RealOrders(orders=count)
    if count := queries.count_demo_accounts(session):
        raise AlreadyDemo(accounts=count)


def _make(
    session: Session,
    orders: int,
    seed: int,
    now: datetime,
    pictures: dict[str, DemoPicture],
    of_stories: dict[str, DemoPicture],
    paper: KeptPaper,
    password_hash: str,
    progress: Callable[[int], None],
) -> Made:
    check(session)
    chance = Random(seed)
    year = begin_year(session, orders, now, password_hash, chance)
    writer = Writer(session, Book(current_app.config["OVOP"].commission_basis_points), pictures, now, chance)
    everything = year.purchases(orders)
    while purchases := list(islice(everything, _BATCH)):
        writer.write(purchases)
        progress(sum(len(purchase.parts) for purchase in purchases))
    on_sale = sorted(year.on_sale(), key=lambda lot: (lot.listed_at, lot.key))
    writer.add_lots(on_sale)
    writer.finish(on_sale)
    share_points(session, year.stage, now)
    set_standing(session, year.stage, now)
    for picture in pictures.values():
        finish_later(session, picture.key, picture.width, now)
    for placed in year.stage.cooperatives:
        verify_again(session, placed.scales, placed.clerk)
    remember_scales(session, {placed.id: placed.clerk for placed in year.stage.cooperatives})
    tell_stories(session, year.stage, of_stories)
    run_programme(session, year.stage, paper, now)
    follow_some(session, year.stage, now)
    share_out(session, year.stage, now)
    settle_up(session, year.stage, year.first, now)
    recall_one(session, year.stage, now)
    look_back(session, year.stage, now)
    put_off_some(session, now)
    keep_counter(session, year.stage, now)
    _count_sales(session, year)
    return Made(len(year.stage.cooperatives), len(year.stage.buyers), orders, len(on_sale))


def begin_year(session: Session, orders: int, now: datetime, password_hash: str, chance: Chance) -> Year:
    """Everything that stands before the first order is there; answers the year that can now be played."""
    stage = set_stage(
        session,
        load_sample(),
        orders=orders,
        password_hash=password_hash,
        opened_on=days.day_of(now - YEAR - _BEFORE_THE_YEAR),
        now=now,
        chance=chance,
    )
    cards_until = now if current_app.config["OVOP"].offers_demo_card else now - _NO_CARD_IS_OPEN
    return Year(stage, queries.slot_ids(session), now, chance, cards_until=cards_until)


def _count_sales(session: Session, year: Year) -> None:
    month = days.month_start(year.first)
    while month <= year.today:
        rebuild_month(session, month)
        month = days.next_month_start(month)


def _quarter(now: datetime) -> datetime:
    return now.replace(minute=now.minute - now.minute % _QUARTER, second=0)
