"""The OpenAPI document: what APIFlask collects from the calls, finished with what holds for all of them."""

from __future__ import annotations

from typing import Any, cast

from apiflask import APIFlask
from flask import Flask, Response, current_app, jsonify

from ovop.api.v1.area import blueprint
from ovop.api.v1.repeats import HEADER

_KEY = "ovop.openapi"
_JSON, _PROBLEM = "application/json", "application/problem+json"

#: Calls with a JSON body that do not look at an Idempotency-Key, since doing them twice does nothing more.
_WITHOUT_KEY = {"/api/v1/slots/{slot_id}/close"}
_KEY_REQUIRED = {"/api/v1/checkouts"}

_PROBLEM_SCHEMA = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. Further members are facts about the problem, such as `catch` and `available`.",
    "properties": {
        "type": {"type": "string", "pattern": "^urn:ovop:problem:[a-z-]+$", "description": "Stable; compare this."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Reason code by field.",
        },
    },
    "required": ["type", "title", "status"],
}

#: Members of addresses that are whole numbers.
_KEYS = {"catch_id", "point_id", "slot_id"}
#: Resources in the order in which they are told of.
_TAGS = "villages species products catches pickup-points slots checkouts orders sales prices".split()

#: What any call may answer besides its own answers, by what it has.
_ALWAYS = {"400": "The address or the body cannot be read.", "401": "The token is missing, unknown or revoked."}
_WITH_ROLES = {"403": "forbidden: the call is not for this account."}
_WITH_PATH = {"404": "No such thing, or none that the caller may see."}
_WITH_BODY = {"413": "The body is too large.", "415": "The body is of another media type."}
_WITH_INPUT = {"422": "invalid: `errors` names each field at fault."}
_BUSY = {"429": "Too many calls: at most 600 a minute for an account.", "503": "unavailable: try the same again."}

_DESCRIPTION = """\
The fisheries market of Kabupaten Serang for programs: villages list what they land, buyers order it by weight and
collect it nearby.

Money is whole rupiah. Quantities are whole grams, or pieces where `measure` is `count`; `unit_price` is for a
kilogram or a piece. Times are RFC 3339 with offset, days are days in Asia/Jakarta, places are WGS 84 degrees.

Sign in with `Authorization: Bearer TOKEN`. Errors are problem documents (RFC 9457) whose `type` stays the same."""


def register(app: APIFlask) -> None:
    """`app` can describe its API; the document is made when it is first asked for."""
    app.title, app.version = "Pasar Ikan Serang", "1.0"
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        DESCRIPTION=_DESCRIPTION,
        SERVERS=[{"url": "/"}],
        SUCCESS_DESCRIPTION="Done.",
        AUTO_200_RESPONSE=False,
        AUTO_OPERATION_ID=True,
        HTTP_ERROR_SCHEMA=_PROBLEM_SCHEMA,
        VALIDATION_ERROR_SCHEMA=_PROBLEM_SCHEMA,
    )
    app.spec_processor(lambda spec: finish(cast(dict[str, Any], spec)))


@blueprint.get("/openapi.json")
@blueprint.doc(hide=True)
def show_document() -> Response:
    """The OpenAPI 3.1 document."""
    return jsonify(document(current_app))


def document(app: Flask) -> dict[str, Any]:
    """The finished document of `app`, made once."""
    if _KEY not in app.extensions:
        app.extensions[_KEY] = cast(APIFlask, app).spec
    made: dict[str, Any] = app.extensions[_KEY]
    return made


def finish(spec: dict[str, Any]) -> dict[str, Any]:
    """APIFlask's `spec` with problem documents, headers, required bodies and plain names."""
    schemas = spec["components"]["schemas"]
    # The models within a model come as Parent.Child, while references name the child (reading.Adapter).
    plain = {name.rpartition(".")[2]: schema for name, schema in schemas.items()}
    spec["components"]["schemas"] = {
        **{name: plain[name] for name in sorted(plain) if name not in ("HTTPError", "ValidationError")},
        "Problem": _PROBLEM_SCHEMA,
    }
    for schema in plain.values():
        for member in schema.get("properties", {}).values():
            member.pop("title", None)  # the name once more, in capitals
    spec["paths"] = dict(sorted(spec["paths"].items(), key=lambda entry: (_TAGS.index(_tag(entry[0])), entry[0])))
    spec["tags"] = [{"name": name} for name in _TAGS]
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            _finish_operation(path, method, operation, plain)
    return spec


def _finish_operation(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    operation["operationId"] = operation["operationId"].partition("api_v1_")[2]
    operation["tags"] = [_tag(path)]
    parameters = operation["parameters"]
    for parameter in parameters:
        _finish_parameter(parameter)
    body = operation.get("requestBody")
    if body is not None:
        [content] = body["content"].values()
        body["required"] = bool(schemas[content["schema"]["$ref"].rpartition("/")[2]].get("required"))
        if _JSON in body["content"] and path not in _WITHOUT_KEY:
            parameters.append(_key_header(is_required=method == "post" and path in _KEY_REQUIRED))
    _finish_responses(operation, has_key=any(parameter["name"] == HEADER for parameter in parameters))


def _finish_parameter(parameter: dict[str, Any]) -> None:
    if parameter["in"] == "path":
        is_key = parameter["name"] in _KEYS
        parameter["schema"] = {"type": "integer", "minimum": 1} if is_key else {"type": "string"}
        parameter["required"] = True
        return
    schema = parameter["schema"]
    schema.pop("title", None)
    if "anyOf" in schema:  # an address cannot hold null: what may be that may be left out
        schema.update(next(kind for kind in schema.pop("anyOf") if kind.get("type") != "null"))
        schema.pop("default")
    if words := schema.pop("description", None):
        parameter["description"] = words


def _finish_responses(operation: dict[str, Any], *, has_key: bool) -> None:
    places = {parameter["in"] for parameter in operation["parameters"]}
    usual = {
        **_ALWAYS,
        **(_WITH_ROLES if operation.get("security") else {}),
        **(_WITH_PATH if "path" in places else {}),
        **(_WITH_BODY if "requestBody" in operation else {}),
        **(_WITH_INPUT if "requestBody" in operation or "query" in places else {}),
        **_BUSY,
    }
    own = operation["responses"]
    for status, words in usual.items():
        generic = own.get(status, {}).get("description") in (None, *_GENERIC)
        own[status] = {"description": words if generic else own[status]["description"]}
    for status, response in own.items():
        if int(status) >= 400:
            response["content"] = {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        elif has_key:
            response.setdefault("headers", {})["Idempotent-Replayed"] = {
                "schema": {"const": "true"},
                "description": "There when this request had been answered before.",
            }
        if status == "201" and has_key:
            response["headers"]["Location"] = {"schema": {"type": "string"}, "description": "Where the new thing is."}
        if status == "429":
            response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
    operation["responses"] = dict(sorted(own.items()))


#: APIFlask's own words, which say nothing about this API.
_GENERIC = ("Validation error", "Authentication error", "Not found")


def _key_header(*, is_required: bool) -> dict[str, Any]:
    return {
        "name": HEADER,
        "in": "header",
        "required": is_required,
        "description": "Names this request: sent again with the same key, it is done once and answered the same.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    }


def _tag(path: str) -> str:
    """What stands first in `path` behind the version."""
    return path.removeprefix("/api/v1/").partition("/")[0]
