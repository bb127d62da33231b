"""The blueprint of version 1: what every call of it has in common."""

from __future__ import annotations

from apiflask import APIBlueprint
from apiflask.schema_adapters import registry
from flask import request
from werkzeug.exceptions import NotFound

from ovop.api.v1.access import find_caller, refuse_unknown_token
from ovop.api.v1.reading import Adapter
from ovop.api.v1.schemas.fields import LARGEST_ID
from ovop.web.throttle import concealed, limiter

#: For every account.  Source: contract, API v1.
RATE = "600 per minute"

# Before any call is described: `input` and `output` ask the registry for it.
registry.register("pydantic", Adapter)

blueprint = APIBlueprint("api_v1", __name__, url_prefix="/api/v1")

blueprint.before_request(refuse_unknown_token)


@blueprint.before_request
def check_ids() -> None:
    """Numbers that no row can have are not looked for.

    The pages' ``<id:…>`` does not match them, which for a call beside another on the same address would be a 405.
    """
    if any(isinstance(value, int) and value > LARGEST_ID for value in (request.view_args or {}).values()):
        raise NotFound()


def _account() -> str:
    found = find_caller()
    return concealed("api", str(found.id if found else None))


limiter.limit(RATE, key_func=_account, exempt_when=lambda: find_caller() is None)(blueprint)
