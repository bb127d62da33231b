"""Measurements beside their budgets, as a table for people."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ovop.kernel import days
from ovop.settings import ROOT

#: The load from which a machine has too little time for what is measured.
BUSY = 1.0
PAGE = ROOT / "docs" / "bench.md"


@dataclass(frozen=True)
class Row:
    """One measurement; `is_kept` is none where there is no budget."""

    what: str
    measured: str
    budget: str = ""
    is_kept: bool | None = None

    @property
    def verdict(self) -> str:
        """The budget's fate in one word."""
        return {True: "kept", False: "MISSED", None: ""}[self.is_kept]


@dataclass
class Report:
    """Rows by heading, and what could not be measured."""

    parts: dict[str, list[Row]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    explained: dict[str, str] = field(default_factory=dict)
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    def explain(self, part: str, text: str) -> None:
        """The page says `text` under that heading."""
        self.explained[part] = text

    def add(self, part: str, what: str, measured: str, budget: str = "", is_kept: bool | None = None) -> None:
        """One more row, said at once."""
        row = Row(what, measured, budget, is_kept)
        self.parts.setdefault(part, []).append(row)
        print(f"  {what:<54} {measured:>22}   {budget:<14} {row.verdict}", flush=True)

    def at_least(self, part: str, what: str, value: float, least: float, shown: Callable[[float], str]) -> None:
        """A row that is kept when `value` reaches `least`."""
        self.add(part, what, shown(value), f"≥ {shown(least)}", value >= least)

    def at_most(self, part: str, what: str, value: float, most: float, shown: Callable[[float], str]) -> None:
        """A row that is kept when `value` stays within `most`."""
        self.add(part, what, shown(value), f"≤ {shown(most)}", value <= most)

    def leave_out(self, what: str, why: str) -> None:
        """Something is not measured, and the page says why."""
        self.left_out.append(f"{what}: {why}.")
        print(f"  {what}: not measured, {why}", flush=True)

    @property
    def missed(self) -> int:
        """How many budgets are missed."""
        return sum(row.is_kept is False for rows in self.parts.values() for row in rows)

    def write(self, path: Path = PAGE) -> None:
        """The page in docs/ shows this run."""
        path.write_text("\n".join(self._page()) + "\n", encoding="utf-8")

    def _page(self) -> Iterator[str]:
        yield "# How fast, how small"
        yield ""
        yield "Made by `make bench`. Rates are held against the same machine in the same run, as parts of a bare Flask"
        yield "answer's under the same server; absolute figures are this machine's and say little about another."
        yield ""
        yield f"Run on {days.today()}, {_machine()}; other work kept it at a load of {self.load:.1f} when it began."
        if self.load > BUSY:
            yield "That is a busy machine: what is given in seconds or a second (purchases, the office's screen and its"
            yield "download, starts) had to share it, and may be missed for that alone. Parts of a rate suffer less."
        for part, rows in self.parts.items():
            yield ""
            yield f"## {part}"
            yield ""
            yield "| what | measured | budget | |"
            yield "|---|---:|---:|---|"
            for row in rows:
                yield f"| {row.what} | {row.measured} | {row.budget} | {row.verdict} |"
            if part in self.explained:
                yield ""
                yield from self.explained[part].splitlines()
        if self.left_out:
            yield ""
            yield "## Not measured"
            yield ""
            for line in self.left_out:
                yield f"- {line}"


def _machine() -> str:
    cores = subprocess.run(["nproc"], capture_output=True, text=True, check=True).stdout.strip()
    return f"{cores} cores, Python {platform.python_version()}, SQLite"
