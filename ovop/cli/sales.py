"""Commands about the sales totals."""

from __future__ import annotations

from datetime import date

import click
from flask.cli import with_appcontext

from ovop.sales import flows


@click.command("rebuild-sales")
@click.option("--since", metavar="YYYY-MM", help="Begin with this month instead of the first sale.")
@with_appcontext
def rebuild_sales(since: str | None) -> None:
    """Rebuilds the sales totals from the orders, month by month, while the market sells.

    Stopped and started again, it goes on where it was.
    """
    checked = changed = 0
    for month in flows.rebuild(_month(since)):
        checked += 1
        changed += bool(month.wrong)
        share = f"[{month.number}/{month.months}]"
        outcome = f"rebuilt, {month.wrong} cells were wrong" if month.wrong else "right already"
        click.echo(f"{share} {month.month:%Y-%m}: {outcome}")
    click.echo(f"{checked} months looked at, {changed} rebuilt.")


def _month(typed: str | None) -> date | None:
    if typed is None:
        return None
    try:
        return date.fromisoformat(f"{typed}-01")
    except ValueError:
        raise click.BadParameter("write a month as 2026-01", param_hint="--since") from None


COMMANDS: list[click.Command] = [rebuild_sales]
