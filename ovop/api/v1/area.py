"""The blueprint of version 1: what every call of it has in common."""

from __future__ import annotations

from apiflask import APIBlueprint
from apiflask.schema_adapters import registry

from ovop.api.v1.access import find_caller, refuse_unknown_token
from ovop.api.v1.reading import Adapter
from ovop.web.throttle import concealed, limiter

#: For every account.  Source: contract, API v1.
RATE = "600 per minute"

# Before any call is described: `input` and `output` ask the registry for it.
registry.register("pydantic", Adapter)

blueprint = APIBlueprint("api_v1", __name__, url_prefix="/api/v1")

blueprint.before_request(refuse_unknown_token)


def _account() -> str:
    found = find_caller()
    return concealed("api", str(found.id if found else None))


limiter.limit(RATE, key_func=_account, exempt_when=lambda: find_caller() is None)(blueprint)
