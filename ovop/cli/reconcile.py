"""`flask reconcile`."""

from __future__ import annotations

import sys
from datetime import date

import click
from flask.cli import with_appcontext

from ovop.db import db
from ovop.kernel import days
from ovop.ordering.dues import numbers_by_payment
from ovop.payment import providers
from ovop.payment.errors import ProviderAway
from ovop.payment.reconcile import Comparison, Difference, Side


@click.command("reconcile")
@click.option("--since", metavar="YYYY-MM-DD", required=True, help="The first day (Asia/Jakarta) to compare.")
@with_appcontext
def reconcile(since: str) -> None:
    """Compares payments with the card provider; a line for each difference.

    Exit 1 when there is any, 2 when the provider does not answer or none is set up.
    """
    first = _day(since)
    methods = providers.set_up()
    if not methods:
        click.echo("No card provider is set up: there is nothing to compare with.", err=True)
        sys.exit(2)
    found = 0
    for method in methods:
        comparison = Comparison(method, days.start_of(first))
        try:
            for difference in comparison.differences():
                found += 1
                click.echo(_line(difference))
        except ProviderAway:
            click.echo(f"{method}: the provider does not answer; try again later.", err=True)
            sys.exit(2)
        click.echo(f"{method}: {comparison.compared} payments compared since {first:%Y-%m-%d}")
    click.echo(f"{found} differences" if found else "No difference.")
    if found:
        sys.exit(1)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise click.BadParameter("write a day as 2026-01-31", param_hint="--since") from None


def _line(difference: Difference) -> str:
    numbers = numbers_by_payment(db.session(), [difference.payment_id]).get(difference.payment_id, ())
    orders = f" (orders {', '.join(numbers)})" if numbers else ""
    named = f"{difference.kind:14} {difference.method} {difference.payment_id or '-'} = {difference.reference}{orders}"
    return f"{named}\n        here {_side(difference.ours)}; there {_side(difference.theirs)}"


def _side(side: Side | None) -> str:
    if side is None:
        return "nothing known"
    amounts = {
        "authorised": side.authorised,
        "captured": side.captured,
        "refunded": side.refunded,
        "disputed": side.disputed,
    }
    told = ", ".join(f"{name} {amount}" for name, amount in amounts.items() if amount)
    return f"{side.state}{': ' if told else ''}{told}"


COMMANDS: list[click.Command] = [reconcile]
