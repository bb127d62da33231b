"""From a lot to its followers' letters: once, in time, and true when they leave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask import current_app
from sqlalchemy import func, insert, select

from ovop import wiring
from ovop.accounts.models import Account
from ovop.db import db, write
from ovop.follow import noting
from ovop.follow.letters import tell_follower
from ovop.follow.models import Follow, FollowNews
from ovop.follow.operations import end_follow, end_letters, forget_old_news
from ovop.follow.rules import FollowKind
from ovop.kernel import days
from ovop.ordering import departures
from ovop.outside import mail, queue
from ovop.outside.mail import MailFailed
from ovop.outside.models import OutboxJob
from ovop.stock.operations import sell_out, withdraw_catch
from ovop.web.news_letters import WORDS
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.follows import count, follows, mails, no_mails, public_at, text_of, work


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    no_mails()
    return market.shop()


def test_a_follower_of_the_species_hears_within_minutes(app: APIFlask, seller: market.Shop, clock: Clock) -> None:
    follows(accounts.buyer(), "species", "GIT", "at_once")
    market.catch(seller)
    work(app)
    assert mails() == []
    clock.forward(minutes=2)
    work(app)
    [letter] = mails()
    assert letter["Subject"] == "Udang windu baru dijual"
    assert "Rp 37.500 / kg" in text_of(letter)
    assert "Tersedia 10 kg." in text_of(letter)
    assert market.broken() == []


@pytest.mark.parametrize("kind", list(FollowKind))
def test_each_kind_of_follow_is_told(app: APIFlask, seller: market.Shop, clock: Clock, kind: FollowKind) -> None:
    keys = {
        FollowKind.SPECIES: "GIT",
        FollowKind.PRODUCT: seller.product,
        FollowKind.VILLAGE: accounts.TENGKURAK,
        FollowKind.COOPERATIVE: seller.id,
    }
    follows(accounts.buyer(), kind, keys[kind])
    market.catch(seller)
    market.catch(seller, product=market.product(seller.id, "Bandeng", "MIL"))
    work(app)
    clock.forward(days=1)
    work(app)
    [letter] = mails()
    is_narrow = kind in (FollowKind.SPECIES, FollowKind.PRODUCT)
    assert letter["Subject"] == ("Udang windu baru dijual" if is_narrow else "Udang windu dan 1 hasil lain")


def test_who_follows_in_several_ways_hears_once_and_at_the_quickest(
    app: APIFlask, seller: market.Shop, clock: Clock
) -> None:
    siti = accounts.buyer()
    follows(siti, "species", "GIT", "daily")
    follows(siti, "village", accounts.TENGKURAK, "at_once")
    follows(siti, "product", seller.product, "daily")
    market.catch(seller)
    for _ in range(4):
        work(app)
        clock.forward(hours=12)
    assert len(mails()) == 1
    assert count(FollowNews) == 1


def test_the_letter_of_the_day_gathers_and_says_nothing_when_nothing_is_new(
    app: APIFlask, seller: market.Shop, clock: Clock
) -> None:
    follows(accounts.buyer(), "species", "GIT")
    for _ in range(3):
        market.catch(seller)
    work(app)
    clock.now = clock.now.replace(hour=6, minute=29) + timedelta(days=1)
    work(app)
    assert mails() == []
    clock.forward(minutes=1)
    work(app)
    assert [letter["Subject"] for letter in mails()] == ["Udang windu dan 2 hasil lain"]
    for _ in range(3):
        clock.forward(days=1)
        work(app)
    assert len(mails()) == 1
    assert market.broken() == []


def test_withdrawn_and_sold_out_is_no_news_any_more(app: APIFlask, seller: market.Shop, clock: Clock) -> None:
    follows(accounts.buyer(), "species", "GIT")
    withdrawn, gone = market.catch(seller), market.catch(seller)
    work(app)
    write(withdraw_catch, withdrawn, "tidak segar", seller.clerk, clock.now)
    write(sell_out, gone, "dibeli tetangga", seller.clerk, clock.now)
    clock.forward(days=1)
    work(app)
    assert mails() == []
    assert db.session.scalars(select(FollowNews.told_at).where(FollowNews.settled_at.is_not(None))).all() == [None] * 2


def test_a_letter_that_waits_for_the_mail_host_is_worded_anew(
    app: APIFlask, seller: market.Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    siti = accounts.buyer()
    follows(siti, "species", "GIT", "at_once")
    first = market.catch(seller)
    market.catch(seller, unit_price=40_000)
    work(app)
    clock.forward(minutes=2)
    with monkeypatch.context() as host:
        host.setattr(mail, "send", _refuse)
        work(app)
    assert count(FollowNews, FollowNews.settled_at.is_not(None)) == 0
    write(sell_out, first, "habis di dermaga", seller.clerk, clock.now)
    clock.forward(minutes=1)
    work(app)
    [letter] = mails()
    assert "40.000" in text_of(letter)
    assert "37.500" not in text_of(letter)


@pytest.mark.parametrize("is_noting", [True, False])
def test_a_worker_that_slept_a_week_sends_one_letter_of_what_is_left(
    app: APIFlask, seller: market.Shop, clock: Clock, is_noting: bool
) -> None:
    follows(accounts.buyer(), "species", "GIT")
    for _day in range(7):
        market.catch(seller, best_before=clock.now + timedelta(days=3))
        if is_noting:
            for job in write(queue.claim, days.now(), [noting.NOTE_JOB], 5):
                noting.note_followers(job.payload, days.now())
                write(queue.record, [queue.Outcome(job)], days.now())
        clock.forward(days=1)
    for _ in range(2):
        work(app)
        clock.forward(minutes=2)
    [letter] = mails()
    assert letter["Subject"] == "Udang windu dan 1 hasil lain"  # of seven, the rest being past their best
    market.catch(seller)
    work(app)
    clock.now = clock.now.replace(hour=23)
    work(app)
    assert len(mails()) == 1
    assert market.broken() == []


def test_at_night_nothing_leaves_and_in_the_morning_it_does(app: APIFlask, seller: market.Shop, clock: Clock) -> None:
    follows(accounts.buyer(), "species", "GIT", "at_once")
    clock.now = clock.now.replace(hour=23, minute=58)
    market.catch(seller)
    for _ in range(5):
        clock.forward(hours=1)
        work(app)
    assert mails() == []
    clock.now = clock.now.replace(hour=5, minute=30)
    work(app)
    assert len(mails()) == 1


def test_ending_a_follow_ends_what_was_still_to_be_told(app: APIFlask, seller: market.Shop, clock: Clock) -> None:
    siti = accounts.buyer()
    follows(siti, "species", "GIT")
    market.catch(seller)
    work(app)
    for _ in range(2):
        write(end_follow, FollowKind.SPECIES, "GIT", siti.id)
    clock.forward(days=1)
    work(app)
    assert mails() == []


def test_without_letters_nothing_is_mailed_and_the_follow_stays(
    app: APIFlask, seller: market.Shop, clock: Clock
) -> None:
    siti = accounts.buyer()
    follows(siti, "species", "GIT")
    write(end_letters, siti.id, clock.now)
    market.catch(seller)
    clock.forward(days=1)
    work(app)
    clock.forward(days=1)
    work(app)
    assert mails() == []
    assert count(Follow) == 1


def test_a_harvest_that_opens_ahead_is_told_as_that(app: APIFlask, seller: market.Shop, clock: Clock) -> None:
    follows(accounts.buyer(), "product", seller.product, "at_once")
    market.catch(seller, landed_at=clock.now + timedelta(days=3))
    work(app)
    clock.forward(minutes=2)
    work(app)
    [letter] = mails()
    assert letter["Subject"] == "Udang windu bisa dipesan dulu"
    assert "bisa dipesan sekarang" in text_of(letter)


def test_the_mail_can_be_ended_by_the_mail_program_itself(app: APIFlask, seller: market.Shop, clock: Clock) -> None:
    follows(accounts.buyer(), "species", "GIT", "at_once")
    market.catch(seller)
    work(app)
    clock.forward(minutes=2)
    with public_at(app):
        work(app)
    [letter] = mails()
    assert letter["List-Unsubscribe"].startswith("<https://pasar.contoh.id/berhenti-kabar/")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"].strip("<>") in text_of(letter)
    assert b"\r\nList-Unsubscribe: <https://pasar.contoh.id/berhenti-kabar/" in _raw()


def test_a_mail_about_ones_own_order_offers_no_such_thing(app: APIFlask, seller: market.Shop) -> None:
    with public_at(app):
        market.order(accounts.buyer(), seller, {market.catch(seller): 1000})
        work(app)
    assert [letter["List-Unsubscribe"] for letter in mails("siti@contoh.id")] == [None]


def test_listing_costs_the_same_however_many_follow(app: APIFlask, seller: market.Shop) -> None:
    _crowd(450)
    market.catch(seller)
    assert count(OutboxJob, OutboxJob.kind == noting.NOTE_JOB) == 1
    assert count(FollowNews) == 0


def test_a_crowd_is_noted_in_batches_and_a_batch_done_twice_adds_nobody(
    app: APIFlask, seller: market.Shop, clock: Clock
) -> None:
    _crowd(450)
    catch = market.catch(seller)
    noting.note_followers({"catch": catch, "after": 0, "listed_at": days.now().isoformat()}, days.now())
    assert count(FollowNews) == noting.BATCH
    work(app)
    noting.note_followers({"catch": catch, "after": 0, "listed_at": days.now().isoformat()}, days.now())
    assert count(FollowNews) == 450
    assert count(OutboxJob, OutboxJob.kind == noting.LETTER_JOB) == 450
    assert count(OutboxJob, OutboxJob.kind == noting.NOTE_JOB) == 3


def test_a_letter_job_done_twice_tells_nothing_twice(app: APIFlask, seller: market.Shop, clock: Clock) -> None:
    siti = accounts.buyer()
    follows(siti, "species", "GIT", "at_once")
    market.catch(seller)
    work(app)
    clock.forward(minutes=2)
    for _ in range(2):
        tell_follower({"account": siti.id, "pace": "at_once"}, clock.now, WORDS)
    assert len(mails()) == 1


def test_nothing_is_left_of_who_leaves(app: APIFlask, seller: market.Shop, clock: Clock) -> None:
    siti = accounts.buyer()
    follows(siti, "species", "GIT")
    market.catch(seller)
    work(app)
    write(end_letters, siti.id, clock.now)
    write(departures.leave, siti, clock.now)
    assert count(Follow) == count(FollowNews) == 0
    clock.forward(days=1)
    work(app)
    assert mails() == []
    assert market.broken() == []


def test_who_was_told_is_forgotten_after_the_lot_is_long_gone(app: APIFlask, seller: market.Shop, clock: Clock) -> None:
    follows(accounts.buyer(), "species", "GIT", "at_once")
    market.catch(seller)
    work(app)
    clock.forward(minutes=2)
    work(app)
    write(forget_old_news, clock.now)
    assert count(FollowNews) == 1
    write(forget_old_news, clock.now + timedelta(days=3))
    assert count(FollowNews) == 0


def test_broken_rows_are_found(app: APIFlask, seller: market.Shop, clock: Clock) -> None:
    siti = accounts.buyer()
    catch, other = market.catch(seller), market.catch(seller)
    row = {"account_id": siti.id, "pace": "daily", "created_at": clock.now, "due_at": clock.now}
    told = [clock.now + timedelta(hours=1), clock.now + timedelta(hours=2)]

    def break_it(session: object) -> None:
        db.session.execute(
            insert(Follow).values(account_id=siti.id, kind="species", target="???", pace="daily", created_at=clock.now)
        )
        for catch_id, at in zip((catch, other), told, strict=True):
            db.session.execute(insert(FollowNews).values(row | {"catch_id": catch_id, "settled_at": at, "told_at": at}))
        db.session.commit()

    break_it(None)
    assert [line.partition(":")[0] for line in market.broken()] == [
        "whatever is followed is there",
        "a letter of the day comes once a day",
    ]


def _raw() -> bytes:
    """The one mail that has left, as a mail program gets it."""
    [path] = (current_app.config["OVOP"].instance_path / "outbox").glob("*.eml")
    return bytes(path.read_bytes())


def _refuse(_message: object) -> None:
    raise MailFailed("away")


def _crowd(size: int) -> None:
    """So many buyers without an address who follow giant tiger prawns."""
    now = days.now()

    def make(session: object) -> None:
        people = [
            {
                "name": f"Pembeli {number}",
                "phone": f"+62812{number:07}",
                "password_hash": "",
                "role": "buyer",
                "language": "id",
                "session_stamp": "",
                "created_at": now,
            }
            for number in range(size)
        ]
        ids = session.scalars(insert(Account).returning(Account.id), people).all()  # type: ignore[attr-defined]
        rows = [
            {"account_id": who, "kind": "species", "target": "GIT", "pace": "daily", "created_at": now} for who in ids
        ]
        session.execute(insert(Follow), rows)  # type: ignore[attr-defined]

    write(make)
    assert db.session.scalar(select(func.count()).select_from(Follow)) == size
    assert noting.LETTER_JOB in wiring.JOBS
