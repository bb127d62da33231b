"""Kinds of values that requests and answers are made of: strict where a library would guess.

What is wrong with a value is a reason code (ovop.kernel.errors.Invalid), raised as the type of a pydantic error.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time
from typing import Annotated, NoReturn

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError
from werkzeug.datastructures import FileStorage

from ovop.kernel import days, geo
from ovop.kernel.errors import Invalid
from ovop.kernel.money import LARGEST_PRICE
from ovop.kernel.quantity import LARGEST_QUANTITY

#: Whole numbers beyond this fit no column.
LARGEST_ID = 2**63 - 1
#: Days and instants outside of these years are slips of the finger.
FIRST_YEAR, LAST_YEAR = 2000, 2100

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:00)?"
_LAT_LNG = r"-?[0-9]{1,3}(\.[0-9]{1,15})?,-?[0-9]{1,3}(\.[0-9]{1,15})?"
#: No control characters but, in texts of several lines, line breaks and tabs.
_LINE = r"^[^\x00-\x1f\x7f]*$"
_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


class Body(BaseModel):
    """A JSON object that is sent: what it does not know it refuses, since a slip in a name would change nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Query(BaseModel):
    """What stands behind the question mark of an address; a filter that it does not know would find too much."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """A JSON object that is answered."""

    model_config = ConfigDict(frozen=True)


class Ref(Answer):
    """Something by its id, with its name."""

    id: int
    name: str


class Coded(Answer):
    """Something by its official code, with its name."""

    code: str
    name: str


def _wrong(code: str) -> NoReturn:
    raise PydanticCustomError(code, "{code}", {"code": code})


def whole(value: object) -> int:
    """A whole number of JSON, where 5.0 is 5, but neither "5" nor true is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        _wrong("not-a-number")
    if isinstance(value, float) and not value.is_integer():
        _wrong("not-whole")
    return int(value)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _wrong("not-a-number")
    try:
        number = float(value)
    except OverflowError:
        _wrong("too-large")
    return number if math.isfinite(number) else _wrong("too-large")


def _whole_text(value: object) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,19}", value):
        _wrong("not-a-number")
    return int(value)


def _number_text(value: object) -> float:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
        _wrong("not-a-number")
    return float(value)


def _truth_text(value: object) -> bool:
    if value in ("true", "1"):
        return True
    return False if value in ("false", "0") else _wrong("not-true-or-false")


def _moment(value: object) -> datetime:
    """RFC 3339 with its offset; parts of a second are dropped, as the market keeps whole ones."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        _wrong("not-a-time")
    try:
        moment = datetime.fromisoformat(value.upper()).replace(microsecond=0)
    except ValueError:
        _wrong("not-a-time")
    return moment.astimezone(UTC) if FIRST_YEAR <= moment.year <= LAST_YEAR else _wrong("not-a-time")


def _day(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        _wrong("not-a-day")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        _wrong("not-a-day")
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else _wrong("not-a-day")


def _clock(value: object) -> time:
    if not isinstance(value, str) or not re.fullmatch(_CLOCK, value):
        _wrong("not-a-time")
    return time.fromisoformat(value)


def _place(value: object) -> geo.Place:
    if not isinstance(value, str) or not re.fullmatch(_LAT_LNG, value):
        _wrong("not-a-place")
    try:
        return geo.parse_place(value)
    except Invalid:
        _wrong("not-a-place")


def _filled(value: str) -> str:
    return value if value.strip() else _wrong("required")


def _local(moment: datetime) -> str:
    return days.to_local(moment).isoformat()


#: Whole numbers in bodies.
Whole = Annotated[int, BeforeValidator(whole)]
Key = Annotated[int, Field(ge=1, le=LARGEST_ID), BeforeValidator(whole)]
Quantity = Annotated[int, Field(ge=1, le=LARGEST_QUANTITY, description="Grams, or pieces."), BeforeValidator(whole)]
Price = Annotated[
    int, Field(ge=1, le=LARGEST_PRICE, description="Rupiah for a kilogram, or a piece."), BeforeValidator(whole)
]
#: Numbers in bodies that need not be whole.
Latitude = Annotated[float, Field(ge=-90, le=90), BeforeValidator(_number)]
Longitude = Annotated[float, Field(ge=-180, le=180), BeforeValidator(_number)]

#: Text in bodies and queries, to be limited by `max_length`: one line, several lines, and what must not be blank.
Line = Annotated[str, Field(pattern=_LINE)]
Lines = Annotated[str, Field(pattern=_LINES)]
Filled = Annotated[str, Field(pattern=_LINE, min_length=1), AfterValidator(_filled)]

#: An instant as it is sent (RFC 3339 with offset), and as it is answered (in Asia/Jakarta).
Moment = Annotated[datetime, BeforeValidator(_moment)]
Instant = Annotated[datetime, PlainSerializer(_local, return_type=str)]
#: A day in Asia/Jakarta.
Day = Annotated[date, BeforeValidator(_day)]
Clock = Annotated[
    time,
    BeforeValidator(_clock),
    PlainSerializer(lambda clock: f"{clock:%H:%M}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK}$", "examples": ["06:30"]}),
]

#: What stands in addresses, where everything is text.
QueryKey = Annotated[int, Field(ge=1, le=LARGEST_ID), BeforeValidator(_whole_text)]
QueryWhole = Annotated[int, BeforeValidator(_whole_text)]
QueryKm = Annotated[float, Field(gt=0, le=20_100), BeforeValidator(_number_text)]
QueryTruth = Annotated[bool, BeforeValidator(_truth_text)]
QueryPlace = Annotated[
    geo.Place,
    BeforeValidator(_place),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{_LAT_LNG}$",
            "description": "LAT,LNG in degrees.",
            "examples": ["-5.97,106.37"],
        }
    ),
]

#: A file in a form.
Upload = Annotated[InstanceOf[FileStorage], WithJsonSchema({"type": "string", "format": "binary"})]
