"""Two languages: Indonesian without a prefix, English under ``/en``.

A WSGI middleware moves ``/en`` from the path into SCRIPT_NAME, so routes are written once and every ``url_for``
keeps the reader's language. Words come from ``.po`` files, read when the application starts.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, force_locale

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEFAULT = "id"
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
PREFIXES = {"en": "/en"}

# One address each, whatever the reader's language: machines and caches know them.
NEUTRAL = ("/api", "/assets", "/static", "/media", "/webhooks", "/healthz", "/readyz", "/metrics")

TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"

_LANGUAGE = "ovop.language"
_ROOT = "ovop.root"

#: Words by language, filled once when the application starts.
_words: dict[str, NullTranslations] = {}


class LanguagePrefix:
    """Middleware: the language of the path goes into the environment, its prefix into SCRIPT_NAME.

    A neutral address asked for under a prefix is answered with a redirect to its one address.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self.application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        root = environ.get("SCRIPT_NAME", "")
        environ[_ROOT] = root
        language, path = split_path(environ.get("PATH_INFO", ""))
        environ[_LANGUAGE] = language
        if language == DEFAULT:
            return self.application(environ, start_response)
        if _is_neutral(path):
            return _redirect(root + path, environ, start_response)
        environ["SCRIPT_NAME"] = root + PREFIXES[language]
        environ["PATH_INFO"] = path
        return self.application(environ, start_response)


def split_path(path: str) -> tuple[str, str]:
    """Language of a path and the path without its prefix: ``/en/desa`` is ``("en", "/desa")``."""
    for language, prefix in PREFIXES.items():
        if path == prefix or path.startswith(prefix + "/"):
            return language, path.removeprefix(prefix) or "/"
    return DEFAULT, path


def _is_neutral(path: str) -> bool:
    return any(path == neutral or path.startswith(neutral + "/") for neutral in NEUTRAL)


def _redirect(path: str, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    # PATH_INFO is decoded; quoting it again also keeps line breaks out of the header, and one slash
    # in front keeps "//host" from leaving the site.
    location = "/" + quote(path.lstrip("/").encode("latin-1"), safe="/:@!$&'()*+,;=-._~")
    if query := environ.get("QUERY_STRING", ""):
        location += "?" + query
    start_response("308 Permanent Redirect", [("Location", location), ("Content-Length", "0")])
    return [b""]


def current_language() -> str:
    """``id`` or ``en``: the language in which the page or the mail at hand is written."""
    # Asked for every word and figure of a page, so it is kept with the application context; the proxy is
    # resolved once, each use of it costs as much as the look-up itself.
    try:
        context = g._get_current_object()
    except RuntimeError:
        return DEFAULT
    language: str | None = context.get("language")
    if language is None:
        language = str(request.environ.get(_LANGUAGE, DEFAULT)) if has_request_context() else DEFAULT
        context.language = language
    return language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """While open, words and figures are in that language: for mail to people whose page is not at hand."""
    before = current_language()
    g.language = language
    try:
        with force_locale(language):
            yield
    finally:
        g.language = before


def gettext(string: str, **variables: object) -> str:
    """The sentence in the current language, with the variables in their places."""
    said = _words[current_language()].gettext(string)
    return said % variables if variables else said


def ngettext(singular: str, plural: str, num: int, **variables: object) -> str:
    """The sentence for one or for many, in the current language; ``%(num)s`` is how many."""
    said = _words[current_language()].ngettext(singular, plural, num)
    return said % {"num": num, **variables}


def pgettext(context: str, string: str, **variables: object) -> str:
    """As `gettext`, for words that mean different things in different places."""
    said = str(_words[current_language()].pgettext(context, string))
    return said % variables if variables else said


def npgettext(context: str, singular: str, plural: str, num: int, **variables: object) -> str:
    """As `ngettext`, for words that mean different things in different places."""
    said = _words[current_language()].npgettext(context, singular, plural, num)
    return said % {"num": num, **variables}


def site_root() -> str:
    """Path under which the market is mounted, without language prefix and without trailing slash."""
    # Kept like the language: every address of an asset asks for it.
    context = g._get_current_object()
    root: str | None = context.get("site_root")
    if root is None:
        if has_request_context():
            root = str(request.environ.get(_ROOT, request.environ.get("SCRIPT_NAME", "")))
        else:
            root = str(current_app.config.get("APPLICATION_ROOT") or "").rstrip("/")
        context.site_root = root
    return root


def public_origin() -> str:
    """Scheme and host that the public uses, without trailing slash (PUBLIC_URL, else the request's own)."""
    configured = getattr(current_app.config.get("OVOP"), "public_url", None)
    return str(configured).rstrip("/") if configured else request.host_url.rstrip("/") + site_root()


def path_in(language: str, *, query: bool = True) -> str:
    """Path of the page at hand in another language."""
    return site_root() + _local_path(language, query=query)


def canonical_url() -> str:
    """Absolute address of the page at hand without its query string."""
    return public_origin() + _local_path(current_language(), query=False)


def alternate_urls() -> dict[str, str]:
    """Absolute address of the page at hand in each language, by language code."""
    return {language: public_origin() + _local_path(language, query=False) for language in LANGUAGES}


def _local_path(language: str, *, query: bool) -> str:
    path = PREFIXES.get(language, "") + quote(request.path, safe="/:@!$&'()*+,;=-._~")
    if query and request.query_string:
        path += "?" + request.query_string.decode("latin-1")
    return path


def read_translations(language: str, directory: Path = TRANSLATIONS) -> NullTranslations:
    """Words of a language as gettext wants them; the default language needs none, its words are the msgids."""
    source = directory / language / "LC_MESSAGES" / "messages.po"
    if language == DEFAULT or not source.exists():
        return NullTranslations()
    with source.open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def register(app: Flask) -> None:
    """The application speaks both languages; cookies stay valid when the reader changes language."""
    app.config["SESSION_COOKIE_PATH"] = app.config.get("APPLICATION_ROOT") or "/"
    babel = Babel(app, default_locale=DEFAULT, locale_selector=current_language)
    with app.app_context():
        for language in LANGUAGES:
            _words[language] = babel.domain_instance.cache[language, babel.domain] = read_translations(language)
    # Templates ask without Flask-Babel, which resolves the context anew for each word.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda string: _words[current_language()].gettext(string),
        ngettext=lambda singular, plural, num: _words[current_language()].ngettext(singular, plural, num),
        pgettext=lambda context, string: _words[current_language()].pgettext(context, string),
        npgettext=lambda context, one, many, num: _words[current_language()].npgettext(context, one, many, num),
        newstyle=True,
    )
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    app.jinja_env.globals.update(
        LANGUAGES=LANGUAGES,
        alternate_urls=alternate_urls,
        canonical_url=canonical_url,
        current_language=current_language,
        path_in=path_in,
        site_root=site_root,
    )
