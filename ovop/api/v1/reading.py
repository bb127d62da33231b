"""How requests are read: strictly, and whatever is wrong with them is said by field."""

from __future__ import annotations

from typing import Any

from apiflask.schema_adapters.pydantic import PydanticAdapter
from flask import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from ovop.kernel.errors import Invalid

#: Larger JSON is no order; photos have the market's own limit.
LARGEST_BODY = 1024 * 1024
#: More fields at fault than this are not listed: nobody reads further.
MOST_ERRORS = 20

#: Reason codes for pydantic's own kinds of error; kinds of ours are codes already.
_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown-field",
    "model_type": "not-an-object",
    "list_type": "not-a-list",
    "string_type": "not-text",
    "string_pattern_mismatch": "not-text",
    "string_too_short": "required",
    "string_too_long": "too-long",
    "too_short": "required",
    "too_long": "too-many",
    "greater_than": "too-small",
    "greater_than_equal": "too-small",
    "less_than": "too-large",
    "less_than_equal": "too-large",
    "enum": "unknown",
    "literal_error": "unknown",
    "bool_type": "not-true-or-false",
    "is_instance_of": "not-a-photo",
}


class Adapter(PydanticAdapter):
    """Reads and describes pydantic models for APIFlask; its own adapter takes any media type, NaN, and "5" for 5."""

    def validate_input(self, request: Request, location: str, **_options: Any) -> BaseModel:
        """The model that `request` holds.  Raises: Invalid, and werkzeug's own for what cannot be read."""
        given = _READERS[location](request)
        try:
            return self.model_class.model_validate(given)
        except ValidationError as error:
            raise Invalid(_reasons(error)) from None

    def get_openapi_schema(self, **_options: Any) -> dict[str, Any]:
        """The model's JSON schema; `openapi.finish` brings the models within it to where these references point."""
        return self.model_class.model_json_schema(ref_template="#/components/schemas/{model}")


def _json(request: Request) -> object:
    """What the body holds; an empty one is an empty object, for calls that need nothing."""
    if request.mimetype and not request.is_json and request.content_length != 0:
        raise UnsupportedMediaType("Send JSON as application/json.")
    if (request.content_length or 0) > LARGEST_BODY:
        raise RequestEntityTooLarge()
    data = request.get_data()
    if not data:
        return {}
    if len(data) > LARGEST_BODY:  # came in chunks, without saying how much
        raise RequestEntityTooLarge()
    if not request.is_json:
        raise UnsupportedMediaType("Send JSON as application/json.")
    try:
        return from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise BadRequest(f"The body is no JSON: {error}.") from None


def _query(request: Request) -> dict[str, object]:
    """Parameters by name; one that comes twice is a list, which only lists are read from."""
    return {name: values[0] if len(values) == 1 else values for name, values in request.args.lists()}


def _files(request: Request) -> dict[str, object]:
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Send the file as multipart/form-data.")
    return {**request.form.to_dict(), **request.files.to_dict()}


_READERS = {"json": _json, "query": _query, "files": _files}


def _reasons(error: ValidationError) -> dict[str, str]:
    """Reason code by field, a path with dots where lists or objects are within; ``body`` for the whole."""
    found = error.errors(include_url=False, include_input=False)[:MOST_ERRORS]
    return {_field(detail): _code(detail) for detail in reversed(found)}


def _code(detail: ErrorDetails) -> str:
    if detail["type"] == "too_long" and detail.get("ctx", {}).get("field_type") != "List":
        return "too-long"  # a text that may also be null
    return _CODES.get(detail["type"], detail["type"])


def _field(detail: ErrorDetails) -> str:
    return ".".join(str(part) for part in detail["loc"])[:200] or "body"
