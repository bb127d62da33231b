"""``make bench``: measures, prints the table, writes docs/bench.md; exit status 1 when a budget is missed.

``python -m bench --quick`` leaves out the large market and the browser.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count, islice, repeat
from pathlib import Path

from flask.testing import FlaskClient

from bench import browser, checkouts, client, inside, nearby, prepare, servers
from bench.report import Report
from ovop.kernel import days
from ovop.settings import ROOT

LOTS, ORDERS, MANY_ORDERS = 5_000, 5_000, 50_000
#: Orders in the download that is measured.
DOWNLOADED = 16_700
ROUNDS, SECONDS = 5, 1.5
CONNECTIONS = 8
VILLAGE = "36.04.13.2011"

#: What the tables do not say by themselves.
RATES = """\
The bare answer is one Flask view with a text of 8.6 kB, under the same server with the same threads, in one process; it
writes no log, packs nothing and asks no database, while every answer of the market is counted, logged and true.

- *Nothing changed*: the front gives the answer again; one tiny query tells that it is true.
- *A change elsewhere before each*: rows are read anew for every answer, and compared.
- *At a new address each time*: the same through the whole application, which alone takes four bare answers' time
  (session, CSRF, limits, headers, transaction) before the first row is read.
- *From a new place each time*: nothing of a page is as it was; every distance and card is rendered anew.

**What is missed, and why.** A part of 1/6 leaves the time of six bare answers for a page. The rows alone, as SQLite
gives them to its driver, take three or more; making typed rows of them in SQLAlchemy takes as long again, and
rendering a whole page many times that. So these budgets are kept where pages are mostly asked for, which is while
nothing that they show has changed, and missed where every single answer has to come from rows that are read anew."""
MEMORY = """\
**What is missed, and why.** The imports alone take about 105 MiB, among them SQLAlchemy 20, our own code 18, Alembic
with Mako and Pygments 8, Pydantic 6. The bare answer's process, which imports the market's part for its server, is
nearly as large. Under load eight threads with a connection each, what pages keep, and the server's buffers come on
top."""

_anew = count()


def main() -> int:
    """Everything, one after the other: two things measured at once would disturb each other."""
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("--quick", action="store_true", help="only the small market, without a browser")
    asked.add_argument("--folder", type=Path, default=ROOT / "instance" / "bench", help="where the markets are kept")
    wanted = asked.parse_args()
    report = Report()
    print(f"Preparing the demo market of {ORDERS:,} orders with {LOTS:,} lots on sale.", flush=True)
    instance = prepare.demo_market(wanted.folder, ORDERS)
    prepare.with_lots(instance, LOTS)
    sales = prepare.with_sales(instance)
    catch = prepare.some_catch(instance)
    pages = {"Catalogue": "/", "Catch": f"/hasil/{catch}", "Village": f"/desa/{VILLAGE}", "Search": "/?q=udang+segar"}

    rates(report, instance, pages)
    counts(report, instance, pages, sales)
    purchases(report, instance, sales)
    checkouts.measure(report, wanted.folder)
    nearby.measure(report, wanted.folder)
    starts(report, instance)
    if wanted.quick:
        report.leave_out("Office and downloads at 50,000 orders, and the browser", "left out by --quick")
    else:
        office(report, wanted.folder)
        phone(report, instance, f"/hasil/{catch}")
    report.write()
    print(f"{report.missed} budgets missed." if report.missed else "All budgets kept.", flush=True)
    return 1 if report.missed else 0


def rates(report: Report, instance: Path, pages: dict[str, str]) -> None:
    """Answers a second beside the bare answer's, in turn, so that a slow moment of the machine hits both."""
    part = f"Rates with {LOTS:,} lots on sale, as parts of a bare answer's"
    print(part, flush=True)
    cases: dict[str, tuple[Callable[[], Iterator[bytes]], float]] = {}
    for name, path in pages.items():
        least = 1 / 9 if name == "Search" else 1 / 6
        cases[f"{name}, nothing changed"] = (_same_requests(path), 1 / 2)
        cases[f"{name}, a change elsewhere before each"] = (_requests_after_changes(path, instance), least)
        cases[f"{name}, at a new address each time"] = (_anew_requests(path), least)
    cases["Catalogue, from a new place each time"] = (_places(), 1 / 6)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
    with servers.bare() as bare, servers.market(instance) as market:
        for _ in range(ROUNDS):
            for name, (requests, _) in cases.items():
                plain = _rate(bare, _same_requests("/"))
                found[name].append((_rate(market, requests), plain))
        for name, (_, least) in cases.items():
            ratio = statistics.median(own / plain for own, plain in found[name])
            own = statistics.median(own for own, _ in found[name])
            report.at_least(part, f"{name} ({own:,.0f}/s)", ratio, least, lambda value: f"1/{1 / value:.1f}")
        plain = statistics.median(plain for pairs in found.values() for _, plain in pairs)
        report.add(part, "Bare answer", f"{plain:,.0f}/s")
        report.explain(part, RATES)
        memory = market.memory()
        report.at_most(
            "Memory and start", "Market after the rates, resident", memory["Rss"], 130, lambda v: f"{v:.0f} MiB"
        )
        report.add("Memory and start", "… its share of what it shares", f"{memory['Pss']:.0f} MiB")
        report.add("Memory and start", "Bare answer's process, resident", f"{bare.memory()['Rss']:.0f} MiB")
        report.explain("Memory and start", MEMORY)


def counts(report: Report, instance: Path, pages: dict[str, str], sales: list[prepare.Sale]) -> None:
    """Queries and weights."""
    print("Queries and weights", flush=True)
    with inside.application(instance) as reader:
        for name, path in pages.items():
            asked = inside.queries(reader, path) + 1  # the stamp is asked for over a connection of its own
            report.at_most("Queries", f"{name}, its stamp's included", asked, 3, lambda value: f"{value:.0f}")
        some = list(islice(prepare.orders_of(sales[0]), 4))
        report.at_most("Queries", "Placing an order", inside.purchases(reader, some), 12, lambda v: f"{v:.0f}")
        for name, path in pages.items():
            weight = inside.compressed(reader, path) / 1000
            report.at_most("Weights", f"{name}, HTML compressed", weight, 15, lambda value: f"{value:.1f} kB")


def purchases(report: Report, instance: Path, sales: list[prepare.Sale]) -> None:
    """Whole purchases a second by eight buyers at once, with the jobs they cause running beside."""
    part = "Purchases"
    print(part, flush=True)
    with servers.market(instance) as market:

        def orders(number: int) -> Iterator[bytes]:
            for each, (token, body) in enumerate(islice(prepare.orders_of(sales[number]), 4, None)):
                extra = f"Authorization: Bearer {token}\r\nIdempotency-Key: bench-{next(_anew)}-{each}\r\n"
                yield client.post("/api/v1/checkouts", json.dumps(body).encode(), extra)

        load = client.run(market.port, orders, connections=prepare.BUYERS, seconds=8.0)
        (instance / "sales.json").unlink()  # these buyers have bought; the next run gets others
        if set(load.statuses) != {201}:
            report.leave_out("Purchases", f"some were refused: {dict(load.statuses)}")
            return
        report.at_least(part, "8 buyers through the API", load.rate, 100, lambda value: f"{value:,.0f}/s")
        memory = market.memory()["Rss"]
        report.at_most(
            "Memory and start", "Market after the purchases, resident", memory, 130, lambda v: f"{v:.0f} MiB"
        )


def starts(report: Report, instance: Path) -> None:
    """From the command to the first answered page, on a market that is there."""
    taken = []
    for _ in range(3):
        with servers.market(instance, "/") as market:
            taken.append(market.opened_after)
    second = statistics.median(taken)
    report.at_most("Memory and start", "Second start until a page is answered", second, 3, lambda v: f"{v:.1f} s")


def office(report: Report, folder: Path) -> None:
    """The office's first screen and downloads over a year of many orders."""
    part = f"Office at {MANY_ORDERS:,} orders"
    print(f"Preparing the demo market of {MANY_ORDERS:,} orders.", flush=True)
    instance = prepare.demo_market(folder, MANY_ORDERS)
    with inside.application(instance) as reader:
        inside.sign_in(reader, "office")
        if reader.get("/dinas").status_code == 404:
            report.leave_out(part, "there is no such page yet")
            return
        screen = inside.milliseconds(reader, "/dinas")
        report.at_most(part, "First screen, in the server", screen, 5, lambda value: f"{value:.1f} ms")
        report.add(part, "Queries of the first screen", str(inside.queries(reader, "/dinas")))
        address = download_of(reader, DOWNLOADED)
        taken = inside.milliseconds(reader, address, times=5) / 1000
        report.at_most(part, f"CSV of {DOWNLOADED:,} orders, in the server", taken, 0.25, lambda v: f"{v:.2f} s")
        report.at_most(part, "Queries of it", inside.queries(reader, address), 2, lambda v: f"{v:.0f}")


def download_of(reader: FlaskClient, orders: int) -> str:
    """The address of the newest sales that are so many orders, to the day."""
    nearest, furthest = 0, 366
    while nearest < furthest:
        middle = (nearest + furthest) // 2
        lines = reader.get(_download(middle)).get_data(as_text=True).splitlines()[1:]
        if len({line.split(";", 2)[1] for line in lines}) >= orders:
            furthest = middle
        else:
            nearest = middle + 1
    return _download(nearest)


def _download(back: int) -> str:
    return f"/dinas/penjualan/pesanan.csv?from={days.today() - timedelta(days=back)}&to={days.today()}"


def phone(report: Report, instance: Path, catch: str) -> None:
    """A first visit on a phone, in a real browser."""
    part = "Phone, 360 × 800, empty cache"
    if not browser.is_there():
        report.leave_out(part, "no Chromium here")
        return
    print(part, flush=True)
    with servers.market(instance) as market:
        address = f"http://127.0.0.1:{market.port}"
        first, second = browser.visits(address, "/", catch)
        report.at_most(part, "First page, all over the wire", first.bytes / 1000, 150, lambda v: f"{v:.0f} kB")
        report.at_most(part, "Second page, all over the wire", second.bytes / 1000, 40, lambda v: f"{v:.0f} kB")
        [slow] = browser.visits(address, "/", is_slow=True)
        report.at_most(part, "Largest paint, slow 4G, processor ÷ 4", slow.paint / 1000, 2.5, lambda v: f"{v:.2f} s")
        report.at_most(part, "Layout shift", slow.shift, 0.02, lambda value: f"{value:.3f}")


def _rate(server: servers.Server, requests: Callable[[], Iterator[bytes]]) -> float:
    load = client.run(server.port, lambda _: requests(), connections=CONNECTIONS, seconds=SECONDS)
    if set(load.statuses) != {200}:
        raise SystemExit(f"not every answer was a page: {dict(load.statuses)}")
    return load.rate


def _same_requests(path: str) -> Callable[[], Iterator[bytes]]:
    return lambda: repeat(client.get(path))


def _anew_requests(path: str) -> Callable[[], Iterator[bytes]]:
    """Requests whose addresses differ, so that no answer kept for another can answer them."""
    mark = "&" if "?" in path else "?"
    return lambda: (client.get(f"{path}{mark}anew={next(_anew)}") for _ in repeat(None))


def _places() -> Callable[[], Iterator[bytes]]:
    """Requests for the catalogue from places some metres apart: other distances, so that no card is as before."""
    return lambda: (client.get(f"/?near=-6.{next(_anew) % 10**5:05d},106.15") for _ in repeat(None))


def _requests_after_changes(path: str, instance: Path) -> Callable[[], Iterator[bytes]]:
    """Requests each of which comes after a change of which the page shows nothing: its rows have to be read anew."""

    def requests() -> Iterator[bytes]:
        connection = sqlite3.connect(instance / "ovop.db", isolation_level=None, timeout=30)
        connection.execute("PRAGMA synchronous = OFF")  # the disk's time is not the page's
        while True:
            connection.execute("UPDATE search_stamp SET pages = pages + 1")  # what every change of stock does
            yield client.get(path)

    return requests


if __name__ == "__main__":
    sys.exit(main())
