"""The readable page about the API, drawn from its OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup, escape

from ovop.api.v1.area import blueprint
from ovop.api.v1.openapi import document

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter, or a member of an object.  model: the one that `kind` ends with, to be linked."""

    name: str
    kind: str
    model: str | None
    is_required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call may answer."""

    status: str
    words: str
    model: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """One call, with who may make it (nobody named: everybody)."""

    name: str
    method: str
    path: str
    summary: str
    words: str
    roles: tuple[str, ...]
    parameters: tuple[Member, ...]
    body: str | None
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """An object that is sent or answered, or a word out of several."""

    name: str
    words: str
    members: tuple[Member, ...]
    values: tuple[str, ...]


@blueprint.get("/docs")
@blueprint.doc(hide=True)
def show_docs() -> str:
    """Every call and every object, for people."""
    spec = document(current_app)
    calls: dict[str, list[Call]] = {tag["name"]: [] for tag in spec["tags"]}
    for call, tag in _calls(spec):
        calls[tag].append(call)
    return render_template(
        "api/docs.html",
        area="api",
        info=spec["info"],
        calls=calls,
        coded=coded,
        models=[_model(name, schema) for name, schema in spec["components"]["schemas"].items()],
    )


def coded(words: str) -> Markup:
    """`words` with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(words))))  # noqa: S704 - escaped just before


def _calls(spec: Schema) -> Iterator[tuple[Call, str]]:
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            call = Call(
                name=operation["operationId"],
                method=method.upper(),
                path=path,
                summary=operation["summary"],
                words=operation.get("description", ""),
                roles=tuple(role for entry in operation.get("security", ()) for role in entry["BearerAuth"]),
                parameters=tuple(_parameter(parameter) for parameter in operation["parameters"]),
                body=_model_in(content),
                outcomes=tuple(
                    Outcome(status, answer["description"], _model_in(answer.get("content", {})))
                    for status, answer in operation["responses"].items()
                ),
            )
            yield call, operation["tags"][0]


def _model_in(content: Mapping[str, Any]) -> str | None:
    return next((_kind(part["schema"])[1] for part in content.values()), None)


def _parameter(parameter: Mapping[str, Any]) -> Member:
    kind, model = _kind(parameter["schema"])
    where = "" if parameter["in"] == "query" else f" ({parameter['in']})"
    return Member(parameter["name"] + where, kind, model, parameter["required"], parameter.get("description", ""))


def _model(name: str, schema: Schema) -> Model:
    required = schema.get("required", ())
    members = []
    for member, its_schema in schema.get("properties", {}).items():
        kind, model = _kind(its_schema)
        members.append(Member(member, kind, model, member in required, its_schema.get("description", "")))
    return Model(name, schema.get("description", ""), tuple(members), tuple(schema.get("enum", ())))


def _kind(schema: Schema) -> tuple[str, str | None]:
    """What a schema is in words, and the model to name after them."""
    if "$ref" in schema:
        return "", schema["$ref"].rpartition("/")[2]
    if "anyOf" in schema:
        one, *_null = schema["anyOf"]
        kind, model = _kind(one)
        return (f"{kind} or null" if kind else "or null:"), model
    if schema.get("type") == "array":
        kind, model = _kind(schema["items"])
        return f"list of {kind}".rstrip(), model
    if "const" in schema:
        return f"“{schema['const']}”", None
    name = schema.get("format") or {"string": "text"}.get(schema.get("type", ""), schema.get("type", "object"))
    return f"{name}{_limits(schema)}", None


def _limits(schema: Schema) -> str:
    """The bounds of a value that tell something: not those that only keep numbers within their columns."""
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None and most < 10**9:
        return f" {least} … {most}"
    if "maxLength" in schema:
        return f", up to {schema['maxLength']} letters"
    return ""
