"""Co-operatives, accounts and tokens from the command line."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from click.testing import Result

from ovop.accounts import flows
from ovop.accounts.models import Role
from ovop.accounts.queries import account_by_token
from ovop.db import db
from tests.databases import count
from tests.make import accounts as make


def run(app: APIFlask, *args: str, given: str = "") -> Result:
    return app.test_cli_runner().invoke(args=list(args), input=given)


def create_user(app: APIFlask, *args: str, password: str = f"{make.PASSWORD}\n") -> Result:
    return run(app, "user", "create", *args, "--password-stdin", given=password)


def test_an_account_made_here_signs_in(app: APIFlask) -> None:
    made = create_user(app, "Dinas@Contoh.id", "--role", "office")
    assert made.exit_code == 0, made.output
    assert made.output == "Account dinas@contoh.id created with role office.\n"
    assert flows.sign_in("dinas@contoh.id", make.PASSWORD).actor.role is Role.OFFICE


def test_a_guest_of_the_office_only_reads(app: APIFlask) -> None:
    made = create_user(app, "tamu@contoh.id", "--role", "office", "--guest")
    assert made.exit_code == 0, made.output
    assert flows.sign_in("tamu@contoh.id", make.PASSWORD).actor.is_guest


def test_a_member_belongs_to_the_cooperative_named(app: APIFlask) -> None:
    assert run(app, "cooperative", "create", "tengkurak", "--name", "Koperasi Tengkurak", "--village",
               make.TENGKURAK).output == "Co-operative tengkurak created.\n"  # fmt: skip
    made = create_user(app, "petugas@contoh.id", "--role", "cooperative", "--cooperative", "tengkurak")
    assert made.exit_code == 0, made.output
    assert flows.sign_in("petugas@contoh.id", make.PASSWORD).actor.cooperative_id is not None


def test_a_token_is_printed_alone_and_works(app: APIFlask) -> None:
    siti = make.buyer("siti@contoh.id")
    made = run(app, "token", "create", "siti@contoh.id")
    assert made.exit_code == 0
    assert account_by_token(db.session(), made.output.removesuffix("\n")) == siti


@pytest.mark.parametrize(
    ("args", "password", "line"),
    [
        (["siti", "--role", "buyer"], "kata-sandi-1\n", "email: not a complete e-mail address"),
        (["siti@contoh.id", "--role", "buyer"], "kata-sandi-1\n", "email: an account with this e-mail exists already"),
        (["b@contoh.id", "--role", "buyer"], "pendek\n", "password: use at least 8 characters"),
        (["b@contoh.id", "--role", "buyer"], "", "password: nothing was given on standard input"),
        (["b@contoh.id", "--role", "buyer"], "b@contoh.id\n", "password: must not be the e-mail address"),
        (["b@contoh.id", "--role", "cooperative"], "kata-sandi-1\n", "cooperative: the role cooperative needs"),
        (["b@contoh.id", "--role", "cooperative", "--cooperative", "x"], "kata-sandi-1\n", "cooperative: no co-op"),
        (["b@contoh.id", "--role", "buyer", "--cooperative", "tengkurak"], "kata-sandi-1\n", "cooperative: only the"),
        (["b@contoh.id", "--role", "admin", "--guest"], "kata-sandi-1\n", "guest: only the role office takes --guest"),
        (["admin@demo.test", "--role", "admin"], "kata-sandi-1\n", "email: addresses at demo.test are kept"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(app: APIFlask, args: list[str], password: str, line: str) -> None:
    make.cooperative("tengkurak")
    make.buyer("siti@contoh.id")
    result = create_user(app, *args, password=password)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {line}")
    assert result.output.count("\n") == 1
    assert count("account") == 1


def test_the_password_is_never_an_argument(app: APIFlask) -> None:
    result = run(app, "user", "create", "b@contoh.id", "--role", "buyer")
    assert (result.exit_code, result.output) == (
        1,
        "Error: password: give it on standard input, with --password-stdin\n",
    )


@pytest.mark.parametrize(
    ("slug", "village", "line"),
    [
        ("Tengkurak", make.TENGKURAK, "slug: use lower-case letters"),
        ("tengkurak", "36.04", "village: no village has this code"),
    ],
)
def test_a_cooperative_that_cannot_be_is_said_in_one_line(app: APIFlask, slug: str, village: str, line: str) -> None:
    result = run(app, "cooperative", "create", slug, "--name", "K", "--village", village)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {line}")
    assert result.output.count("\n") == 1


def test_a_token_for_nobody_is_refused(app: APIFlask) -> None:
    result = run(app, "token", "create", "x@contoh.id")
    assert (result.exit_code, result.output) == (1, "Error: email: no account has this e-mail\n")
