"""A demo market: the same each time, whole, and made as the real operations would have made it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from ovop.accounts.models import Account
from ovop.accounts.names import DEMO_DOMAIN, DEMO_EMAILS, DEMO_PASSWORD
from ovop.accounts.passwords import verify_password
from ovop.accounts.rules import Actor
from ovop.catalogue.models import Flagship, Stars
from ovop.db import db, write
from ovop.demo import arrivals, fates, flows, seasons
from ovop.demo import tills as tills_module
from ovop.demo import year as year_module
from ovop.demo.errors import AlreadyDemo, RealOrders
from ovop.demo.fishers import share_out
from ovop.demo.followers import follow_some
from ovop.demo.programme import run_programme, sample_paper
from ovop.demo.purchases import Deed, Purchase, Taken
from ovop.demo.recalls import WHY, recall_one
from ovop.demo.reviews import look_back
from ovop.demo.sharing import share_points
from ovop.demo.standing import set_standing
from ovop.demo.stories import tell_stories
from ovop.demo.tills import Till, tills_of
from ovop.kernel import days
from ovop.kernel.money import commission_on
from ovop.ordering.departures import leave
from ovop.ordering.models import Checkout, Order, SlotChange
from ovop.ordering.operations import cancel_order
from ovop.ordering.rules import OPEN, OrderStatus, Who
from ovop.payment.models import LedgerEntry, Payment
from ovop.payment.rules import Method, PaymentStatus
from ovop.pickup.models import Slot
from ovop.recall.queries import list_buyers, list_recalls
from ovop.reviews.queries import list_all
from ovop.sales.models import MonthTotal
from ovop.scales.models import Scale
from ovop.scales.queries import list_scales
from ovop.scales.rules import Tera, tera_on
from ovop.stock.models import Catch, CatchPhoto, Movement
from ovop.till.models import Till as TillModel
from ovop.till.models import TillEntry
from ovop.till.queries import in_hand
from ovop.till.rules import Cash, EntryKind, TillStatus, is_overdue
from tests import databases
from tests.conftest import Clock
from tests.demo import dumps
from tests.demo.conftest import PICTURES, copied
from tests.demo.replay import Replay
from tests.make import accounts, market

ORDERS, SEED = 120, 36
#: Fewer, but in a year in which much goes wrong.
REPLAYED = 90
HARD_LUCK = {
    "_NEVER_PAID": 0.35,
    "_DECLINED_FIRST": 0.2,
    "_BUYER_CANCELS": 0.12,
    "_COOPERATIVE_CANCELS": 0.12,
    "_SHORT_AND_CANCELLED": 0.08,
    "_MISSED": 0.12,
    "_SHORT": 0.15,
}


def made(orders: int = ORDERS, seed: int = SEED) -> flows.Made:
    result = flows.make_market(orders, seed, days.now())
    db.session.rollback()
    return result


def numbers(statement: Any) -> dict[Any, int]:
    return {row[0]: row[1] for row in db.session.execute(statement)}


def test_every_invariant_holds_in_it(stage: APIFlask) -> None:
    made()
    assert market.broken() == []


def test_it_has_as_many_orders_as_asked_for_in_every_state_and_paid_in_every_way(stage: APIFlask) -> None:
    made(400)
    by_status = numbers(select(Order.status, func.count()).group_by(Order.status))
    assert sum(by_status.values()) == 400
    assert set(by_status) == {status.value for status in OrderStatus}
    by_method = numbers(select(Checkout.method, func.count()).group_by(Checkout.method))
    assert set(by_method) == {Method.CASH, Method.QRIS, Method.DEMO}
    payments = numbers(select(Payment.status, func.count()).group_by(Payment.status))
    assert set(payments) >= {PaymentStatus.AUTHORISED, PaymentStatus.PAID, PaymentStatus.VOID, PaymentStatus.PENDING}
    spans = numbers(select(Order.checkout_id, func.count()).group_by(Order.checkout_id))
    assert max(spans.values()) >= 2


def test_a_year_has_sales_in_each_of_its_months(stage: APIFlask) -> None:
    made()
    assert len(numbers(select(MonthTotal.month, func.sum(MonthTotal.orders)).group_by(MonthTotal.month))) >= 12


def test_the_same_seed_gives_the_same_market(stage: APIFlask) -> None:
    made()
    first = dumps.with_ids()
    databases.wipe()
    made()
    second = dumps.with_ids()
    for table, rows in first.items():
        assert second[table] == rows, table
    assert len(first["order"]) == ORDERS


def test_another_seed_gives_another_market(stage: APIFlask) -> None:
    made()
    first = dumps.with_ids()
    databases.wipe()
    made(seed=SEED + 1)
    assert dumps.with_ids()["order"] != first["order"]


def test_minutes_do_not_matter(stage: APIFlask, clock: Clock) -> None:
    clock.now = clock.now.replace(minute=1)
    made(20)
    first = dumps.with_ids()
    databases.wipe()
    clock.forward(minutes=13)
    made(20)
    assert dumps.with_ids() == first


def test_real_operations_would_have_written_the_same_rows(
    stage: APIFlask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole market again, each purchase placed, paid, weighed, handed over … by the operations themselves."""
    settings = replace(stage.config["OVOP"], commission_basis_points=250, demo=True)
    monkeypatch.setitem(stage.config, "OVOP", settings)
    for name, share in HARD_LUCK.items():
        monkeypatch.setattr(fates, name, share)
    for name in ("_WITH_CHANGE", "_ICE", "_DIFFERS"):
        monkeypatch.setattr(tills_module, name, 0.5)
    for name in ("keep_counter", "put_off_some"):
        monkeypatch.setattr(flows, name, lambda *_: None)  # by slots that nobody booked
    monkeypatch.setattr(seasons, "_STORM_CHANCE", dict.fromkeys(range(1, 13), 0.9))
    monkeypatch.setattr(year_module, "_METHOD_WEIGHTS", (0.3, 0.2, 0.5))
    monkeypatch.setattr(arrivals, "_SPAN_WEIGHTS", (0.4, 0.4, 0.2))
    made(REPLAYED)
    in_bulk = dumps.without_ids()
    lost = db.session.execute(
        select(Catch.lot_code, Movement.quantity, Movement.reason, Movement.at, Account.id, Account.cooperative_id)
        .join(Movement, Movement.catch_id == Catch.id)
        .join(Account, Account.id == Movement.actor_id)
        .where(Movement.kind == "lose", Movement.reason != WHY)
    ).all()
    received = numbers(select(TillEntry.order_number, TillEntry.amount).where(TillEntry.kind == EntryKind.RECEIPT))
    databases.wipe()
    year = write(flows.begin_year, REPLAYED, days.now(), "", Random(SEED))
    purchases = list(year.purchases(REPLAYED))
    check_that_everything_happens(purchases)
    replay = Replay(clock, PICTURES)
    replay.make_slots(dict.fromkeys(part.slot for purchase in purchases for part in purchase.parts))
    replay.plan_closings()
    bought = dict.fromkeys(lot for purchase in purchases for part in purchase.parts for lot in part.lots)
    for lot in dict.fromkeys([*bought, *year.on_sale()]):
        replay.plan_lot(lot)
    for purchase in purchases:
        replay.plan_purchase(purchase)
    for code, quantity, reason, at, clerk, cooperative in lost:
        replay.plan_loss(code, quantity, reason, at, Actor(clerk, accounts.Role.COOPERATIVE, cooperative))
    tills = tills_of(taken_of(purchases, received), days.now())
    check_that_tills_differ(tills)
    replay.plan_tills(tills)
    replay.plan_statements(year)
    replay.plan_verifications(year)
    replay.run()
    write(tell_stories, year.stage, copied(PICTURES, "story"))
    write(run_programme, year.stage, sample_paper(), days.now())
    write(follow_some, year.stage, days.now())
    write(share_out, year.stage, days.now())
    write(recall_one, year.stage, days.now())
    write(share_points, year.stage, days.now())
    write(look_back, year.stage, days.now())
    write(set_standing, year.stage, days.now())
    one_by_one = dumps.without_ids()
    for table, rows in in_bulk.items():
        assert one_by_one[table] == rows, table
    assert len(in_bulk["order"]) == REPLAYED
    assert {dict(row)["account"] for row in in_bulk["ledger_entry"]} >= {"commission", "provider", "received"}
    assert market.broken() == []


def taken_of(purchases: list[Purchase], received: dict[str, int]) -> list[Taken]:
    """Cash of these purchases; received: rupiah by order."""
    return [
        Taken(purchase.parts[event.part].cooperative, number, received[number], event.at)
        for purchase in purchases
        if purchase.request.payment is Method.CASH
        for event in purchase.events
        if event.deed is Deed.HAND_OVER and (number := purchase.drafts[event.part].number)
    ]


def check_that_tills_differ(tills: list[Till]) -> None:
    """Some open by themselves, some have ice bought from them, differ, are not deposited or not counted yet."""
    assert {bool(till.change) for till in tills} == {True, False}
    assert {till.ice > 0 for till in tills} == {True, False}
    assert {till.difference == 0 for till in tills} == {True, False}
    assert {till.deposited_at is None for till in tills} == {True, False}


def check_that_everything_happens(purchases: list[Purchase]) -> None:
    """These purchases have in them all that can become of one; otherwise the comparison would say little."""
    events = [event for purchase in purchases for event in purchase.events]
    cancelled = [event for event in events if event.deed is Deed.CANCEL]
    assert {event.deed for event in events} == set(Deed)
    assert {event.who for event in cancelled} == {Who.BUYER, Who.COOPERATIVE}
    assert any(event.closes_slot for event in cancelled)
    assert any(not event.restock for event in cancelled)
    shared = [purchase for purchase in purchases if len(purchase.parts) > 1 and purchase.request.payment.is_card]
    assert any(event.deed in (Deed.CANCEL, Deed.MISS) for purchase in shared for event in purchase.events)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 6, 0, 0, tzinfo=days.JAKARTA),
        datetime(2026, 3, 6, 4, 10, tzinfo=days.JAKARTA),
        datetime(2026, 7, 31, 13, 40, tzinfo=days.JAKARTA),
        datetime(2026, 12, 31, 22, 55, tzinfo=days.JAKARTA),
    ],
    ids=["midnight", "friday-before-dawn", "friday-noon", "late-on-new-years-eve"],
)
def test_there_is_something_to_see_and_do_whenever_it_is_made(stage: APIFlask, clock: Clock, moment: datetime) -> None:
    clock.now = moment
    made(120)
    now = days.now()
    on_sale = select(func.count()).where(Catch.available > 0, Catch.best_before > now, Catch.created_at <= now)
    assert (db.session.scalar(on_sale) or 0) >= 40
    own = select(Account.cooperative_id).where(Account.email == DEMO_EMAILS["cooperative"]).scalar_subquery()
    waiting = numbers(
        select(Order.status, func.count())
        .join(Slot, Slot.id == Order.slot_id)
        .where(
            Order.cooperative_id == own,
            Slot.starts_at > now,
            Slot.starts_at < now + timedelta(days=2),
            Order.status.in_(OPEN),
        )
        .group_by(Order.status)
    )
    assert waiting[OrderStatus.CONFIRMED] >= 3
    assert sum(waiting.values()) >= 8
    buyer = select(Account.id).where(Account.email == DEMO_EMAILS["buyer"]).scalar_subquery()
    mine = numbers(select(Order.status, func.count()).where(Order.buyer_id == buyer).group_by(Order.status))
    assert mine[OrderStatus.COLLECTED] >= 1
    assert mine.keys() & {OrderStatus.CONFIRMED, OrderStatus.READY}
    latest = db.session.scalar(select(func.max(Order.created_at)))
    assert latest is not None
    assert latest <= now
    unpaid = db.session.scalars(select(Checkout.expires_at).where(Checkout.status == "awaiting_payment")).all()
    assert any(expires_at is not None and expires_at > now + timedelta(minutes=8) for expires_at in unpaid)
    assert market.broken() == []


def test_its_buyer_has_a_history_and_may_pay_in_cash(stage: APIFlask) -> None:
    made(400)
    buyer = select(Account.id).where(Account.email == DEMO_EMAILS["buyer"]).scalar_subquery()
    mine = db.session.execute(
        select(Order.status, Checkout.method)
        .join(Checkout, Checkout.id == Order.checkout_id)
        .where(Order.buyer_id == buyer)
    ).all()
    ended = [order for order in mine if order.status == OrderStatus.COLLECTED]
    still_open = [order for order in mine if order.status in OPEN]
    assert len(ended) >= 5
    assert 2 <= len(still_open) <= 4
    assert Method.CASH not in {order.method for order in still_open}
    assert OrderStatus.NO_SHOW not in {order.status for order in mine}


def test_its_cash_is_in_tills_and_mostly_in_the_bank(stage: APIFlask) -> None:
    made(400)
    everything = [
        Cash(till.change_amount, till.expected, till.counted, till.deposited)
        for till in db.session.scalars(select(TillModel))
    ]
    by_status = Counter(cash.status for cash in everything)
    assert by_status[TillStatus.DONE] > 0.8 * len(everything)
    assert by_status[TillStatus.COUNTED] >= 2
    own = db.session.scalar(select(Account.cooperative_id).where(Account.email == DEMO_EMAILS["cooperative"]))
    assert own is not None
    (waiting,) = in_hand(db.session(), own, days.today())
    assert is_overdue(waiting.since, days.today()), "there is old cash to see"
    assert market.broken() == []


def test_its_scales_are_verified_each_year_but_for_one_that_was_forgotten(stage: APIFlask) -> None:
    made(400)
    own = db.session.scalar(select(Account.cooperative_id).where(Account.email == DEMO_EMAILS["cooperative"]))
    assert own is not None
    standing = {scale.name: scale.tera_on(days.today()) for scale in list_scales(db.session(), own)}
    assert standing["Gantung"] is Tera.EXPIRED
    assert standing["Duduk 1"] in (Tera.VALID, Tera.ENDING)
    others = Counter(
        tera_on(until, days.today())
        for until in db.session.scalars(select(Scale.verified_until).where(Scale.cooperative_id != own))
    )
    assert others[Tera.VALID] > sum(others.values()) / 2
    weighed = select(func.count()).where(Order.weighed_at.is_not(None))
    assert db.session.scalar(weighed.where(Order.scale_id.is_(None))) == 0
    late = weighed.where(Order.scale_verified_until < func.date(Order.weighed_at))
    assert 0 < (db.session.scalar(late) or 0) < (db.session.scalar(weighed) or 0) / 10


def test_one_lot_was_called_back_and_its_buyers_know(stage: APIFlask) -> None:
    made(400)
    (recall,) = list_recalls(db.session())
    assert recall.done_at is not None
    assert (recall.cancelled, recall.collected > 0) == (0, True)
    assert (recall.spoken, recall.reached) == (1, recall.buyers)
    assert recall.cooperative_name == "Koperasi Mina Tengkurak"
    clerk = Actor(0, accounts.Role.COOPERATIVE, recall.cooperative_id)
    assert all(buyer.name for buyer in list_buyers(db.session(), recall.id, clerk, days.now()))
    assert market.broken() == []


def test_what_was_collected_lately_is_rated_and_some_of_it_answered(stage: APIFlask) -> None:
    made(400)
    reviews = list_all(db.session(), limit=1000)
    assert len(reviews) > 15
    assert {bool(review.text) for review in reviews} == {True, False}
    assert any(review.answer for review in reviews)
    assert [review.text for review in reviews if review.hidden_at] == ["Jangan beli dari Bu Anu, orangnya galak."]
    assert market.broken() == []


def test_some_who_wait_have_put_their_pickup_off(stage: APIFlask) -> None:
    made(400)
    assert 0 < (db.session.scalar(select(func.count()).select_from(SlotChange)) or 0) <= 6


def test_a_product_is_on_sale_in_its_newest_lots_only(stage: APIFlask) -> None:
    made()
    lots = (
        select(Catch.product_id, func.count())
        .where(Catch.available > 0, Catch.best_before > days.now(), Catch.landed_at <= days.now())
        .group_by(Catch.product_id)
    )
    assert max(numbers(lots).values()) <= 2


def test_its_four_accounts_sign_in_and_nobody_else_can(stage: APIFlask) -> None:
    made(10)
    rows = db.session.execute(select(Account.email, Account.password_hash)).all()
    assert all(row.email.endswith(f"@{DEMO_DOMAIN}") for row in rows)
    able = {row.email for row in rows if row.password_hash and verify_password(DEMO_PASSWORD, row.password_hash)}
    assert able == set(DEMO_EMAILS.values())
    assert all(row.password_hash == "" for row in rows if row.email not in able)


def test_honours_say_that_they_are_examples(stage: APIFlask) -> None:
    made(0)
    assert db.session.scalar(select(func.count()).select_from(Order)) == 0
    decisions = [
        *db.session.scalars(select(Flagship.decision_number)),
        *db.session.scalars(select(Stars.decision_number)),
    ]
    assert len(decisions) >= 12
    assert all(number.startswith("CONTOH-") for number in decisions)
    assert all("contoh" in issuer for issuer in db.session.scalars(select(Stars.issuer)))
    assert db.session.scalar(select(func.count()).where(Flagship.ended_on.is_not(None)).select_from(Flagship)) == 1


def test_photos_are_shared_and_carry_their_credit(stage: APIFlask) -> None:
    made(20)
    photos = db.session.execute(select(CatchPhoto.key, CatchPhoto.credit)).all()
    assert len(photos) > len({photo.key for photo in photos})
    assert all(photo.credit.startswith("Ilustrasi") for photo in photos)


def test_it_is_not_made_twice(stage: APIFlask) -> None:
    made(20)
    before = dumps.with_ids()
    with pytest.raises(AlreadyDemo):
        made(20)
    assert dumps.with_ids() == before


def test_it_is_not_made_where_somebody_has_ordered(stage: APIFlask) -> None:
    seller = market.shop()
    market.order(accounts.buyer(), seller, {market.catch(seller): 1000})
    before = dumps.with_ids()
    with pytest.raises(RealOrders) as refusal:
        made(20)
    assert refusal.value.facts == {"orders": 1}
    assert dumps.with_ids() == before


def test_orders_of_a_deleted_account_were_real(stage: APIFlask) -> None:
    seller = market.shop()
    buyer = accounts.buyer()
    order = market.order(buyer, seller, {market.catch(seller): 1000})
    write(cancel_order, order.number, buyer, days.now())
    write(leave, buyer, days.now())
    with pytest.raises(RealOrders):
        made(20)


def test_interrupted_it_leaves_nothing_behind(stage: APIFlask) -> None:
    def interrupt(_orders: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        flows.make_market(40, SEED, days.now(), interrupt)
    assert {table: len(rows) for table, rows in dumps.with_ids().items() if rows} == {}


def test_without_the_demo_card_no_card_order_is_left_open(stage: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(stage.config, "OVOP", replace(stage.config["OVOP"], demo=False))
    made()
    cards = numbers(
        select(Order.status, func.count())
        .join(Checkout, Checkout.id == Order.checkout_id)
        .where(Checkout.method == Method.DEMO)
        .group_by(Order.status)
    )
    assert cards[OrderStatus.COLLECTED] > 5
    assert not cards.keys() & {status.value for status in OPEN}


def test_commission_is_the_markets_own_setting(stage: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(stage.config, "OVOP", replace(stage.config["OVOP"], commission_basis_points=500))
    made(60)
    of_orders = LedgerEntry.order_number.is_not(None)  # counter sales pay it too
    kept = db.session.scalars(select(LedgerEntry.amount).where(LedgerEntry.account == "commission", of_orders)).all()
    sold = db.session.scalars(select(Order.total).where(Order.status == "collected")).all()
    assert sorted(-amount for amount in kept) == sorted(commission_on(total, 500) for total in sold)
    assert sum(kept) < 0
