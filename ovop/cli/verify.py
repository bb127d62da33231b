"""`flask verify`."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from ovop.verify import verify


@click.command("verify")
@with_appcontext
def verify_command() -> None:
    """Checks every invariant against the rows it comes from; one line each; exit 1 when any is broken."""
    is_clean = True
    for verdict in verify():
        found = verdict.finding
        state = "ok    " if verdict.is_kept else "BROKEN"
        count = f"{found.counted} {verdict.check.unit}" + ("" if verdict.is_kept else f", {found.broken} broken")
        click.echo(f"{state}  {verdict.check.name}  ({count})")
        for line in found.named:
            click.echo(f"        {line}")
        if found.broken > len(found.named):
            click.echo(f"        and {found.broken - len(found.named)} more")
        is_clean = is_clean and verdict.is_kept
    if not is_clean:
        sys.exit(1)


COMMANDS: list[click.Command] = [verify_command]
