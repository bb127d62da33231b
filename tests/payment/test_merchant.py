"""A co-operative's QRIS taken into use: by managers, once, with what was before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from apiflask import APIFlask
from sqlalchemy import insert

from ovop.accounts.queries import get_cooperative
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid
from ovop.payment.merchant import changes_of, code_in_photo, find_merchant, set_code
from ovop.payment.models import MerchantCodeChange
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, codes, market


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    return market.shop()


def in_use(shop: market.Shop) -> str | None:
    db.session.rollback()
    return get_cooperative(db.session(), shop.id).qris_payload


def test_every_change_is_kept_with_who_made_it(shop: market.Shop, clock: Clock) -> None:
    first, second = codes.static("KIOS LAMA"), codes.static("KIOS BARU")
    write(set_code, first, shop.clerk, days.now())
    clock.forward(days=1)
    write(set_code, f" {second}\n", shop.clerk, days.now())
    assert in_use(shop) == second
    clock.forward(days=1)
    write(set_code, None, shop.clerk, days.now())
    assert in_use(shop) is None
    changes = changes_of(db.session(), shop.id)
    assert [change.merchant and change.merchant.merchant_name for change in changes] == [None, "KIOS BARU", "KIOS LAMA"]
    assert {change.who for change in changes} == {"Pak Jaya"}
    assert changes[0].at == days.now()
    assert market.broken() == []


def test_the_same_again_is_no_change(shop: market.Shop) -> None:
    for _twice in range(2):
        write(set_code, codes.static(), shop.clerk, days.now())
    assert count("merchant_code_change") == 1
    for _twice in range(2):
        write(set_code, None, shop.clerk, days.now())
    assert count("merchant_code_change") == 2


def test_only_managers_say_where_the_money_goes(shop: market.Shop) -> None:
    for actor in (replace(shop.clerk, is_manager=False), accounts.buyer(), accounts.official()):
        with pytest.raises(Forbidden):
            write(set_code, codes.static(), actor, days.now())
    assert in_use(shop) is None


@pytest.mark.parametrize("payload", ["x", codes.static(more="55020256041000"), codes.static(method="12")])
def test_what_may_not_be_used_is_not_set_by_anyone(shop: market.Shop, payload: str) -> None:
    with pytest.raises(Invalid):
        write(set_code, payload, shop.clerk, days.now())
    assert count("merchant_code_change") == 0


def test_codes_of_before_have_nobody_who_set_them(shop: market.Shop) -> None:
    values = {"cooperative_id": shop.id, "payload": "from long ago", "at": days.now()}
    write(lambda session: session.execute(insert(MerchantCodeChange).values(values)))
    (change,) = changes_of(db.session(), shop.id)
    assert (change.who, change.merchant, change.payload) == (None, None, "from long ago")
    assert find_merchant("from long ago") is None


@pytest.mark.parametrize("turned", [0, 12, 90, 200])
def test_a_code_is_found_in_a_photo(turned: float) -> None:
    assert code_in_photo(codes.photo(codes.static(), turned=turned)).merchant_name == "KIOS UJI COBA"


def test_a_qris_beside_other_codes_is_the_one(app: APIFlask) -> None:
    assert code_in_photo(codes.photo("https://contoh.id", codes.static())).merchant_name == "KIOS UJI COBA"
    assert code_in_photo(codes.photo(codes.static(), codes.static())).merchant_name == "KIOS UJI COBA"


ONCE = codes.static(more="540585000")
FOREIGN = codes.static().replace("5802ID", "5802MY")
FOREIGN = FOREIGN[:-4] + codes.checksum(FOREIGN[:-4])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (codes.photo(), "no-code"),
        (codes.torn(codes.static()), "code-unreadable"),
        (codes.photo(codes.static(), codes.static("KIOS LAIN")), "several-codes"),
        (codes.photo("https://contoh.id"), "is-a-link"),
        (codes.photo("S-2601-ABCDEF 123456"), "photo-no-qris"),
        (codes.photo("https://contoh.id", "WIFI:S:kapal;;"), "photo-no-qris"),
        (codes.photo(codes.static()[:-4] + "0000"), "wrong-checksum"),
        (codes.photo(ONCE), "has-an-amount"),
        (codes.photo(codes.static(method="12")), "has-an-amount"),
        (codes.photo(FOREIGN), "not-indonesian"),
        (codes.photo(codes.static(more="55020357031.5")), "has-a-fee"),
        (b"no photo at all", "not-a-photo"),
    ],
)
def test_each_photo_that_will_not_do_has_its_own_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        code_in_photo(data)
    assert refused.value.errors == {"photo": reason}
