"""A demo market with its pictures drawn once for all tests."""

from __future__ import annotations

from dataclasses import replace

import pytest
from apiflask import APIFlask

from ovop.demo import flows
from ovop.demo.pictures import DemoPicture

PICTURES = {
    name: DemoPicture(f"demo/{name}-0", 900, 675, f"Ilustrasi: {name}")
    for name in ("grouper", "mackerel", "prawn", "red-fish", "reef-squid", "sardine", "skipjack", "spiny-lobster")
}


@pytest.fixture
def stage(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> APIFlask:
    """An empty market that may become a demo."""
    monkeypatch.setattr(flows, "store_pictures", lambda: PICTURES)
    monkeypatch.setattr(flows, "copy_pictures", copied)
    return app


def copied(pictures: dict[str, DemoPicture], name: str) -> dict[str, DemoPicture]:
    """The pictures under keys of their own, without their files."""
    return {
        subject: replace(picture, key=picture.key.replace("demo/", f"demo/{name}-", 1))
        for subject, picture in pictures.items()
    }
