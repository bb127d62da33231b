"""Reading pages as somebody does who sees no markup: words, headings, what stands beside a field, where links lead."""

from __future__ import annotations

from html.parser import HTMLParser

from werkzeug.test import TestResponse

_VOID = {"input", "img", "meta", "link", "br", "hr", "use", "path", "circle", "source"}
_BLOCKS = {
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "div",
    "section",
    "td",
    "tr",
    "dd",
    "dt",
    "legend",
    "summary",
    "button",
    "label",
}


class Page(HTMLParser):
    """A page that was answered; `words` has single spaces."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__(convert_charrefs=True)
        self.status = response.status_code
        self.location = response.location
        self.links: list[str] = []
        self.fields: dict[str, list[dict[str, str]]] = {}
        self.ids: list[str] = []
        self._text: list[str] = []
        self._by_tag: dict[str, list[str]] = {}
        self._open: list[tuple[str, str]] = []
        self.html = response.get_data(as_text=True)
        self.feed(self.html)

    @property
    def words(self) -> str:
        """All text of the page."""
        return " ".join("".join(self._text).replace("\N{NO-BREAK SPACE}", " ").split())

    def all(self, what: str) -> list[str]:
        """Text of every element of that tag or class."""
        return [" ".join(text.replace("\N{NO-BREAK SPACE}", " ").split()) for text in self._by_tag.get(what, [])]

    @property
    def errors(self) -> list[str]:
        """What stands beside fields."""
        return self.all("error")

    def value(self, name: str) -> str | None:
        """What a field holds."""
        return self.fields[name][0].get("value")

    def options(self, name: str) -> dict[str, bool]:
        """Radio buttons by value, and whether they can be chosen."""
        return {field["value"]: "disabled" not in field for field in self.fields.get(name, [])}

    def chosen(self, name: str) -> str | None:
        """The radio button that is pressed."""
        return next((field["value"] for field in self.fields.get(name, []) if "checked" in field), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag in ("input", "textarea", "select", "button") and given.get("name"):
            self.fields.setdefault(given["name"], []).append(given)
        if tag in _BLOCKS or tag == "br":
            self.handle_data(" ")
        if tag not in _VOID:
            self._open.append((tag, given.get("class", "")))
            for kind in {tag, *given.get("class", "").split()}:
                self._by_tag.setdefault(kind, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass
        if tag in _BLOCKS:
            self._text.append(" ")

    def handle_data(self, data: str) -> None:
        if any(tag in ("script", "style", "title") for tag, _ in self._open):
            return
        self._text.append(data)
        for tag, classes in self._open:
            for kind in {tag, *classes.split()}:
                self._by_tag[kind][-1] += data
