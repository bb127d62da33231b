"""The import order of docs/architecture.md, and the habits that a linter does not see."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "ovop"

ORDER = (
    "kernel db outside villages accounts undo scales catalogue stock stories pickup discovery payment notices ordering"
    " recall advance follow till counter complaints reviews settlement shares sales closing prices reported programme"
    " demo"
    " web api cli"
).split()
#: Pages, API and commands stand side by side and do not import each other, but for these modules.
SHARED = {
    "ovop.api.v1.problems": "whoever asked as a program is answered with a problem document, wherever it failed",
    "ovop.web.security": "the API takes itself out of the pages' CSRF protection",
    "ovop.web.throttle": "one limiter counts for pages and API",
    "ovop.web.font": "bringing a market up cuts its typeface",
    "ovop.web.language": "the command that collects messages writes where the pages read",
}
MODULES = sorted(path for path in ROOT.rglob("*.py") if "migrations" not in path.parts)


def package_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "ovop" and parts[1] in ORDER else None


def imports_of(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_package_imports_only_what_stands_before_it(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0]
    if own not in ORDER:
        return
    for module in imports_of(path):
        other = package_of(module)
        if other is None or other == own or module.startswith(tuple(SHARED)):
            continue
        if own in ("web", "api", "cli"):
            assert other not in ("web", "api", "cli"), f"{own} imports {module}"
        assert ORDER.index(other) < ORDER.index(own), f"{own} imports {module}"


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.name == "rules.py"], ids=lambda path: str(path.relative_to(ROOT))
)
def test_rules_are_pure(path: Path) -> None:
    """No Flask, no session, no clock; enums of their own package's tables are allowed."""
    for module in imports_of(path):
        assert not module.startswith(("flask", "sqlalchemy", "ovop.db", "ovop.outside")), module
    assert "days.now" not in path.read_text(encoding="utf-8")


def test_only_the_session_module_commits() -> None:
    for path in MODULES:
        if path.relative_to(ROOT).as_posix() != "db/session.py":
            assert ".commit(" not in path.read_text(encoding="utf-8"), path


def test_only_the_kernel_asks_what_time_it_is() -> None:
    for path in MODULES:
        if path.relative_to(ROOT).as_posix() in ("kernel/days.py", "logs.py"):
            continue
        text = path.read_text(encoding="utf-8")
        assert "datetime.now(" not in text, path
        assert "utcnow" not in text, path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_fits_in_one_head(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, "split it by its nouns"
