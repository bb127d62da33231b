"""A group leader at dawn, without signal: ten fishers' weights, two or three taps each; all of it arrives once."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select, update

from ovop.catalogue.models import Product
from ovop.db import db, write
from ovop.shares.queries import parts_to_fill
from ovop.stock.models import Catch
from tests.browser.phones import Server, arrived, open_field, waits
from tests.databases import count
from tests.make import market, shares
from tests.outside.odd_pictures import quarters, saved

pytestmark = pytest.mark.browser

PHOTO = {"name": "hasil.jpg", "mimeType": "image/jpeg", "buffer": saved(quarters())}
#: Of each fisher's number only the keys are counted apart; everything else is a tap.
TAPS = """window.taps = 0; addEventListener("click", (event) => {
    if (event.detail && !event.target.closest(".keys")) window.taps += 1;
}, true)"""


def weigh(page: Page, who: str, kilos: str, product: str | None = None) -> int:
    """The fisher's weight is entered; answers how many taps that took, the number's keys apart."""
    before = page.evaluate("window.taps")
    page.locator(".who-tiles a", has_text=who).tap()
    if product:
        page.locator(".what-tiles label", has_text=product).tap()
    for key in kilos:
        page.locator(f".keys button[value='{key}']").tap()
    page.locator("[data-form=takar] > .btn").tap()
    expect(page.locator("[data-landed] li").first).to_contain_text(who)
    return int(page.evaluate("window.taps")) - before


def accessible(page: Page) -> list[str]:
    return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in Axe().run(page).response["violations"]]


def parts(seller: market.Shop, before_last: int) -> dict[str, int]:
    """Who brought how much of one of the last lots."""
    db.session.rollback()
    catch = db.session.scalars(select(Catch.id).order_by(Catch.id.desc()).offset(before_last)).first()
    assert catch is not None
    return {row.name: row.quantity for row in parts_to_fill(db.session(), catch, seller.id) if row.quantity}


def test_ten_fishers_weights_are_on_sale_once_whatever_happens_between(
    phone: Page, server: Server, seller: market.Shop
) -> None:
    market.product(seller.id, "Bandeng", "MIL")
    market.catch(seller, unit_price=145_000)
    names = [f"Nelayan {letter}" for letter in "ABCDEFGHI"]
    for name in names:
        shares.fisher(seller, name)
    phone.add_init_script(TAPS)
    open_field(phone)
    phone.context.set_offline(True)
    phone.goto("/koperasi/lapangan#nelayan")
    assert accessible(phone) == []
    taps = [weigh(phone, names[0], "12,5", "Udang windu")]
    taps += [weigh(phone, name, f"{10 + place},25") for place, name in enumerate(names[1:6])]
    context = phone.context
    phone.close()
    phone = context.new_page()
    phone.add_init_script(TAPS)
    phone.goto("/koperasi/lapangan#nelayan")
    expect(phone.locator("[data-landed] li")).to_have_count(6)
    taps += [weigh(phone, name, "7", "Bandeng" if name == names[6] else None) for name in names[6:]]
    phone.get_by_label("Nama nelayan baru").fill("Pak Rasim")
    phone.get_by_role("button", name="Tambah").tap()
    expect(phone.locator("[data-who]")).to_have_text("Pak Rasim")
    assert accessible(phone) == []
    for key in "90":
        phone.locator(f".keys button[value='{key}']").tap()
    phone.locator("[data-form=takar] > .btn").tap()
    assert max(taps) <= 3
    assert sum(taps) <= 2 * 9 + 2
    phone.locator("[data-landed] a", has_text="Pak Rasim").tap()  # ninety was nine
    phone.locator(".keys button[value=back]").tap()
    phone.locator("[data-form=takar] > .btn").tap()
    expect(phone.locator("[data-total]")).to_have_text("103,75 kg")
    phone.get_by_role("link", name="Lanjut ke harga").tap()
    expect(phone.get_by_label("Harga per kilo").first).to_have_value("Rp 145.000")
    assert accessible(phone) == []
    phone.get_by_role("button", name="Jual sekarang").last.tap()
    expect(phone.locator("[data-form=harga] [data-error]")).to_contain_text("Bandeng: Tulis harganya")
    phone.get_by_label("Harga per kilo").last.fill("32 rb")
    phone.locator("[data-heap] input[type=file]").last.set_input_files(PHOTO)  # type: ignore[arg-type]
    phone.locator("[data-heap] input[type=file]").first.set_input_files(PHOTO)  # type: ignore[arg-type]
    phone.locator("[data-drop-photo]").first.tap()
    expect(phone.locator("[data-has-photo]").first).to_be_hidden()
    phone.get_by_role("button", name="Jual sekarang").last.tap()
    said = "Hasil 10 nelayan: Udang windu 73,75 kg, Bandeng 30 kg"
    waits(phone, said)
    server.stop()
    phone.context.set_offline(False)
    phone.reload()
    waits(phone, said)
    server.start()
    phone.route("**/lapangan/nelayan", lose)  # the first answer never comes back
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.locator("[data-said]").first).to_contain_text("Tidak ada sinyal", timeout=30_000)
    phone.unroute("**/lapangan/nelayan")
    other = context.new_page()  # two tabs at once
    with context.expect_event("response", lambda answer: answer.ok and answer.url.endswith("/lapangan/nelayan")):
        other.goto("/koperasi/lapangan", wait_until="commit")
        phone.evaluate("dispatchEvent(new Event('online'))")
    other.close()
    phone.reload()
    expect(phone.locator("[data-said]").first).to_have_text("Ada sinyal. Semua sudah terkirim.")
    db.session.rollback()
    assert (count("catch"), count("fisher"), count("catch_photo")) == (3, 10, 1)
    assert parts(seller, 1) == {
        "Nelayan A": 12_500,
        "Nelayan B": 10_250,
        "Nelayan C": 11_250,
        "Nelayan D": 12_250,
        "Nelayan E": 13_250,
        "Nelayan F": 14_250,
    }
    assert parts(seller, 0) == {"Nelayan G": 7_000, "Nelayan H": 7_000, "Nelayan I": 7_000, "Pak Rasim": 9_000}
    assert market.broken() == []


def lose(route: Route) -> None:
    route.fetch()
    route.abort()


def test_what_stands_against_it_is_said_and_corrected_without_weighing_again(phone: Page, seller: market.Shop) -> None:
    milkfish = market.product(seller.id, "Bandeng", "MIL")
    market.catch(seller, unit_price=145_000)
    phone.add_init_script(TAPS)
    open_field(phone)
    phone.context.set_offline(True)
    phone.goto("/koperasi/lapangan#nelayan")
    phone.get_by_label("Nama nelayan baru").fill("Pak Rasim")
    phone.get_by_role("button", name="Tambah").tap()
    phone.locator(".what-tiles label", has_text="Bandeng").tap()
    phone.get_by_label("Berapa kilo?").fill("12")
    phone.locator("[data-form=takar] > .btn").tap()
    weigh(phone, "Pak Rasim", "3", "Udang windu")
    phone.locator(".who-tiles a", has_text="Pak Rasim").tap()
    phone.get_by_label("Berapa kilo?").fill("3000")  # grams, not kilos
    phone.locator("[data-form=takar] > .btn").tap()
    expect(phone.locator("[data-form=takar] [data-error]")).to_contain_text("3.000 kg jauh dari biasanya")
    phone.get_by_label("Berapa kilo?").fill("3")
    phone.evaluate(
        "{ const form = document.querySelector('[data-form=takar]'); form.requestSubmit(); form.requestSubmit(); }"
    )
    expect(phone.locator("[data-landed] li")).to_have_count(3)
    phone.get_by_role("link", name="Lanjut ke harga").tap()
    phone.get_by_label("Harga per kilo").first.fill("32.000")
    phone.get_by_role("button", name="Jual sekarang").last.tap()
    waits(phone, "Hasil 1 nelayan")
    rasim = shares.fisher(seller, "Pak Rasim")
    write(lambda session: session.execute(update(Product).where(Product.id == milkfish).values(is_active=False)))
    phone.context.set_offline(False)
    row = phone.locator("[data-items] li", has_text="Hasil 1 nelayan")
    expect(row).to_contain_text("Pak Rasim sudah ada di daftar nelayan.", timeout=30_000)
    expect(row).to_contain_text("Bandeng tidak dijual lagi.")
    row.get_by_role("button", name="Perbaiki").tap()
    expect(phone.locator("[data-land-refused]")).to_contain_text("Bandeng tidak dijual lagi.")
    phone.get_by_role("button", name="Ya, orang yang sama").tap()
    expect(phone.locator("[data-questions]")).to_be_empty()
    phone.locator("[data-landed] li", has_text="Bandeng").get_by_role("link").tap()
    phone.locator(".what-tiles label", has_text="Udang windu").tap()
    phone.locator("[data-form=takar] > .btn").tap()
    phone.get_by_role("link", name="Lanjut ke harga").tap()
    phone.get_by_role("button", name="Jual sekarang").last.tap()
    arrived(phone, "Udang windu 18 kg dari 1 nelayan sudah dijual.")
    db.session.rollback()
    assert (count("catch"), count("fisher"), rasim) == (2, 1, 1)
    assert parts(seller, 0) == {"Pak Rasim": 18_000}
