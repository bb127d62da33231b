"""The blueprint of the account area, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request

from ovop.accounts.errors import WrongPassword
from ovop.accounts.models import Role
from ovop.accounts.names import parse_login
from ovop.kernel.errors import Invalid
from ovop.web.access import current_actor
from ovop.web.throttle import concealed, limiter, network

blueprint = Blueprint("account", __name__)

#: Where each role's work begins.
AREAS = {Role.BUYER: "shop", Role.COOPERATIVE: "cooperative", Role.OFFICE: "office", Role.ADMIN: "office"}


def private(page: str, status: int = 200) -> Response:
    """`page`, never kept by a browser or on the way: it may hold what somebody typed, or who they are."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _account() -> str:
    """The account whose password somebody tries, however they wrote its name."""
    actor = current_actor()
    if actor is not None:
        return concealed("account", str(actor.id))
    typed = request.form.get("login", "")
    try:
        login = parse_login(typed)
    except Invalid:
        return concealed("login", typed.strip().lower())
    return concealed("login", login.email or login.phone or "")


def _account_from_here() -> str:
    return concealed(_account(), network())


def _failed(response: Response) -> bool:
    """Only a wrong password counts: a house full of buyers behind one address must not be in each other's way."""
    return response.status_code == WrongPassword.status


#: From one place a few guesses for one account; from all places more, so that nobody is shut out by one enemy;
#: from one place for all accounts many, but not without end.
slow_for_one = limiter.shared_limit(
    "10 per 15 minutes", "password", key_func=_account_from_here, methods=["POST"], deduct_when=_failed
)
slow_for_all = limiter.shared_limit(
    "60 per 15 minutes", "password-anywhere", key_func=_account, methods=["POST"], deduct_when=_failed
)
slow_for_place = limiter.shared_limit("200 per 15 minutes", "password-place", methods=["POST"], deduct_when=_failed)
