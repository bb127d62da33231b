"""A co-operative's scales, what is said of their verification, and orders that keep what they were weighed on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from apiflask import APIFlask

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.ordering import operations, repeats
from ovop.ordering.errors import OverMaximum
from ovop.ordering.rows import OrderRow, UsedScale
from ovop.ordering.rules import OrderStatus
from ovop.scales.operations import add_scale, change_scale, employ_scale, record_verification
from ovop.scales.queries import get_scale, list_scales, offer_scales, verifications_of
from ovop.scales.rules import NewScale, Tera
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, scales

UNTIL = date(2026, 9, 30)


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    return market.shop()


def order(shop: market.Shop) -> OrderRow:
    return market.order(accounts.buyer(f"{days.now()}-{count('order')}@contoh.id"), shop, {market.catch(shop): 1500})


def weigh(shop: market.Shop, order: OrderRow, scale_id: int | None, grams: int = 1480) -> OrderRow:
    weights = {order.lines[0].catch: grams}
    write(operations.weigh_order, order.number, weights, shop.clerk, days.now(), scale_id=scale_id)
    return market.read(order.number, shop.clerk)


def test_a_scale_is_added_with_what_is_known_of_it(shop: market.Shop) -> None:
    scale_id = write(add_scale, NewScale(" Duduk  1 ", 30_000, UNTIL, " SKHP  7/2026 "), shop.clerk, days.now())
    found = get_scale(db.session(), scale_id, shop.clerk)
    assert (found.name, found.capacity_grams, found.verified_until, found.is_active) == ("Duduk 1", 30_000, UNTIL, True)
    (said,) = verifications_of(db.session(), scale_id)
    assert (said.verified_until, said.reference, said.member, said.at) == (UNTIL, "SKHP 7/2026", "Pak Jaya", days.now())
    assert market.broken() == []


def test_a_scale_of_which_nothing_is_known_has_no_history(shop: market.Shop) -> None:
    scale_id = scales.scale(shop)
    assert get_scale(db.session(), scale_id, shop.clerk).tera_on(UNTIL) is Tera.UNKNOWN
    assert verifications_of(db.session(), scale_id) == []


def test_the_latest_that_was_said_counts_also_when_it_is_earlier(shop: market.Shop, clock: Clock) -> None:
    scale_id = scales.scale(shop, verified_until=UNTIL)
    clock.forward(days=1)
    write(record_verification, scale_id, UNTIL + timedelta(days=365), "", shop.clerk, days.now())
    write(record_verification, scale_id, UNTIL + timedelta(days=36), "salah ketik", shop.clerk, days.now())
    assert get_scale(db.session(), scale_id, shop.clerk).verified_until == UNTIL + timedelta(days=36)
    assert [said.verified_until - UNTIL for said in verifications_of(db.session(), scale_id)] == [
        timedelta(days=36),
        timedelta(days=365),
        timedelta(0),
    ]
    assert market.broken() == []


def test_said_twice_it_is_said_once(shop: market.Shop) -> None:
    scale_id = scales.scale(shop, verified_until=UNTIL)
    for _ in range(2):
        write(record_verification, scale_id, UNTIL, "7/2026", shop.clerk, days.now())
    assert len(verifications_of(db.session(), scale_id)) == 2


def test_what_cannot_be_is_refused_and_leaves_no_half_of_a_scale(shop: market.Shop) -> None:
    too_far = days.today() + timedelta(days=800)
    for new, errors in (
        (NewScale("Duduk", 0), {"capacity": "too-small"}),
        (NewScale("Duduk", 10**9), {"capacity": "too-large"}),
        (NewScale("", 1000), {"name": "required"}),
        (NewScale("Duduk", 1000, too_far), {"verified_until": "tera-too-far"}),
    ):
        with pytest.raises(Invalid) as refused:
            write(add_scale, new, shop.clerk, days.now())
        assert refused.value.errors == errors
    assert (count("scale"), count("scale_verification")) == (0, 0)


def test_names_differ_within_a_co_operative_and_may_be_kept(shop: market.Shop) -> None:
    first, second = scales.scale(shop, "Duduk"), scales.scale(shop, "Gantung")
    with pytest.raises(Invalid) as refused:
        write(change_scale, second, "DUDUK", None, shop.clerk)
    assert refused.value.errors == {"name": "scale-name-taken"}
    write(change_scale, first, "duduk", 5_000, shop.clerk)
    assert [(row.name, row.capacity_grams) for row in list_scales(db.session(), shop.id)] == [
        ("Gantung", None),
        ("duduk", 5_000),
    ]
    scales.scale(market.shop("lontar", "36.04.13.2007"), "Gantung")  # another's list is another list


def test_a_retired_scale_is_offered_no_longer_and_comes_back(shop: market.Shop) -> None:
    old, new = scales.scale(shop, "Duduk"), scales.scale(shop, "Gantung")
    write(employ_scale, old, shop.clerk, is_active=False)
    assert [row.name for row in offer_scales(db.session(), shop.id, shop.clerk.id).scales] == ["Gantung"]
    assert [row.id for row in list_scales(db.session(), shop.id)] == [new, old]
    write(employ_scale, old, shop.clerk, is_active=True)
    assert [row.id for row in offer_scales(db.session(), shop.id, shop.clerk.id).scales] == [old, new]


def test_scales_are_their_co_operatives_alone(shop: market.Shop) -> None:
    scale_id = scales.scale(shop, "Duduk")
    stranger = market.shop("lontar", "36.04.13.2007").clerk
    for change in (
        lambda session, actor: change_scale(session, scale_id, "Milikku", None, actor),
        lambda session, actor: record_verification(session, scale_id, UNTIL, "", actor, days.now()),
        lambda session, actor: employ_scale(session, scale_id, actor, is_active=False),
        lambda session, actor: get_scale(session, scale_id, actor),
    ):
        with pytest.raises(NotFound):
            write(change, stranger)
        with pytest.raises(Forbidden):
            write(change, accounts.buyer(None, phone=f"+62812{count('account'):08d}"))
    assert get_scale(db.session(), scale_id, shop.clerk).name == "Duduk"


def test_an_order_keeps_what_it_was_weighed_on_as_it_stood_then(shop: market.Shop) -> None:
    scale_id = scales.expired(shop)
    yesterday = days.today() - timedelta(days=1)
    weighed = weigh(shop, order(shop), scale_id)
    assert (weighed.status, weighed.scale) == (OrderStatus.READY, UsedScale("Gantung", yesterday))
    write(record_verification, scale_id, UNTIL, "", shop.clerk, days.now())
    write(change_scale, scale_id, "Gantung lama", None, shop.clerk)
    assert market.read(weighed.number, shop.clerk).scale == UsedScale("Gantung lama", yesterday)
    assert weigh(shop, order(shop), scale_id).scale == UsedScale("Gantung lama", UNTIL)
    assert market.broken() == []


def test_where_nobody_says_on_what_an_order_keeps_nothing(shop: market.Shop) -> None:
    assert weigh(shop, order(shop), None).scale is None
    assert offer_scales(db.session(), shop.id, shop.clerk.id).usual is None
    assert market.broken() == []


def test_the_scale_used_last_is_offered_first_to_each_clerk(shop: market.Shop) -> None:
    first, second = scales.verified(shop, "Duduk"), scales.verified(shop, "Gantung")
    colleague = accounts.member(shop.id, "lain@contoh.id")
    for scale_id in (second, first, second):
        weigh(shop, order(shop), scale_id)
        usual = offer_scales(db.session(), shop.id, shop.clerk.id).usual
        assert usual is not None
        assert usual.id == scale_id
    offered = offer_scales(db.session(), shop.id, colleague.id).usual
    assert offered is not None
    assert offered.id == first
    write(employ_scale, second, shop.clerk, is_active=False)
    offered = offer_scales(db.session(), shop.id, shop.clerk.id).usual
    assert offered is not None
    assert offered.id == first


def test_a_retired_scale_may_still_have_weighed_where_nobody_heard_of_it(shop: market.Shop) -> None:
    scale_id = scales.verified(shop)
    write(employ_scale, scale_id, shop.clerk, is_active=False)
    used = weigh(shop, order(shop), scale_id).scale
    assert used is not None
    assert used.name == "Duduk 1"


def test_a_scale_of_others_weighs_nothing(shop: market.Shop) -> None:
    scale_id, placed = scales.verified(market.shop("lontar", "36.04.13.2007")), order(shop)
    for unknown in (scale_id, 10**15):
        with pytest.raises(Invalid) as refused:
            weigh(shop, placed, unknown)
        assert refused.value.errors == {"scale": "unknown"}
    assert market.read(placed.number, shop.clerk).status is OrderStatus.CONFIRMED
    assert market.broken() == []


def test_a_refused_weighing_remembers_no_scale(shop: market.Shop) -> None:
    first, second = scales.verified(shop, "Duduk"), scales.verified(shop, "Gantung")
    with pytest.raises(OverMaximum):
        weigh(shop, order(shop), second, grams=3000)
    usual = offer_scales(db.session(), shop.id, shop.clerk.id).usual
    assert usual is not None
    assert usual.id == first


def test_the_same_key_weighs_once_whatever_scale_is_named(shop: market.Shop) -> None:
    scale_id, placed = scales.verified(shop), order(shop)
    weights, now = {placed.lines[0].catch: 1480}, days.now()
    for _ in range(2):
        write(repeats.weigh_once, placed.number, weights, shop.clerk, "key", now, scale_id=scale_id)
    used = market.read(placed.number, shop.clerk).scale
    assert used is not None
    assert used.name == "Duduk 1"
    assert market.broken() == []
