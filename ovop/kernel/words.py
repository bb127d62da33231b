"""Words as people type them: accents, order and slips of the finger forgiven.  Pure."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable

#: Longer input than this is no search; what lies beyond is not read.
LONGEST_TEXT, LONGEST_WORD, MOST_WORDS = 120, 40, 8


def fold(text: str) -> str:
    """`text` in lower-case letters a–z and digits, words parted by single spaces.

    Accents go, and so does the 2 that Indonesian writes for a doubled word (``cumi2`` is ``cumi``).
    """
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).casefold()
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"(?<=[a-z]{3})2$", "", word) for word in re.findall(r"[a-z0-9]+", bare))


def words_of(text: str) -> list[str]:
    """The folded words of `text`, each once, in order; at most MOST_WORDS of them."""
    cut = fold(text[:LONGEST_TEXT]).split()
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in cut))[:MOST_WORDS]


def slips(typed: str, word: str, *, as_prefix: bool = False) -> int:
    """How many slips lie between two words: a letter missing, too many, wrong, or two neighbours swapped.

    as_prefix: `typed` may stop before `word` does.
    """
    two_up: list[int] = []
    above = list(range(len(word) + 1))
    for row, letter in enumerate(typed, start=1):
        here = [row]
        for column, other in enumerate(word, start=1):
            cost = min(above[column] + 1, here[column - 1] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == word[column - 2] and typed[row - 2] == other:
                cost = min(cost, two_up[column - 2] + 1)
            here.append(cost)
        two_up, above = above, here
    return min(above) if as_prefix else above[-1]


def forgiven(typed: str) -> int:
    """How many slips a word of this length may have and still be taken for another."""
    if len(typed) < 4 or typed.isdigit():
        return 0
    return 1 if len(typed) < 6 else 2


class Lexicon:
    """A set of folded words that knows which of them a typed one may mean."""

    #: Of words that share pairs of letters with the typed one, so many are looked at closely.
    CLOSELY = 48

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted(set(words))
        self._by_pair: dict[str, list[int]] = {}
        for index, word in enumerate(self.words):
            for pair in _pairs(word):
                self._by_pair.setdefault(pair, []).append(index)

    def __contains__(self, word: str) -> bool:
        index = bisect_left(self.words, word)
        return index < len(self.words) and self.words[index] == word

    def begins(self, typed: str) -> bool:
        """Whether some word begins with `typed`."""
        index = bisect_left(self.words, typed)
        return index < len(self.words) and self.words[index].startswith(typed)

    def completions(self, typed: str) -> list[str]:
        """The words that begin with `typed`, in order."""
        first = bisect_left(self.words, typed)
        return self.words[first : bisect_left(self.words, typed + "\uffff", lo=first)]

    def meant(self, typed: str) -> list[str]:
        """The words that `typed` may have meant: those with the fewest slips, within what is forgiven.

        When no whole word is near enough, beginnings of words with one slip count, from five letters on.
        """
        most = forgiven(typed)
        if not most:
            return []
        near = self._near(typed)
        found = _fewest((slips(typed, word), word) for word in near if abs(len(word) - len(typed)) <= most)
        if found and found[0][0] <= most:
            return [word for _, word in found]
        if len(typed) < 5:
            return []
        begun = _fewest((slips(typed, word, as_prefix=True), word) for word in near if len(word) > len(typed))
        return [word for count, word in begun if count <= 1]

    def _near(self, typed: str) -> list[str]:
        shared: Counter[int] = Counter()
        for pair in _pairs(typed):
            shared.update(self._by_pair.get(pair, ()))
        return [self.words[index] for index, _ in shared.most_common(self.CLOSELY)]


def _pairs(word: str) -> set[str]:
    """Pairs of letters, those at both ends marked, and pairs with one letter between (a swap leaves these)."""
    marked = f"^{word}$"
    return {marked[i : i + 2] for i in range(len(marked) - 1)} | {
        f"{a}_{b}" for a, b in zip(word, word[2:], strict=False)
    }


def _fewest(found: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    pairs = sorted(found)
    return [pair for pair in pairs if pair[0] == pairs[0][0]]
