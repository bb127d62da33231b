"""What people sign in with and are called: e-mail addresses, Indonesian mobile numbers, names, slugs.  Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from ovop.kernel.errors import Invalid

LONGEST_EMAIL = 254
LONGEST_NAME = 80
LONGEST_SLUG = 60
#: Kept for the demo market: an account there makes the whole market a demo, so nobody may sign up with it.
DEMO_DOMAIN = "demo.test"
#: The demo market's accounts by role.  Source: contract, Commands.
DEMO_EMAILS = {
    "buyer": f"pembeli@{DEMO_DOMAIN}",
    "cooperative": f"koperasi@{DEMO_DOMAIN}",
    "office": f"dinas@{DEMO_DOMAIN}",
    "admin": f"admin@{DEMO_DOMAIN}",
}
DEMO_PASSWORD = "ikan-segar-36"  # noqa: S105 - printed by `make run`, and opens nothing but a demo

_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"(?=.{{1,64}}@){_LOCAL}@(?:{_LABEL}\.)+(?=[a-z0-9-]*[a-z]){_LABEL}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TITLES = frozenset("bapak pak ibu bu mas mbak kang teh haji hajah h hj ustaz dr drs ir ny tn sdr sdri".split())
_BARE_COUNTRY_CODE = re.compile(r"[\s(]*62")


@dataclass(frozen=True, slots=True)
class Login:
    """What an account is found by: exactly one of the two, in its kept form."""

    email: str | None = None
    phone: str | None = None


def parse_login(typed: str, *, field: str = "login") -> Login:
    """The e-mail address or mobile number meant by `typed`.  Raises: Invalid."""
    if not typed.strip():
        raise Invalid({field: "required"})
    if "@" in typed:
        return Login(email=parse_email(typed, field=field))
    if not re.search(r"\d", typed):
        raise Invalid({field: "not-a-login"})
    return Login(phone=parse_mobile(typed, field=field))


def parse_email(typed: str, *, field: str = "email") -> str:
    """`typed` as it is kept: trimmed, lower case, ASCII, a domain with a dot.  Raises: Invalid.

    ASCII is asked for before lower-casing, which would turn look-alikes such as the Kelvin sign into letters.
    """
    email = typed.strip()
    if not email:
        raise Invalid({field: "required"})
    if len(email) > LONGEST_EMAIL:
        raise Invalid({field: "too-long"})
    if not email.isascii() or not _EMAIL.fullmatch(email := email.lower()):
        raise Invalid({field: "not-an-email"})
    return email


def parse_mobile(typed: str, *, field: str = "phone") -> str:
    """The Indonesian mobile number meant by `typed` as ``+628…``.  Raises: Invalid.

    Understands ``0812…``, ``62812…`` and ``+62 812…`` with the usual spaces and signs.  A number that starts with
    62 gets its plus first: without it the library reads some as domestic and answers a valid but wrong number.
    """
    text = typed.strip()
    if not text:
        raise Invalid({field: "required"})
    if _BARE_COUNTRY_CODE.match(text):
        text = f"+{text.lstrip(' (')}"
    try:
        number = phonenumbers.parse(text, "ID")
    except phonenumbers.NumberParseException:
        raise Invalid({field: "not-a-mobile"}) from None
    is_mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    if number.country_code != 62 or number.extension or not is_mobile:
        raise Invalid({field: "not-a-mobile"})
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def parse_name(typed: str, *, field: str = "name", longest: int = LONGEST_NAME) -> str:
    """`typed` on one line with single spaces, without what cannot be seen.  Raises: Invalid."""
    name = " ".join("".join(sign if sign.isprintable() else " " for sign in typed).split())
    if not name:
        raise Invalid({field: "required"})
    if len(name) > longest:
        raise Invalid({field: "too-long"})
    return name


def first_name(name: str) -> str:
    """By what somebody is called out: the first word of a name, with the one after it where that is only a title."""
    first, *others = name.split() or [name]
    return f"{first} {others[0]}" if others and first.rstrip(".").casefold() in _TITLES else first


def parse_slug(typed: str, *, field: str = "slug") -> str:
    """`typed` when it can stand in an address: lower-case letters, digits, single hyphens.  Raises: Invalid."""
    if len(typed) > LONGEST_SLUG:
        raise Invalid({field: "too-long"})
    if not _SLUG.fullmatch(typed):
        raise Invalid({field: "not-a-slug"})
    return typed


def is_demo_email(email: str | None) -> bool:
    """Whether `email` belongs to the demo market's domain."""
    return email is not None and email.endswith(f"@{DEMO_DOMAIN}")


def written_mobile(phone: str) -> str:
    """``+6281234567890`` as people here write it: ``0812-3456-7890``."""
    number = phonenumbers.parse(phone, "ID")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))
