"""What the documents promise is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs import draw_states

ROOT = Path(__file__).resolve().parent.parent


def test_the_drawn_states_are_those_of_the_code() -> None:
    assert draw_states.PAGE.read_text(encoding="utf-8") == draw_states.page(), "run: python docs/draw_states.py"


@pytest.mark.parametrize(
    "page", [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"], ids=lambda page: page.name
)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
