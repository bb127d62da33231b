"""A market to look at."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from ovop.accounts.names import DEMO_EMAILS, DEMO_PASSWORD
from ovop.cli.accounts import in_one_line
from ovop.db import db
from ovop.demo import flows
from ovop.demo.errors import AlreadyDemo, RealOrders
from ovop.kernel import days

_REAL = "real people have ordered here (orders: {orders}); a demo can only be made in a market without any"
_ALREADY = "this is a demo market already; make another one in an empty database (or another INSTANCE_PATH)"


@click.command("demo")
@click.option(
    "--orders", default=400, show_default=True, type=click.IntRange(0, 2_000_000), help="Orders of the past year."
)
@click.option("--seed", default=36, show_default=True, help="The same seed gives the same market on the same day.")
@with_appcontext
@in_one_line
def demo(orders: int, seed: int) -> None:
    """Fills an empty market with co-operatives, goods and a year of invented orders.

    Refuses when real people have ordered here, and when this is a demo market already: nothing is ever doubled.
    Interrupted, it leaves nothing behind.
    """
    try:
        flows.check(db.session())
        db.session.remove()
        with click.progressbar(length=orders, label="Demo market", show_pos=True) as bar:
            made = flows.make_market(orders, seed, days.now(), bar.update)
    except RealOrders as refusal:
        raise click.ClickException(_REAL.format(**refusal.facts)) from None
    except AlreadyDemo:
        raise click.ClickException(_ALREADY) from None
    click.echo(
        f"{made.cooperatives} co-operatives, {made.buyers} buyers, {made.orders} orders, {made.on_sale} lots on sale. "
        f"Sign in with the password {DEMO_PASSWORD} as {', '.join(DEMO_EMAILS.values())}."
    )


COMMANDS: list[click.Command] = [demo]
