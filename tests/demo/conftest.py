"""A demo market with its pictures drawn once for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from sqlalchemy import update

from ovop.db import write
from ovop.demo import flows
from ovop.demo.pictures import DemoPicture
from ovop.villages.models import Village

PICTURES = {
    name: DemoPicture(f"demo/{name}-0", 900, 675, f"Ilustrasi: {name}")
    for name in ("grouper", "mackerel", "prawn", "red-fish", "reef-squid", "sardine", "skipjack", "spiny-lobster")
}


@pytest.fixture
def stage(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> Iterator[APIFlask]:
    """An empty market that may become a demo; what a demo tells of villages is forgotten afterwards."""
    monkeypatch.setattr(flows, "store_pictures", lambda: PICTURES)
    yield app
    write(lambda session: session.execute(update(Village).values(story="")))
