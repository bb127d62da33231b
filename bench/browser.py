"""What a phone pays for a page: bytes over the wire, largest paint, layout shift, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, sync_playwright

#: Slow 4G as browsers' own tools define it, and a processor a quarter as fast.
SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 1.44e6 / 8, "uploadThroughput": 675e3 / 8}
SLOWER_BY = 4
_WATCH = """
window.paint = 0; window.shift = 0;
new PerformanceObserver(l => { for (const e of l.getEntries()) window.paint = e.startTime; })
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(l => { for (const e of l.getEntries()) if (!e.hadRecentInput) window.shift += e.value; })
  .observe({type: 'layout-shift', buffered: true});
"""


@dataclass(frozen=True)
class Visit:
    """A page seen on a phone.  Bytes over the wire, milliseconds, share of the screen that moved."""

    bytes: int
    paint: float
    shift: float


def is_there() -> bool:
    """Whether there is a browser."""
    return shutil.which("chromium") is not None


def visits(address: str, *paths: str, is_slow: bool = False) -> list[Visit]:
    """The pages one after the other on a phone of 360 × 800 whose cache is empty at first."""
    with _phone() as page:
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        if is_slow:
            wire.send("Network.emulateNetworkConditions", SLOW_4G)
            wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_BY})
        received = [0]
        wire.on("Network.loadingFinished", lambda done: received.append(int(done["encodedDataLength"])))
        return [_visit(page, address + path, received) for path in paths]


def _visit(page: Page, address: str, received: list[int]) -> Visit:
    received[:] = [0]
    page.goto(address, wait_until="networkidle", timeout=120_000)
    page.wait_for_timeout(500)
    seen: dict[str, Any] = page.evaluate("({paint: window.paint, shift: window.shift})")
    return Visit(sum(received), seen["paint"], seen["shift"])


@contextmanager
def _phone() -> Iterator[Page]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": 360, "height": 800},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            locale="id-ID",
        )
        context.add_init_script(_WATCH)
        yield context.new_page()
        browser.close()
