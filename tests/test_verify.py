"""Every invariant that `flask verify` checks is broken here by hand, and named by it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import text

from ovop.accounts.rules import Actor
from ovop.advance import flows as advances
from ovop.catalogue.operations import change_product
from ovop.catalogue.price_breaks import PriceBreak
from ovop.closing.operations import close_month
from ovop.counter import operations as counter
from ovop.counter.rules import WalkIn
from ovop.db import write
from ovop.kernel import days
from ovop.ordering import card_flows, flows, operations
from ovop.ordering.slot_changes import change_slot
from ovop.payment.merchant import set_code
from ovop.payment.rules import Method
from ovop.prices.flows import count_due
from ovop.recall import flows as recalling
from ovop.reported.operations import add_batch
from ovop.shares.operations import close_sharing
from ovop.stock.losses import record_loss, take_back_loss
from ovop.stock.price_changes import set_rule
from ovop.stock.price_rules import PROPOSED
from ovop.stock.rules import LossCause
from ovop.verify import CHECKS, verify
from tests import databases
from tests.make import (
    accounts,
    advance,
    codes,
    complaints,
    follows,
    market,
    programme,
    reviews,
    scales,
    settlements,
    shares,
    sharing,
    stories,
)

#: Statement → the checks that must notice it, by the beginning of their names.
BREAKS: list[tuple[str, str]] = [
    ("UPDATE closed_month SET body = body || ' '", "closed months are"),
    ("UPDATE catch SET available = available + 5", "every lot: caught"),
    ("UPDATE catch SET available = available - 5, lost = lost + 5", "every lot's stock"),
    ("DELETE FROM movement WHERE kind = 'hold'", "every lot's stock"),
    ("UPDATE catch SET held = held + 7, available = available - 7", "every lot's held"),
    ("UPDATE movement SET quantity = quantity + 1 WHERE kind = 'unlost'", "every loss that was taken back"),
    ("UPDATE counter_sale SET amount = amount + 100", "every sale at the counter comes"),
    ("UPDATE counter_sale SET commission = commission + 1 WHERE number IS NULL", "every sale at the counter comes"),
    ("UPDATE counter_sale SET sold_on = '2026-01-04'", "every sale at the counter comes"),
    ("DELETE FROM counter_number", "sales at the counter are numbered"),
    ("UPDATE counter_sale SET number = number + 1 WHERE number > 1", "sales at the counter are numbered"),
    ("DELETE FROM movement WHERE kind = 'counter_back'", "what the counter sold"),
    ("DELETE FROM ledger_entry WHERE journal LIKE 'counter:%kept'", "every sale at the counter is booked"),
    ("UPDATE counter_sale SET commission = commission - 1", "every sale at the counter is booked"),
    ("DELETE FROM till_entry WHERE kind = 'counter'", "cash of the counter"),
    ("UPDATE counter_sale SET method = 'qris'", "cash of the counter"),
    ("UPDATE catch SET unit_price = unit_price + 500", "every lot's price is"),
    ("DELETE FROM price_rule_change", "every lot's price steps down"),
    ("UPDATE catch SET first_step_price = first_step_price - 500", "every lot's price steps down"),
    ("UPDATE catch SET price_breaks = '10000:30000'", "every lot's wholesale prices"),
    ("UPDATE product SET price_breaks = ''", "every lot's wholesale prices"),
    ("UPDATE order_line SET unit_price = unit_price + 500", "every order is at the price"),
    ("UPDATE price_change SET unit_price = unit_price + 500", "every order is at the price"),
    ("UPDATE point_use SET status = 'agreed' WHERE status = 'own'", "every point is its owner's"),
    ("UPDATE pickup_point SET cooperative_id = (SELECT max(id) FROM cooperative)", "every point is its owner's"),
    ("UPDATE point_use SET status = 'over' WHERE status = 'agreed'", "who shares a point"),
    ("DELETE FROM point_use_event WHERE step = 'agree'", "who shares a point"),
    (
        "UPDATE point_use SET opened_at = NULL, status = 'asked' WHERE status = 'own'",
        "every order is collected where",
    ),
    ("UPDATE slot SET booked = booked + 1 WHERE booked > 0", "every slot's places"),
    ("UPDATE slot SET booked_grams = booked_grams + 1 WHERE booked > 0", "every slot's places"),
    ("DELETE FROM slot_change WHERE id = (SELECT max(id) FROM slot_change)", "every order is in the slot"),
    ("UPDATE slot_change SET from_slot_id = from_slot_id + 7 WHERE id > 1", "every order is in the slot"),
    ("UPDATE product_rating SET total = total + 1", "what a product's ratings come to"),
    ("DELETE FROM product_rating", "what a product's ratings come to"),
    ("UPDATE review SET is_counted = false", "what a product's ratings come to"),
    ("UPDATE review SET is_counted = false", "every buyer has one voice"),
    ("UPDATE review SET created_at = '2026-06-05 00:00:00'", "reviews are in time"),
    ("UPDATE review SET buyer_id = buyer_id + 1", "reviews are in time"),
    ("UPDATE review SET rating = 1", "every review is as its history says"),
    ("UPDATE review SET hidden_at = NULL, hidden_reason = ''", "every review is as its history says"),
    ("UPDATE order_line SET amount = amount + 100, maximum = maximum + 100", "every line's amounts"),
    ("UPDATE order_line SET final_amount = final_amount - 100 WHERE final_amount > 0", "every line's amounts"),
    ('UPDATE "order" SET total = total - 100 WHERE total > 0', "every order's sums"),
    ('UPDATE "order" SET grams = grams + 1', "every order's sums"),
    ("DELETE FROM order_line", "every order's sums"),
    ("UPDATE \"order\" SET status = 'confirmed' WHERE status = 'ready'", "every order's status"),
    ("DELETE FROM order_event", "every order's status"),
    ("UPDATE checkout SET status = 'expired' WHERE status = 'confirmed'", "every checkout agrees"),
    ("UPDATE checkout SET total = total + 100", "every checkout agrees"),
    ("UPDATE ledger_entry SET amount = amount + 100 WHERE account = 'customer'", "exactly the collected"),
    ("DELETE FROM ledger_entry WHERE journal LIKE 'order%earned'", "exactly the collected"),
    ("UPDATE payment SET captured = 0 WHERE method = 'cash'", "exactly the collected"),
    ("UPDATE payment SET captured = captured - 100 WHERE method = 'demo' AND captured > 0", "card money"),
    ("DELETE FROM ledger_entry WHERE account = 'provider'", "card money"),
    ("UPDATE \"order\" SET refunded = 100 WHERE status = 'collected'", "what is given back"),
    ('UPDATE "order" SET receipt_number = receipt_number + 6', "receipts are numbered"),
    ("DELETE FROM receipt_counter", "receipts are numbered"),
    ("UPDATE catch SET recalled_at = '2026-01-05 00:00:00'", "nothing of a recalled lot"),
    ("UPDATE catch SET available = 5 WHERE recalled_at IS NOT NULL", "nothing of a recalled lot"),
    ("DELETE FROM recall_order", "every buyer of a recalled lot"),
    ("DELETE FROM recall_buyer", "every buyer of a recalled lot"),
    ("DELETE FROM outbox_job WHERE kind = 'recall-letter'", "every buyer of a recalled lot"),
    ("UPDATE payment SET status = 'void' WHERE status = 'paid'", "every payment's sums"),
    ("UPDATE payment SET refunded = captured WHERE captured > 0", "every payment's sums"),
    ("DELETE FROM payment_event", "every payment's sums"),
    ("UPDATE payment SET captured = maximum + 100 WHERE captured > 0", "no payment takes more"),
    ("UPDATE ledger_entry SET amount = amount + 1 WHERE account = 'payable'", "every journal"),
    ("UPDATE ledger_entry SET amount = amount + 1 WHERE account = 'payable'", "the ledger of every checkout"),
    ("DELETE FROM ledger_entry WHERE journal LIKE '%kept'", "what a co-operative received"),
    ("UPDATE catch SET is_planned = true", "every harvest that was counted"),
    ("DELETE FROM harvest_count", "every allotment"),
    ("UPDATE order_line SET final_quantity = 4000, final_amount = 0 WHERE allotted > 0", "every allotment"),
    ("UPDATE standing_day SET day = '2026-01-10'", "every standing listing"),
    ("UPDATE catch_part SET quantity = quantity + 10000", "fishers brought no more"),
    ("UPDATE fisher SET cooperative_id = cooperative_id + 1", "whoever brought some"),
    ("UPDATE catch_part SET quantity = quantity - 1", "every part of a lot"),
    ("DELETE FROM catch_part_event", "every part of a lot"),
    ("UPDATE shared_lot SET sold = sold + 100", "what was shared out"),
    ("UPDATE shared_part SET amount = amount + 100000", "the parts of what was shared out"),
    ("UPDATE cooperative SET qris_payload = 'somebody else''s'", "every co-operative's QRIS"),
    ("UPDATE cooperative SET qris_payload = NULL", "every co-operative's QRIS"),
    ("UPDATE till SET expected = expected + 100", "every till's cash"),
    ("UPDATE till SET change_amount = 100", "every till's cash"),
    ("UPDATE till SET closed_at = '2026-01-05 00:00:00', counted = expected", "every till's cash"),
    ("UPDATE till_entry SET amount = amount + 100", "all cash of collected orders"),
    ("DELETE FROM till_entry", "all cash of collected orders"),
    ("UPDATE payout SET amount = amount + 100", "what was given back by hand"),
    ("DELETE FROM payout", "what was given back by hand"),
    ("UPDATE payout SET way = 'transfer', reference = 'BCA 1'", "all cash of collected orders"),
    ("UPDATE complaint SET status = 'open', answer_by = created_at", "every complaint is where"),
    ("UPDATE complaint SET answer_by = created_at", "every complaint is where"),
    ("DELETE FROM complaint_event", "every complaint is where"),
    ("UPDATE complaint SET created_at = '2026-02-05 00:00:00'", "complaints were made in time"),
    ("UPDATE complaint SET refunded = refunded + 100000", "what complaints came to"),
    ("UPDATE goodwill SET amount = amount + 100000", "what complaints came to"),
    ("UPDATE till SET day = '2026-01-04'", "cash of an order"),
    ("UPDATE till SET deposited = 100", "no till brought more"),
    (
        "UPDATE settlement_line SET entry_id = (SELECT max(id) FROM ledger_entry WHERE account = 'customer') "
        "WHERE entry_id = (SELECT max(entry_id) FROM settlement_line)",
        "every entry that a statement counts",
    ),
    ("UPDATE transfer SET reversed = reversed + 100", "what the card provider passed on"),
    ("DELETE FROM transfer", "what the card provider passed on"),
    ("UPDATE settlement SET net = net + 100", "every statement comes to"),
    ("DELETE FROM settlement_line", "every statement comes to"),
    ("UPDATE settlement SET period_first = '2026-01-02', period_last = '2026-01-04'", "every statement comes to"),
    ("UPDATE settlement SET status = 'drawn', paid_on = NULL", "every statement's state"),
    ("UPDATE settlement_event SET actor_id = (SELECT min(actor_id) FROM settlement_event)", "every statement's state"),
    ("DELETE FROM settlement_event WHERE step = 'approve'", "every statement's state"),
    ("DELETE FROM ledger_entry WHERE journal LIKE 'settlement:%'", "every paid statement"),
    ("UPDATE settlement SET status = 'approved', paid_on = NULL", "every paid statement"),
    ("DELETE FROM ledger_entry WHERE journal LIKE 'settlement:%'", "what each co-operative is owed"),
    ("UPDATE settlement SET status = 'returned', paid_on = NULL", "what each co-operative is owed"),
    ("UPDATE scale SET verified_until = '2030-01-01'", "every scale is verified until"),
    ("DELETE FROM scale_verification", "every scale is verified until"),
    ("UPDATE scale SET cooperative_id = cooperative_id + 1", "every order was weighed on a scale"),
    ('UPDATE "order" SET weighed_at = NULL', "every order was weighed on a scale"),
    ("UPDATE day_total SET revenue = revenue + 100", "daily totals"),
    ("DELETE FROM day_total", "daily totals"),
    ("UPDATE month_total SET orders = orders + 1", "monthly totals"),
    ("DELETE FROM month_buyer", "the buyers of each month"),
    ("UPDATE product_total SET grams = grams + 1", "totals by product"),
    ("UPDATE reported_batch SET rows = rows + 1", "every file of reported"),
    ("UPDATE reported_sale SET is_in_force = false", "every file of reported"),
    ("UPDATE price_cell SET grams = grams + 1 WHERE period = 'week'", "prices of periods"),
    ("UPDATE price_cell SET median = median + 1, maximum = maximum + 1 WHERE period = 'day'", "prices of periods"),
    ("DELETE FROM price_cell WHERE period = 'month'", "prices of periods"),
    ("UPDATE flagship SET village_code = '36.04.13.2007'", "every flagship is a product"),
    (
        "INSERT INTO flagship (village_code, product_id, decided_on, decision_number) "
        "SELECT village_code, product_id, decided_on, 'again' FROM flagship",
        "every village has at most one",
    ),
    (
        "UPDATE story_person SET consented_by = '', consented_on = NULL WHERE withdrawn_at IS NULL",
        "nobody is shown in a village's story",
    ),
    ("UPDATE story_person SET name = 'Bu Ani' WHERE withdrawn_at IS NOT NULL", "of whoever took their consent back"),
    ("UPDATE follow SET target = '???'", "whatever is followed"),
    ("UPDATE follow_news SET told_at = created_at", "nobody is told of a lot before"),
    (
        "UPDATE follow_news SET told_at = '2026-01-06 05:00:00' WHERE id = (SELECT max(id) FROM follow_news)",
        "a letter of the day comes once",
    ),
    ("UPDATE account SET deleted_at = created_at WHERE name = 'Bu Nur'", "no follow and no news"),
    ("UPDATE account SET deleted_at = created_at WHERE name = 'Bu Nur'", "no browser and no choice"),
    ("DELETE FROM story_event WHERE kind = 'published'", "every published story"),
    ("UPDATE village_story SET published_version = 0, published_at = NULL", "every published story"),
    ("UPDATE flagship_proposal SET village_code = '36.04.13.2007'", "every proposal that was agreed"),
    ("UPDATE readiness SET decided_by = made_by", "every assessment was decided"),
    ("UPDATE readiness SET points = points - 1", "every assessment's points"),
    ("DELETE FROM readiness_item", "every assessment's points"),
    ("UPDATE readiness SET status = 'refused', words = 'x'", "every certificate follows"),
    ("UPDATE programme_paper SET product_id = product_id + 1 WHERE stars_id IS NOT NULL", "every paper of stars"),
]


@pytest.fixture
def busy(app: APIFlask) -> None:
    """Orders in cash and by card collected, shared out and settled, one by card ready, one confirmed, a flagship; a lot
    that was called back, a village's story, somebody who follows something."""
    shop = market.shop()
    sharing.shared(shop, market.shop("lontar", "36.04.13.2007"))
    catch = market.catch(shop)
    buyer = accounts.buyer()
    collected = market.order(buyer, shop, {catch: 1500})
    on = scales.verified(shop)
    write(operations.weigh_order, collected.number, {catch: 1480}, shop.clerk, days.now(), scale_id=on)
    flows.hand_over(collected.number, collected.pickup_code, "", shop.clerk, days.now())
    card = market.check_out(buyer, market.wanted(shop, {catch: 1000}, Method.DEMO))
    market.pay(buyer, card.id)
    write(operations.weigh_order, card.orders[0].number, {catch: 900}, shop.clerk, days.now())
    card_flows.settle({"checkout": card.id}, days.now())
    moved = market.order(buyer, shop, {catch: 500})
    for slot in market.slots(shop)[1:3]:
        write(change_slot, moved.number, slot.id, buyer, days.now())
    recalled = market.catch(shop)
    bad = market.order(buyer, shop, {recalled: 1000})
    write(operations.weigh_order, bad.number, {recalled: 1000}, shop.clerk, days.now(), scale_id=on)
    flows.hand_over(bad.number, bad.pickup_code, "", shop.clerk, days.now())
    recalling.recall(recalled, "bau", shop.clerk, days.now())
    complaints.ended(shop, buyer, collected.number)
    reviews.rate(collected.number, buyer, 4, "Segar")
    reviews.hidden(reviews.rate(reviews.collected(shop, accounts.buyer("budi@contoh.id", "Budi")), None, 2))
    stories.lived(shop.clerk)
    follows.told_twice(shop)
    write(set_code, codes.static(), shop.clerk, days.now())
    write(set_rule, PROPOSED, shop.clerk, days.now())
    write(change_product, shop.product, shop.clerk, days.now(), price_breaks=(PriceBreak(10_000, 5),))
    for walk_in in (WalkIn(catch, 400, 37_500, Method.CASH), WalkIn(catch, 300, 37_500, Method.CASH)):
        sold = write(counter.sell, walk_in, shop.clerk, days.now(), commission_points=250)
    write(counter.undo, sold, "salah lot", shop.clerk, days.now())
    loss = write(record_loss, catch, 200, LossCause.GIVEN, "", shop.clerk, days.now())
    write(take_back_loss, loss, "salah catat", shop.clerk, days.now())
    write(close_month, date(2025, 12, 1), accounts.official(), days.now())
    harvested(shop, buyer)
    settlements.by_card(shop, 40_000)
    settlements.passed_on(settlements.by_card(shop, 5_000), 5_000)
    settlements.settled(shop, days.now() + timedelta(days=7))
    shares.parts(shop, catch, {shares.fisher(shop, "Pak Udin"): 6_000})
    count_due(days.now() + timedelta(days=40))
    table = [["Bulan", "Jenis", "Kg", "Rupiah"], ["2024-03", "MIL", 10, 300_000]]
    write(add_batch, "36.04.13.2007", "Buku kas", table, accounts.official(email="lapor@contoh.id"), days.now())
    tomorrow = days.now() + timedelta(days=1)
    write(close_sharing, days.today(), days.today(), shop.clerk, tomorrow)
    programme.lived(shop)


def harvested(shop: market.Shop, buyer: Actor) -> None:
    """A standing listing has opened a day; of it less was counted than an order asked for."""
    advance.listing(shop, "3")
    advances.open_due(days.now())
    lot = advance.opened()[0]
    asked = market.order(buyer, shop, {lot.id: 4_000}, Method.DEMO, slot=advance.after(shop, lot.id))
    advances.count_harvest(lot.id, 3_000, shop.clerk, days.now())
    assert market.read(asked.number, buyer).lines[0].allotted == 3_000


def test_an_unbroken_market_is_clean(busy: None) -> None:
    assert market.broken() == []
    assert all(verdict.finding.counted > 0 for verdict in verify()), "a check that counts nothing proves nothing"


def test_every_check_is_broken_somewhere_below() -> None:
    told = {name for _statement, name in BREAKS}
    assert [check.name for check in CHECKS if not check.name.startswith(tuple(told))] == []


def test_what_is_broken_by_hand_is_named(busy: None, subtests: pytest.Subtests) -> None:
    for statement, name in BREAKS:
        with subtests.test(statement), databases.broken_by(statement) as session:
            [check] = [check for check in CHECKS if check.name.startswith(name)]
            found = check.look(session)
            assert found.broken > 0
            assert found.named


def test_the_command_says_one_line_for_each_and_fails_when_any_is_broken(app: APIFlask, busy: None) -> None:
    clean = app.test_cli_runner().invoke(args=["verify"])
    assert clean.exit_code == 0
    assert len(clean.output.splitlines()) == len(CHECKS)
    write(lambda session: session.execute(text("UPDATE slot SET booked = booked + 1 WHERE booked > 0")))
    broken = app.test_cli_runner().invoke(args=["verify"])
    assert broken.exit_code == 1
    assert "BROKEN  every slot's places" in broken.output
    assert "slot " in broken.output
