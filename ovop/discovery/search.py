"""Looking for products by words: each database's own full-text index behind one question.

A typed word finds every word that begins with it.  One that begins no word of the market is taken for a slip, and
finds what it was meant to be.  All typed words must be found, in any order, under any of a product's names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BigInteger,
    Engine,
    Select,
    Text,
    bindparam,
    column,
    func,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from ovop.db.session import engine_of
from ovop.db.stamp import change_stamp
from ovop.kernel.words import Lexicon, words_of

#: The words of each product; see migration 0002.
DOCUMENT = table("search_document", column("product_id", BigInteger), column("words", Text))

#: Say nothing about what is wanted.
_EMPTY = frozenset("di dari yang dan untuk dengan ke the of and from in at for jual beli harga".split())


@dataclass(frozen=True, slots=True)
class Term:
    """One typed word: `typed` as a beginning, or any of `meant` as whole words."""

    typed: str
    meant: tuple[str, ...] = ()


def terms_of(q: str, lexicon: Lexicon) -> list[Term]:
    """What `q` asks for; empty when it holds no letter or digit."""
    typed = words_of(q)
    telling = [word for word in typed if word not in _EMPTY and len(word) > 1] or typed
    terms = []
    for word in telling:
        meant = () if lexicon.begins(word) else tuple(lexicon.meant(word))
        terms.append(Term(word, meant))
    return _joined(terms, lexicon)


def understood(q: str, lexicon: Lexicon) -> str | None:
    """The words that `q` was taken to mean, when those are not the ones typed."""
    terms = terms_of(q, lexicon)
    if not any(term.meant for term in terms):
        return None
    return " ".join(term.meant[0] if term.meant else term.typed for term in terms)


def _joined(terms: list[Term], lexicon: Lexicon) -> list[Term]:
    """`terms` with two that only make a word together taken as that: "rumput laut" is also "rumputlaut"."""
    result: list[Term] = []
    for term in terms:
        unknown = not lexicon.begins(term.typed) and not term.meant
        if result and (unknown or not lexicon.begins(result[-1].typed)):
            together = result[-1].typed + term.typed
            if lexicon.begins(together):
                result[-1] = Term(together)
                continue
        result.append(term)
    return result


def matching_products(dialect: str) -> Select[*tuple[Any, ...]]:
    """Ids of the products that the bound parameter ``words`` (see `expression`) finds."""
    if dialect == "sqlite":
        return select(literal_column("rowid")).select_from(table("search_text")).where(text("search_text MATCH :words"))
    vector = func.to_tsvector(literal_column("'simple'"), DOCUMENT.c.words)
    query = func.to_tsquery(literal_column("'simple'"), bindparam("words", type_=Text))
    return select(DOCUMENT.c.product_id).where(vector.op("@@")(query))


def expression(dialect: str, terms: list[Term]) -> str:
    """`terms` in the database's own language.  Words are a–z and 0–9 alone, so none can mean anything else there."""
    if dialect == "sqlite":
        parts = [" OR ".join([f'"{term.typed}"*', *(f'"{word}"' for word in term.meant)]) for term in terms]
        return " AND ".join(f"({part})" for part in parts)
    parts = [" | ".join([f"{term.typed}:*", *term.meant]) for term in terms]
    return " & ".join(f"({part})" for part in parts)


_vocabularies: WeakKeyDictionary[Engine, tuple[int, Lexicon]] = WeakKeyDictionary()


def vocabulary(session: Session, slow: int | None = None) -> Lexicon:
    """Every word that products are found by; read again only when something but stock has changed.

    slow: the stamp's, when the caller has just read it.
    """
    engine = engine_of(session)
    version = change_stamp(session).slow if slow is None else slow
    known = _vocabularies.get(engine)
    if known is None or known[0] != version:
        documents = session.scalars(select(DOCUMENT.c.words))
        known = version, Lexicon({word for document in documents for word in document.split()})
        _vocabularies[engine] = known
    return known[1]
