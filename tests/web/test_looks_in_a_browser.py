"""What only a browser can tell: access for all, room for thumbs, and that scripts count as the server does."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from ovop.kernel.errors import Invalid
from ovop.kernel.money import line_amount, maximum_amount, parse_rupiah
from ovop.kernel.quantity import Measure, parse_quantity
from ovop.web.font import build_font
from tests.web.looks import make_app

pytestmark = pytest.mark.browser

TYPED = (
    "1,5 kg|1.5|1.500 g|1500g|2 ons|0,001|0,0001|1.234,5|12.345 g|1,2,3|,5|5,|1..5|1.50|1.5 kg|1 500 g|-2|0|kg"
    "|99999999999|1,333|1.333|007|3 lb|1,5kg |  2 |1.000.000 g|100001 kg"
    "|lima belas kilo|Dua puluh lima|satu setengah kilo|sekilo setengah|dua tiga perempat kilo|nol koma tujuh lima kilo"
    "|seribu lima ratus gram|12 ekor|seekor|empat puluh bungkus|dua lima|lima ratus seribu|dua ratus tiga ribu"
).split("|")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    instance: Path = tmp_path_factory.mktemp("instance")
    build_font(instance)
    server = make_server("127.0.0.1", 0, make_app(instance), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with closing(browser.new_page(viewport={"width": 360, "height": 800})) as page:
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        yield page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/pola", "/en/pola"])
def test_nobody_is_shut_out(page: Page, address: str, path: str, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto(address + path, wait_until="networkidle")
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_buttons_and_fields_have_room_for_a_thumb(page: Page, address: str) -> None:
    page.goto(address + "/pola", wait_until="networkidle")
    small = page.evaluate("""() => [...document.querySelectorAll(
        "button, .btn, .chip, .option, .input, .link, .bottom a")]
        .filter((element) => element.offsetParent && !element.matches(".hide, .hide *"))
        .filter((element) => element.getBoundingClientRect().height < 44)
        .map((element) => element.outerHTML.slice(0, 120))""")
    assert small == []


def test_nothing_moves_when_the_font_arrives(page: Page, address: str) -> None:
    page.add_init_script("""window.moved = 0; new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.moved += entry.value;
    }).observe({ type: "layout-shift", buffered: true })""")
    page.route("**/jakarta.woff2", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.goto(address + "/pola", wait_until="networkidle")
    assert page.evaluate("document.fonts.check('16px \"Plus Jakarta Sans\"')")
    assert page.evaluate("window.moved") <= 0.02


def test_the_page_counts_as_the_server_does(page: Page, address: str) -> None:
    chance = random.Random(36)
    cases = [
        (chance.randint(1, 100_000_000), chance.randint(1, 100_000_000), measure)
        for measure in Measure
        for _number in range(500)
    ] + [
        (37_500, 1_333, Measure.WEIGHT),
        (1, 1, Measure.WEIGHT),
        (50, 1, Measure.COUNT),
        (145_000, 1_500, Measure.WEIGHT),
    ]
    page.goto(address + "/pola", wait_until="networkidle")
    got = page.evaluate(
        """async (cases) => {
            const start = document.querySelector("script[src*='/js/start.js']").src;
            const { lineAmount, maximumAmount } = await import(start.replace("start.js", "amounts.js"));
            return cases.map(([price, quantity, measure]) =>
                [lineAmount(price, quantity, measure), maximumAmount(price, quantity, measure)]);
        }""",
        [[price, quantity, measure.value] for price, quantity, measure in cases],
    )
    assert got == [[line_amount(*case), maximum_amount(*case)] for case in cases]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("measure", Measure)
def test_the_page_reads_quantities_as_the_server_does(
    page: Page, address: str, measure: Measure, language: str
) -> None:
    page.goto(address + "/pola", wait_until="networkidle")
    got = page.evaluate(
        """async ([typed, measure, language]) => {
            const start = document.querySelector("script[src*='/js/start.js']").src;
            const { parseQuantity } = await import(start.replace("start.js", "amounts.js"));
            return typed.map((text) => parseQuantity(text, measure, language));
        }""",
        [list(TYPED), measure.value, language],
    )
    assert dict(zip(TYPED, got, strict=True)) == {text: understood(text, measure, language) for text in TYPED}


def test_the_page_reads_prices_as_the_server_does(page: Page, address: str) -> None:
    words = "32 ribu 500|32,5 ribu|dua puluh lima ribu rupiah|satu juta|gratis"
    typed = f"32000|Rp 32.000|32 rb|1.5|0|32.000,00|Rp|{words}".split("|")
    page.goto(address + "/pola", wait_until="networkidle")
    got = page.evaluate(
        """async (typed) => {
            const start = document.querySelector("script[src*='/js/start.js']").src;
            const { parseRupiah } = await import(start.replace("start.js", "amounts.js"));
            return typed.map(parseRupiah);
        }""",
        typed,
    )
    assert got == [price_meant(text) for text in typed]


def price_meant(text: str) -> int | None:
    try:
        return parse_rupiah(text)
    except Invalid:
        return None


def understood(text: str, measure: Measure, language: str) -> int | None:
    try:
        return parse_quantity(text, measure, decimal_point=language == "en")
    except Invalid:
        return None


def test_the_stepper_goes_on_to_whole_steps_and_the_estimate_follows(page: Page, address: str) -> None:
    page.goto(address + "/pola", wait_until="networkidle")
    form = page.locator("form[data-behaviour=live-estimate]")
    field = form.locator("input[name=banyak]")
    field.fill("1,3 kg")
    form.get_by_label("Tambah").click()
    assert field.input_value() == "1,5 kg"
    assert form.locator("[data-estimate]").inner_text() == "Rp\N{NO-BREAK SPACE}217.500"
    assert form.locator("[data-maximum-amount]").inner_text() == "Rp\N{NO-BREAK SPACE}239.300"
    field.fill("banyak sekali")
    assert form.locator("[data-estimate]").inner_text() == "–"


def test_the_keys_fill_the_scale_and_the_button_says_what_it_saves(page: Page, address: str) -> None:
    page.goto(address + "/pola", wait_until="networkidle")
    scale = page.locator("#timbang")
    scale.fill("")
    for key in ("1", ",", "4", "9", "Hapus satu angka", "8"):
        page.locator(".keys").get_by_role("button", name="Koma" if key == "," else key, exact=True).click()
    assert scale.input_value() == "1,48"
    assert page.locator("[data-save]").inner_text() == "Simpan 1,48 kg, Rp\N{NO-BREAK SPACE}214.600"


def test_a_second_tap_sends_nothing(page: Page, address: str) -> None:
    page.goto(address + "/pola", wait_until="networkidle")
    sent = page.evaluate("""() => {
        const form = document.querySelector("form[data-behaviour=submit-once]");
        const results = [];
        form.noValidate = true;
        for (const _tap of [1, 2]) {
            const event = new SubmitEvent("submit", { cancelable: true, bubbles: true });
            results.push(form.dispatchEvent(event));
        }
        return results;
    }""")
    assert sent == [True, False]


def test_a_toast_can_be_put_away(page: Page, address: str) -> None:
    page.goto(address + "/pola", wait_until="networkidle")
    page.locator(".toast [data-close]").click()
    assert page.locator(".toast").count() == 0
