"""Who calls: the account behind a bearer token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apiflask import HTTPTokenAuth
from apiflask.exceptions import HTTPError
from flask import Response, request

from ovop.accounts.models import Role
from ovop.accounts.queries import account_by_token
from ovop.accounts.rules import Actor, require_role
from ovop.api.v1 import problems
from ovop.db import db

_CALLER = "ovop.api.caller"


class Bearer(HTTPTokenAuth):
    """Bearer tokens of the market's accounts; who may do what is asked of `ovop.accounts.rules`, as everywhere."""

    def authenticate(self, *_given: Any) -> Actor | None:
        """The account behind this request's token."""
        return find_caller()

    def authorize(self, role: Sequence[Role] | None, user: Actor, *_given: Any) -> bool:
        """Whether `user` has one of the roles that the call is for.  Raises: Forbidden."""
        require_role(user, *(role or Role))
        return True


bearer = Bearer(
    description="A token made by `flask --app app token create EMAIL`, sent as `Authorization: Bearer TOKEN`."
)


@bearer.error_processor
def _refuse(_error: HTTPError) -> Response:
    return problems.unauthorized("Sign in with a token: Authorization: Bearer TOKEN.")


def refuse_unknown_token() -> Response | None:
    """Stops a request whose token is wrong, also where none is needed: its sender believes to be signed in."""
    if "Authorization" in request.headers and find_caller() is None:
        return problems.unauthorized("This token is unknown or was revoked.", error="invalid_token")
    return None


def find_caller() -> Actor | None:
    """The account behind this request's token, none without one or with one that is unknown."""
    if _CALLER not in request.environ:
        given = request.authorization
        token = given.token if given is not None and given.type == "bearer" else None
        request.environ[_CALLER] = account_by_token(db.session(), token) if token else None
    found: Actor | None = request.environ[_CALLER]
    return found


def caller() -> Actor:
    """The account that calls; for calls behind `bearer`."""
    found = find_caller()
    assert found is not None  # bearer has answered 401 otherwise
    return found
