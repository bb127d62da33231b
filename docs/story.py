"""The whole story through the API, with nothing but Python's own library: copy it and change it.

    python docs/story.py http://127.0.0.1:8000

Tokens are made once by the market's operator and given here by the environment:

    export COOPERATIVE_TOKEN=$(flask --app app token create koperasi@demo.test)
    export BUYER_TOKEN=$(flask --app app token create pembeli@demo.test)
    export OFFICE_TOKEN=$(flask --app app token create dinas@demo.test)
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

WIB = timezone(timedelta(hours=7))


class Market:
    """The market as one account sees it."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address.rstrip("/") + "/api/v1", token

    def get(self, path: str) -> Any:
        """Reads."""
        return self._send("GET", path, None)

    def post(self, path: str, body: object) -> Any:
        """Changes something.  Every change has a key: sent again after a lost answer, it is done only once."""
        return self._send("POST", path, body)

    def _send(self, method: str, path: str, body: object) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:  # a problem document comes as an HTTPError
            return json.load(answer)


def revenue_today(office: Market) -> int:
    """Rupiah of what was collected today."""
    today = datetime.now(WIB).date().isoformat()
    revenue: int = office.get(f"/sales?from={today}&to={today}&group_by=day")["total"]["revenue"]
    return revenue


def main(address: str) -> None:
    """List, order, weigh, hand over; then look at the office's figure."""
    cooperative = Market(address, os.environ["COOPERATIVE_TOKEN"])
    buyer = Market(address, os.environ["BUYER_TOKEN"])
    office = Market(address, os.environ["OFFICE_TOKEN"])
    before = revenue_today(office)

    product = next(item for item in cooperative.get("/products")["items"] if item["measure"] == "weight")
    now = datetime.now(WIB)
    catch = cooperative.post(
        "/catches",
        {
            "product": product["id"],
            "quantity": 25_000,  # grams
            "unit_price": 37_500,  # rupiah per kg
            "landed_at": now.isoformat(timespec="seconds"),
            "best_before": (now + timedelta(days=3)).isoformat(timespec="seconds"),
        },
    )
    print(f"On sale: {catch['product']['name']}, 25 kg, lot {catch['lot_code']}")

    seller = catch["cooperative"]["id"]
    point = buyer.get(f"/pickup-points?cooperative={seller}")["items"][0]
    slots = buyer.get(f"/pickup-points/{point['id']}/slots?days=3")["items"]
    # Leaves out the slots that begin too soon to be prepared.
    slot = next(
        one for one in slots if one["free"] and datetime.fromisoformat(one["starts_at"]) > now + timedelta(hours=6)
    )
    checkout = buyer.post(
        "/checkouts",
        {
            "lines": [{"catch": catch["id"], "quantity": 1_333}],
            "pickups": [{"cooperative": seller, "slot": slot["id"]}],
            "payment": "cash",
        },
    )
    order = checkout["orders"][0]
    print(
        f"Ordered: {order['number']}, about Rp {order['estimate']}, at most Rp {order['maximum']}, at {point['name']}"
    )

    weighed = cooperative.post(
        f"/orders/{order['number']}/weigh", {"lines": [{"catch": catch["id"], "quantity": 1_300}]}
    )
    print(f"Weighed: 1300 g, exactly Rp {weighed['total']}")

    handed = cooperative.post(f"/orders/{order['number']}/handover", {"code": order["pickup_code"]})
    print(f"Handed over: {handed['status']}, {handed['payment']['status']}")

    risen = revenue_today(office) - before
    print(f"The office's figure has risen by Rp {risen}")
    if risen != weighed["total"]:
        sys.exit("That is not what was sold.")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
