"""What the market uses of Flask-Babel, which ships no types."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from babel import Locale
from babel.support import NullTranslations
from flask import Flask
from flask_babel.speaklater import LazyString

class Domain:
    cache: dict[tuple[str, str], NullTranslations]

class Babel:
    def __init__(
        self,
        app: Flask | None = None,
        *,
        default_locale: str = "en",
        locale_selector: Callable[[], str | None] | None = None,
    ) -> None: ...
    @property
    def domain(self) -> str: ...
    @property
    def domain_instance(self) -> Domain: ...

def get_locale() -> Locale | None: ...
def refresh() -> None: ...
def force_locale(locale: str) -> AbstractContextManager[None]: ...
def gettext(string: str, **variables: object) -> str: ...
def ngettext(singular: str, plural: str, num: int, **variables: object) -> str: ...
def lazy_gettext(string: str, **variables: object) -> LazyString: ...
