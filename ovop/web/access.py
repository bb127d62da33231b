"""Who is asking: the signed-in account as an Actor, and the guard that routes stand behind."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor, require_host, require_role

P = ParamSpec("P")
T = TypeVar("T", bound=ResponseReturnValue)
_READING = ("GET", "HEAD", "OPTIONS")


def current_actor() -> Actor | None:
    """The account behind this request's session, or none."""
    actor: Actor | None = current_user.actor if current_user.is_authenticated else None
    return actor


def requires(*roles: Role) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Lets only accounts with one of `roles` into a page; strangers are asked to sign in and come back.

    Without roles any signed-in account may enter.  Guests of the office only read what is behind a role.
    """

    def guard(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            actor = current_actor()
            if actor is None:
                back = request.script_root + request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("account.sign_in", next=back))
            require_role(actor, *(roles or tuple(Role)))
            if roles and request.method not in _READING:
                require_host(actor)
            return view(*args, **kwargs)

        return guarded

    return guard


def signed_in() -> Actor:
    """The signed-in account; for views behind `requires`."""
    return require_role(current_actor(), *Role)


def forget_who_asks() -> None:
    """For the rest of this request nobody is signed in, and the database is not asked who is."""
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
