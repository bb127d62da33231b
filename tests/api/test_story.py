"""The script that partners copy does what it says, on a market as `make run` opens it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ovop.settings import NAMES, ROOT
from tests.running import Market

pytestmark = pytest.mark.server


def run(*command: str, **environment: str) -> str:
    """What a command prints; it must end well."""
    bare = {name: value for name, value in os.environ.items() if name not in NAMES}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=bare | environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def test_the_whole_story_through_the_api_alone(tmp_path: Path) -> None:
    market = Market(tmp_path / "instance")
    try:
        market.said("Ctrl-C")
        instance = str(tmp_path / "instance")
        tokens = {
            f"{role}_TOKEN": run("-m", "flask", "--app", "app", "token", "create", email, INSTANCE_PATH=instance)
            for role, email in (
                ("COOPERATIVE", "koperasi@demo.test"),
                ("BUYER", "pembeli@demo.test"),
                ("OFFICE", "dinas@demo.test"),
            )
        }
        said = run("docs/story.py", f"http://127.0.0.1:{market.port}", **tokens)
    finally:
        market.stop()
    assert "at most Rp 55000" in said
    assert said.endswith("The office's figure has risen by Rp 48800")
