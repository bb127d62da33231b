"""Co-operatives, accounts and API tokens from the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from ovop.accounts.models import Role
from ovop.accounts.names import Login, parse_email, parse_name, parse_slug
from ovop.accounts.operations import NewAccount, create_account, create_cooperative, create_token
from ovop.accounts.passwords import check_password, hash_password
from ovop.accounts.queries import find_account_by_login, find_cooperative_id
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, Refused

P = ParamSpec("P")
T = TypeVar("T")

#: What an operator reads for a reason, by field and code where the field matters, else by code.
_REASONS = {
    ("email", "taken"): "an account with this e-mail exists already",
    ("email", "reserved"): "addresses at demo.test are kept for the demo market",
    ("cooperative", "required"): "the role cooperative needs --cooperative SLUG",
    ("cooperative", "does-not-fit"): "only the role cooperative takes --cooperative",
    ("guest", "does-not-fit"): "only the role office takes --guest",
    ("cooperative", "unknown"): "no co-operative has this slug",
    ("slug", "taken"): "a co-operative with this slug exists already",
    ("slug", "not-a-slug"): "use lower-case letters, digits and single hyphens",
    ("village", "unknown"): "no village has this code; codes look like 36.04.13.2007",
    ("password", "required"): "nothing was given on standard input",
    ("password", "password-too-short"): "use at least 8 characters",
    ("password", "password-is-login"): "must not be the e-mail address",
    "not-an-email": "not a complete e-mail address",
    "required": "missing",
    "too-long": "too long",
}


def in_one_line(command: Callable[P, T]) -> Callable[P, T]:
    """What goes wrong in `command` is said in one line, with exit code 1."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except Invalid as error:
            field, code = next(iter(error.errors.items()))
            raise click.ClickException(f"{field}: {_REASONS.get((field, code)) or _REASONS.get(code, code)}") from None
        except Refused as error:
            raise click.ClickException(error.problem.replace("-", " ")) from None
        except DBAPIError as error:
            reason = str(error.orig).strip().splitlines()[0]
            raise click.ClickException(f"database: {reason}; has `flask --app app init` run?") from None

    return told


@click.group("user")
def user() -> None:
    """Accounts that sign in."""


@user.command("create")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="What it may do.")
@click.option("--cooperative", metavar="SLUG", help="The co-operative that it works for (role cooperative).")
@click.option("--guest", is_flag=True, help="May read what the office reads, and change nothing (role office).")
@click.option("--name", help="What it is called; default: the part of the e-mail before the @.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@with_appcontext
@in_one_line
def create_user(
    email: str, role: str, cooperative: str | None, guest: bool, name: str | None, password_stdin: bool
) -> None:
    """Makes the account EMAIL."""
    if not password_stdin:
        raise click.ClickException("password: give it on standard input, with --password-stdin")
    address = parse_email(email)
    first_line = sys.stdin.readline().rstrip("\r\n")
    password = check_password(first_line, Login(email=address))
    cooperative_id = find_cooperative_id(db.session(), cooperative) if cooperative else None
    if cooperative and cooperative_id is None:
        raise Invalid({"cooperative": "unknown"})
    new = NewAccount(
        name=parse_name(name or address.partition("@")[0]),
        password_hash=hash_password(password),
        email=address,
        role=Role(role),
        cooperative_id=cooperative_id,
        is_guest=guest,
    )
    write(create_account, new, days.now())
    click.echo(f"Account {address} created with role {role}.")


@click.group("cooperative")
def cooperative() -> None:
    """Co-operatives that sell."""


@cooperative.command("create")
@click.argument("slug")
@click.option("--name", required=True, help="What it is called.")
@click.option("--village", required=True, metavar="CODE", help="Official code of its village, 36.04.dd.vvvv.")
@with_appcontext
@in_one_line
def create_one_cooperative(slug: str, name: str, village: str) -> None:
    """Makes the co-operative SLUG."""
    write(create_cooperative, parse_slug(slug), name, village, days.now())
    click.echo(f"Co-operative {slug} created.")


@click.group("token")
def token() -> None:
    """Keys to the API."""


@token.command("create")
@click.argument("email")
@with_appcontext
@in_one_line
def create_one_token(email: str) -> None:
    """Prints a new API token for the account EMAIL; it cannot be shown again."""
    account = find_account_by_login(db.session(), Login(email=parse_email(email)))
    if account is None:
        raise click.ClickException("email: no account has this e-mail")
    click.echo(write(create_token, account.id, days.now()))


COMMANDS: list[click.Command] = [user, cooperative, token]
