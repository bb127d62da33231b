"""Request bodies and queries as Stripe reads them: forms with nested brackets, each parameter known and of its kind.

docs.stripe.com/api: "accepts form-encoded request bodies"; docs.stripe.com/api/expanding_objects shows `expand[]`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl

from .errors import bad_parameter, missing_parameter, unknown_parameter

Nested = str | dict[str, Any]

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
PART = re.compile(r"\[([^\[\]]*)\]")


def nested(text: str) -> dict[str, Nested]:
    """`a[b][0]=c` as {"a": {"b": {"0": "c"}}}; `a[]` counts on by itself."""
    found: dict[str, Nested] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        match = NAME.fullmatch(name)
        if match is None:
            raise bad_parameter(f"Invalid parameter name: {name}", name)
        place: dict[str, Any] = found
        path = [match[1], *PART.findall(match[2])]
        for part in path[:-1]:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                raise bad_parameter(f"Invalid parameter: {name}", name)
            place = inner
        place[path[-1] or str(len(place))] = value
    return found


class Kind(Protocol):
    """What a parameter may be."""

    def read(self, value: Nested, at: str) -> Any:
        """The value in its own type; raises a StripeError that names `at`."""


def plain(value: Nested, at: str, wanted: str) -> str:
    """The value as one text that is not empty.

    docs.stripe.com/error-codes#parameter-invalid-empty.
    """
    if isinstance(value, dict):
        raise bad_parameter(f"Invalid {wanted}: {at}", at)
    if value == "":
        raise bad_parameter(
            f"You passed an empty string for '{at}': remove it from your request or supply a non-empty value.",
            at,
            "parameter_invalid_empty",
        )
    return value


@dataclass(frozen=True)
class Text:
    """A string of at most `longest` characters, one of `among` if given, of a form if given."""

    longest: int = 5000
    among: tuple[str, ...] = ()
    form: str = ""

    def read(self, value: Nested, at: str) -> str:
        text = plain(value, at, "string")
        if len(text) > self.longest:
            raise bad_parameter(f"Invalid string: {at} must be at most {self.longest} characters", at)
        if self.among and text not in self.among:
            raise bad_parameter(f"Invalid {at}: must be one of {', '.join(self.among)}", at)
        if self.form and not re.fullmatch(self.form, text):
            code = "url_invalid" if self.form == ADDRESS else "email_invalid" if self.form == EMAIL else None
            raise bad_parameter(f"Invalid {at}: {text}", at, code)
        return text


ADDRESS = r"https?://[^\s/]+.*"
EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"


@dataclass(frozen=True)
class Whole:
    """An integer, written as one."""

    least: int = 0
    most: int = 999_999_999_999

    def read(self, value: Nested, at: str) -> int:
        text = plain(value, at, "integer")
        if not re.fullmatch(r"-?[0-9]{1,30}", text):
            raise bad_parameter(f"Invalid integer: {text}", at, "parameter_invalid_integer")
        number = int(text)
        if not self.least <= number <= self.most:
            message = f"This value must be between {self.least} and {self.most}."
            raise bad_parameter(message, at, "parameter_invalid_integer")
        return number


@dataclass(frozen=True)
class Flag:
    """true or false."""

    def read(self, value: Nested, at: str) -> bool:
        text = plain(value, at, "boolean")
        if text not in {"true", "false"}:
            raise bad_parameter(f"Invalid boolean: {text}", at)
        return text == "true"


@dataclass(frozen=True)
class Removed:
    """What Stripe took once and now refuses with a code of its own."""

    code: str

    def read(self, value: Nested, at: str) -> Any:
        raise bad_parameter(f"{at} is no longer supported.", at, self.code)


@dataclass(frozen=True)
class Metadata:
    """docs.stripe.com/api/metadata: up to 50 keys of 40 characters without brackets, values of 500 characters."""

    def read(self, value: Nested, at: str) -> dict[str, str]:
        if not isinstance(value, dict):
            if value == "":
                return {}
            raise bad_parameter(f"Invalid object: {at}", at)
        if len(value) > 50:
            raise bad_parameter("Metadata can have at most 50 keys", at)
        for key, one in value.items():
            if isinstance(one, dict):
                raise bad_parameter(f"Metadata values must be strings: {key}", f"{at}[{key}]")
            if len(key) > 40:
                raise bad_parameter("Metadata keys can have at most 40 characters", f"{at}[{key}]")
            if len(one) > 500:
                raise bad_parameter("Metadata values can have at most 500 characters", f"{at}[{key}]")
        return {key: one for key, one in value.items() if one != ""}


@dataclass(frozen=True)
class Several:
    """A list, numbered from 0 or with empty brackets."""

    of: Kind
    most: int = 100

    def read(self, value: Nested, at: str) -> list[Any]:
        if not isinstance(value, dict) or sorted(value, key=len) != [str(number) for number in range(len(value))]:
            raise bad_parameter(f"Invalid array: {at}", at)
        if len(value) > self.most:
            raise bad_parameter(f"Too many items: {at} takes at most {self.most}", at)
        return [self.of.read(one, f"{at}[{number}]") for number, one in value.items()]


@dataclass(frozen=True)
class Group:
    """Parameters by name; no other is taken.  Where none of a group is given, it is absent."""

    fields: Mapping[str, Kind] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    def read(self, value: Nested, at: str = "") -> dict[str, Any]:
        if not isinstance(value, dict):
            raise bad_parameter(f"Invalid object: {at}", at)
        for name in value:
            if name not in self.fields:
                raise unknown_parameter(self._named(at, name))
        for name in self.required:
            if name not in value:
                raise missing_parameter(self._named(at, name))
        return {name: self.fields[name].read(one, self._named(at, name)) for name, one in value.items()}

    def _named(self, at: str, name: str) -> str:
        return f"{at}[{name}]" if at else name


@dataclass(frozen=True)
class Moments:
    """`created`: one second, or bounds by gt, gte, lt, lte (docs.stripe.com/api/pagination and each list's page)."""

    def read(self, value: Nested, at: str) -> dict[str, int]:
        if isinstance(value, dict):
            return Group({name: Whole() for name in ("gt", "gte", "lt", "lte")}).read(value, at)
        moment = Whole().read(value, at)
        return {"gte": moment, "lte": moment}
