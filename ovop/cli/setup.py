"""Bringing a market up: schema and reference data."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from flask_migrate import upgrade


@click.command("init")
@with_appcontext
def init() -> None:
    """Brings the schema to its newest form and loads the reference data; safe to repeat."""
    upgrade()


COMMANDS: list[click.Command] = [init]
