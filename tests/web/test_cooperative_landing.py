"""What several fishers brought, entered on a page without script and taken from a phone's queue."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from ovop.catalogue.models import Product
from ovop.db import db, write
from ovop.kernel import days
from ovop.shares.operations import employ_fisher
from ovop.shares.queries import list_fishers, parts_to_fill
from ovop.stock.queries import get_lot
from tests.conftest import Clock
from tests.databases import count
from tests.make import market, shares
from tests.make.clerks import Clerk, clerk
from tests.outside.odd_pictures import quarters, saved

PATH = "/koperasi/hasil-nelayan"


@pytest.fixture
def work(client: FlaskClient) -> Clerk:
    return clerk(client)


@pytest.fixture
def milkfish(work: Clerk) -> int:
    return market.product(work.shop.id, "Bandeng", "MIL")


def send(work: Clerk, key: str = "one", age: int = 0, **fields: object) -> tuple[int, str, str]:
    """What a phone's queue is answered with."""
    answer = work.client.post("/koperasi/lapangan/nelayan", data={"key": key, "age": age, **fields})
    assert answer.json is not None, answer.text
    return answer.status_code, answer.json["outcome"], answer.json["words"].replace("\N{NO-BREAK SPACE}", " ")


def rows(*lines: tuple[object, int, object], prices: dict[int, object] | None = None) -> dict[str, object]:
    """Fields of these rows: who (an id, or a new name), product, amount."""
    fields: dict[str, object] = {}
    for row, (who, product, amount) in enumerate(lines, 1):
        fields |= {f"what_{row}": product, f"amount_{row}": amount}
        fields |= (
            {f"who_{row}": f"new:{who}", f"name_{row}": who} if isinstance(who, str) else {f"who_{row}": who or ""}
        )
    return fields | {f"price_{product}": price for product, price in (prices or {}).items()}


def parts(work: Clerk, catch: int) -> dict[str, int]:
    found = {row.name: row.quantity for row in parts_to_fill(db.session(), catch, work.shop.id) if row.quantity}
    db.session.rollback()
    return found


def test_a_phones_landing_counts_once_and_landed_when_it_was_entered(work: Clerk, milkfish: int, clock: Clock) -> None:
    udin = shares.fisher(work.shop, "Pak Udin")
    shrimp = work.shop.product
    entry = rows(
        (udin, shrimp, 12_500), ("Bu Ipah", shrimp, 750), (udin, milkfish, 40_000), ("Bu Ipah", shrimp, 250)
    ) | {f"price_{shrimp}": 145_000, f"price_{milkfish}": 32_000}
    said = "Udang windu 13,5 kg, Bandeng 40 kg dari 2 nelayan sudah dijual."
    assert send(work, age=7200, **entry) == (200, "done", said)
    clock.forward(minutes=10)
    assert send(work, age=7800, **entry) == (200, "done", said)
    db.session.rollback()
    assert (count("catch"), count("fisher")) == (2, 2)
    lot = get_lot(db.session(), 1, work.shop.clerk)
    assert (days.now() - lot.landed_at).total_seconds() == 7800
    assert (lot.caught, lot.unit_price) == (13_500, 145_000)
    assert parts(work, 1) == {"Pak Udin": 12_500, "Bu Ipah": 1_000}
    assert parts(work, 2) == {"Pak Udin": 40_000}
    assert market.broken() == []


def test_what_stands_against_a_landing_is_said_by_name_and_nothing_is_done(work: Clerk, milkfish: int) -> None:
    gone = shares.fisher(work.shop, "Pak Udin")
    write(employ_fisher, gone, work.shop.clerk, is_active=False)
    shares.fisher(work.shop, "Bu Ipah")
    write(lambda session: session.execute(update(Product).where(Product.id == milkfish).values(is_active=False)))
    shrimp = work.shop.product
    fields = rows((gone, shrimp, 1_000), ("bu ipah", milkfish, 1_000), prices={shrimp: 10**9, milkfish: 1})
    status, outcome, words = send(work, **fields)
    assert (status, outcome) == (409, "refused")
    assert words == "Udang windu: Terlalu besar. Periksa lagi angkanya."
    words = send(work, **(fields | {f"price_{shrimp}": 1}))[2]
    assert "Pak Udin tidak aktif lagi di daftar nelayan." in words
    assert "bu ipah sudah ada di daftar nelayan. Orang yang sama?" in words
    assert "Bandeng tidak dijual lagi." in words
    assert count("catch") == 0


def test_a_landing_corrected_after_it_had_arrived_makes_no_second_one(work: Clerk) -> None:
    udin, shrimp = shares.fisher(work.shop, "Pak Udin"), work.shop.product
    assert send(work, **rows((udin, shrimp, 1_000), prices={shrimp: 1_000}))[1] == "done"
    status, outcome, words = send(work, **rows((udin, shrimp, 2_000), prices={shrimp: 1_000}))
    assert (status, outcome) == (409, "refused")
    assert "sudah masuk tadi, sebelum diperbaiki" in words
    assert count("catch") == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount_1": "12,5"}, "Tulis jumlahnya dengan angka bulat."),
        ({"amount_1": "9" * 40}, "Tulis jumlahnya"),
        ({"what_1": "x"}, "Pilihan ini tidak ada."),
        ({"what_1": "999"}, "Pilihan ini tidak ada."),
        ({"who_1": "x"}, "Pilihan ini tidak ada."),
        ({"who_1": "999"}, "Pilihan ini tidak ada."),
        ({"who_1": "new:" + "m" * 300, "name_1": "Pak Baru"}, "Terlalu panjang."),
        ({"price_1": ""}, "Isi dulu"),
        ({"age": 3 * 86_400}, "Waktunya sudah lewat."),
        ({"age": "x"}, "Tulis tanggal"),
        ({"key": ""}, "Isi dulu"),
        ({"amount_1": ""}, "Isi dulu"),
    ],
)
def test_a_landing_that_cannot_be_is_refused_in_words(work: Clerk, change: dict[str, str], words: str) -> None:
    udin, shrimp = shares.fisher(work.shop, "Pak Udin"), work.shop.product
    fields = rows((udin, shrimp, 1_000), prices={shrimp: 1_000}) | {"price_999": 5}
    change = {name.replace("price_1", f"price_{shrimp}"): value for name, value in change.items()}
    status, outcome, said = send(work, **{**fields, **change})  # type: ignore[arg-type]
    assert (status, outcome) == (409, "refused")
    assert words in said
    assert count("catch") == 0


def test_a_photo_of_each_product_comes_along_and_a_bad_one_is_named(work: Clerk, milkfish: int) -> None:
    udin, shrimp = shares.fisher(work.shop, "Pak Udin"), work.shop.product
    fields = rows((udin, shrimp, 1_000), (udin, milkfish, 1_000), prices={shrimp: 1_000, milkfish: 1_000})

    def photo(data: bytes) -> tuple[object, str]:
        return io.BytesIO(data), "photo.jpg"

    words = send(work, **fields, **{f"photo_{milkfish}": photo(b"no picture")})[2]
    assert words.startswith("Bandeng: ")
    assert count("catch") == 0
    assert send(work, **fields, **{f"photo_{milkfish}": photo(saved(quarters()))})[1] == "done"
    assert (count("catch"), count("catch_photo")) == (2, 1)


def test_a_photo_is_kept_for_a_form_that_comes_back(work: Clerk) -> None:
    udin, shrimp = shares.fisher(work.shop, "Pak Udin"), work.shop.product
    fields = rows((udin, shrimp, "3"), prices={shrimp: ""}) | {"key": "k", "sell": "1", "landed_at": "2026-01-05T06:00"}
    back = work.send(PATH, fields | {f"photo_{shrimp}": (io.BytesIO(saved(quarters())), "photo.jpg")})
    assert back.status == 422
    sealed = back.value("kept_photo")
    again = work.send(PATH, fields | {f"price_{shrimp}": "50.000", "kept_photo": sealed})
    assert (again.status, count("catch_photo")) == (302, 1)


def test_a_phone_keeps_the_fishers_at_work_and_what_they_usually_bring(work: Clerk) -> None:
    udin = shares.fisher(work.shop, "Pak Udin")
    write(employ_fisher, shares.fisher(work.shop, "Pak Lama"), work.shop.clerk, is_active=False)
    shares.parts(work.shop, market.catch(work.shop), {udin: 4_000})
    kept = work.client.get("/koperasi/lapangan/data").json
    assert kept is not None
    assert kept["fishers"] == [{"id": udin, "name": "Pak Udin"}]
    assert [product["usual_part"] for product in kept["products"]] == [4_000]


def test_rows_then_prices_then_lots_without_a_script(work: Clerk, milkfish: int) -> None:
    udin, shrimp = shares.fisher(work.shop, "Pak Udin"), work.shop.product
    market.catch(work.shop, unit_price=145_000)
    assert work.see(PATH).fields["who_10"]
    fields = {
        "key": work.see(PATH).value("key"),
        **{"who_1": udin, "what_1": shrimp, "amount_1": "12,5"},
        **{"who_2": "", "name_2": "Bu Ipah", "what_2": "", "amount_2": "750 g"},
        **{"who_3": udin, "what_3": milkfish, "amount_3": "40"},
        **{"who_4": "", "name_4": "", "what_4": "", "amount_4": ""},
    }
    more = work.send(PATH, fields | {"more": "1"})
    assert (more.status, more.value("amount_2"), "amount_9" in more.fields) == (200, "750 g", True)
    sums = work.send(PATH, fields)
    assert "Udang windu 13,25 kg" in sums.words
    assert "Pak Udin 12,5 kg, Bu Ipah 750 g" in sums.words or "Bu Ipah 750 g, Pak Udin 12,5 kg" in sums.words
    assert (sums.value(f"price_{shrimp}"), sums.value(f"price_{milkfish}")) == ("Rp 145.000", "")
    fields |= {"sell": "1", "landed_at": sums.value("landed_at"), f"price_{shrimp}": "145.000"}
    refused = work.send(PATH, fields | {f"price_{milkfish}": ""})
    assert (refused.status, refused.errors) == (422, ["Bandeng: Isi dulu bagian ini."])
    sold = work.send(PATH, fields | {f"price_{milkfish}": "32 rb"})
    assert (sold.status, sold.location) == (302, "/koperasi/stok")
    assert work.send(PATH, fields | {f"price_{milkfish}": "32 rb"}).status == 302
    assert "Udang windu, Bandeng dari 2 nelayan sudah dijual." in work.see("/koperasi/stok").words
    assert count("catch") == 3
    assert parts(work, 2) == {"Pak Udin": 12_500, "Bu Ipah": 750}
    assert parts(work, 3) == {"Pak Udin": 40_000}
    assert market.broken() == []


def test_what_is_wrong_stands_beside_its_row_and_what_is_odd_is_asked_once(work: Clerk) -> None:
    udin, shrimp = shares.fisher(work.shop, "Pak Udin"), work.shop.product
    shares.parts(work.shop, market.catch(work.shop, unit_price=145_000), {udin: 4_000})
    wrong = work.send(PATH, {"key": "k", "who_1": udin, "amount_1": "banyak", "name_2": "Pak Baru", "amount_2": "1"})
    assert wrong.status == 422
    assert wrong.value("name_2") == "Pak Baru"
    assert "Isi dulu bagian ini." in wrong.errors
    fields = {"key": "k", "sell": "1", "landed_at": "2026-01-05T06:00", f"price_{shrimp}": "1.450"}
    fields |= {"who_1": udin, "what_1": shrimp, "amount_1": "400", "name_2": "PAK UDIN", "amount_2": "1"}
    odd = work.send(PATH, fields)
    assert [error for error in odd.errors if "jauh dari biasanya" in error] == odd.errors
    assert len(odd.errors) == 2
    sure = {name: odd.value(name) for name in odd.fields if name.startswith("sure_")}
    taken = work.send(PATH, fields | sure)
    assert taken.errors == ["PAK UDIN sudah ada di daftar nelayan. Orang yang sama?"]
    assert work.send(PATH, fields | sure | {"name_2": "Pak Udin Kecil"}).status == 302


def test_a_landing_is_taken_back_as_one_within_its_minute(work: Clerk, milkfish: int, clock: Clock) -> None:
    udin, shrimp = shares.fisher(work.shop, "Pak Udin"), work.shop.product
    fields = rows((udin, shrimp, 1_000), (udin, milkfish, 1_000), prices={shrimp: 1_000, milkfish: 1_000})
    assert send(work, **fields)[1] == "done"
    page = work.see("/koperasi/stok")
    assert "Udang windu, Bandeng dari 1 nelayan sudah dijual." in page.words
    [path] = set(re.findall(r"/koperasi/urungkan/\d+", page.html))
    assert work.send(path).location == "/koperasi/stok"
    assert work.send(path).status == 302
    db.session.rollback()
    assert [get_lot(db.session(), catch, work.shop.clerk).is_withdrawn for catch in (1, 2)] == [True, True]
    assert parts(work, 1) == parts(work, 2) == {}
    assert market.broken() == []


def test_a_landing_of_which_somebody_ordered_stands_whole(work: Clerk, milkfish: int) -> None:
    udin, shrimp = shares.fisher(work.shop, "Pak Udin"), work.shop.product
    send(work, **rows((udin, shrimp, 1_000), (udin, milkfish, 1_000), prices={shrimp: 50_000, milkfish: 50_000}))
    [path] = set(re.findall(r"/koperasi/urungkan/\d+", work.see("/koperasi/stok").html))
    work.order({2: 500})
    work.send(path)
    db.session.rollback()
    assert not get_lot(db.session(), 1, work.shop.clerk).is_withdrawn
    assert parts(work, 1) == {"Pak Udin": 1_000}


def test_nobody_lands_for_another_co_operative(work: Clerk) -> None:
    theirs = market.shop("lontar", "36.04.13.2007")
    amin = shares.fisher(theirs, "Pak Amin")
    words = send(work, **rows((amin, work.shop.product, 1_000), prices={work.shop.product: 1_000}))[2]
    assert words == "Pilihan ini tidak ada."
    udin = shares.fisher(work.shop, "Pak Udin")
    words = send(work, **rows((udin, theirs.product, 1_000), prices={theirs.product: 1_000}))[2]
    assert words == "Pilihan ini tidak ada."
    assert "Pak Amin" not in work.see(PATH).html
    assert count("catch") == 0
    assert [row.name for row in list_fishers(db.session(), theirs.id)] == ["Pak Amin"]


def test_goods_that_waited_too_long_to_be_sold_are_told_so(work: Clerk, clock: Clock) -> None:
    udin, shrimp = shares.fisher(work.shop, "Pak Udin"), work.shop.product
    age = int(timedelta(days=2, hours=23).total_seconds())
    words = send(work, age=age, **rows((udin, shrimp, 1), prices={shrimp: 1}))[2]
    assert words == "Udang windu: Waktunya sudah lewat."
