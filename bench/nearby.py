"""The nearest pickup points among few and among many: how many there are elsewhere must not matter."""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from bench import inside, prepare
from bench.report import Report
from ovop import create_app
from ovop.accounts.models import Cooperative
from ovop.accounts.operations import create_cooperative
from ovop.db import write
from ovop.kernel import days
from ovop.pickup.models import PickupPoint

FEW, MANY = 500, 50_000
#: Co-operatives that share them out, and as many times slower as many may answer.
SELLERS, AT_MOST = 50, 2.0
#: Places asked from.
ASKED = 41


def measure(report: Report, folder: Path) -> None:
    """The interface's answer, by the clock inside the server, from another place each time."""
    part = f"The 20 nearest pickup points, of {MANY:,} beside {FEW}"
    print(part, flush=True)
    instance = prepare.empty_market(folder)
    taken = {}
    for number in (FEW, MANY):
        with create_app({"INSTANCE_PATH": str(instance)}).app_context():
            write(_fill, number)
        with inside.application(instance) as reader:
            taken[number] = statistics.median(_answered(reader, number) for number in range(ASKED))
            report.add(part, f"Of {number:,}, in the server", f"{taken[number]:.1f} ms")
    report.at_most(part, "Many beside few", taken[MANY] / taken[FEW], AT_MOST, lambda value: f"× {value:.2f}")


def _answered(reader: FlaskClient, number: int) -> float:
    """Milliseconds until one answer from somewhere."""
    draw = random.Random(number)
    begun = time.perf_counter()
    answer = reader.get(f"/api/v1/pickup-points?limit=20&near={_latitude(draw)},{_longitude(draw)}")
    taken = (time.perf_counter() - begun) * 1000
    assert len(answer.json["items"]) == 20
    return taken


def _fill(session: Session, number: int) -> None:
    """So many points over the regency, and none else."""
    draw, now = random.Random(number), days.now()
    session.execute(delete(PickupPoint))
    session.execute(delete(Cooperative))
    sellers = [
        create_cooperative(session, f"uji-{nth}", f"Koperasi Uji {nth}", "36.04.13.2011", now) for nth in range(SELLERS)
    ]
    session.execute(
        insert(PickupPoint), [_point(draw, sellers[nth % SELLERS]) | {"created_at": now} for nth in range(number)]
    )


def _point(draw: random.Random, seller: int) -> dict[str, Any]:
    return {
        "cooperative_id": seller,
        "name": "Titik uji",
        "latitude": _latitude(draw),
        "longitude": _longitude(draw),
        "slot_minutes": 60,
        "deadline_minutes": 60,
        "is_active": True,
    }


def _latitude(draw: random.Random) -> float:
    return round(draw.uniform(-6.3, -5.8), 5)


def _longitude(draw: random.Random) -> float:
    return round(draw.uniform(105.8, 106.4), 5)
