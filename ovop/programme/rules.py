"""What makes a product ready, and what a decision and stars need.  Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ovop.catalogue.labels import Label, Permit, PermitState, needs_halal, pirt_is_for
from ovop.catalogue.rules import Form
from ovop.kernel.errors import Invalid

LONGEST_REASONS, LONGEST_WORDS, LONGEST_NUMBER, LONGEST_TITLE = 1_500, 600, 80, 80
#: Of a product's papers at a time.
MOST_PAPERS = 40
#: Sales are looked at over so many whole months, the last that have ended.
MONTHS = 12
#: A certificate holds no longer than this.
LONGEST_CERTIFICATE = timedelta(days=2 * 366)
_CODE_LETTERS = 12
#: What stars' papers are filed under, beside the criteria.
STARS = "stars"


class ProposalStatus(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Confirmation(StrEnum):
    """Where an assessment stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Criterion(StrEnum):
    """What readiness is judged by, in the order of the form."""

    NIB = "nib"
    PIRT = "pirt"
    HALAL = "halal"
    LABEL = "label"
    CONTINUITY = "continuity"
    SALES = "sales"
    REPEAT = "repeat"


#: For these a number or a look is not enough: somebody has to have seen the paper.
NEEDS_PAPER = frozenset({Criterion.NIB, Criterion.PIRT, Criterion.HALAL, Criterion.LABEL})
#: Computed from collected orders; their thresholds are months, rupiah, percent.
FROM_SALES = frozenset({Criterion.CONTINUITY, Criterion.SALES, Criterion.REPEAT})
LARGEST_THRESHOLD = {Criterion.CONTINUITY: MONTHS, Criterion.SALES: 10**12, Criterion.REPEAT: 100}


class State(StrEnum):
    """How a criterion was found."""

    MET = "met"
    MISSING = "missing"
    NOT_APPLICABLE = "n/a"


@dataclass(frozen=True, slots=True)
class Rule:
    """A criterion's worth in one version.  threshold: months, rupiah or percent; 0 where there is none."""

    kind: Criterion
    points: int
    threshold: int = 0
    is_required: bool = False


#: Version 0: what the market comes with, until the office makes a set of its own.
SHIPPED = (
    Rule(Criterion.NIB, 15, is_required=True),
    Rule(Criterion.PIRT, 15, is_required=True),
    Rule(Criterion.HALAL, 15, is_required=True),
    Rule(Criterion.LABEL, 10),
    Rule(Criterion.CONTINUITY, 15, 6),
    Rule(Criterion.SALES, 20, 5_000_000),
    Rule(Criterion.REPEAT, 10, 20),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was sold of a product in the MONTHS that have ended: collected orders, as weighed.

    repeat_buyers: those of `buyers` who collected it on two days or more.
    """

    first: date
    last: date
    months: int
    orders: int
    revenue: int
    buyers: int
    repeat_buyers: int


@dataclass(frozen=True, slots=True)
class Subject:
    """All that a judgement looks at.  papers: how many there are for each criterion."""

    form: Form
    label: Label
    nib: str
    is_counted: bool
    figures: Figures
    papers: Mapping[Criterion, int]


@dataclass(frozen=True, slots=True)
class Item:
    """One criterion as it was found.  why: a code for what is missing; value, base: as `ReadinessItem`."""

    rule: Rule
    state: State
    why: str = ""
    value: int = 0
    base: int = 0
    number: str = ""
    until: date | None = None
    papers: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """All criteria as they were found, and what they come to."""

    items: tuple[Item, ...]

    @property
    def points(self) -> int:
        """What is met is worth."""
        return sum(item.rule.points for item in self.items if item.state is State.MET)

    @property
    def most_points(self) -> int:
        """What applies is worth."""
        return sum(item.rule.points for item in self.items if item.state is not State.NOT_APPLICABLE)

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing that has to be there."""
        return not any(item.rule.is_required and item.state is State.MISSING for item in self.items)


def judge(subject: Subject, rules: Sequence[Rule], today: date) -> Judgement:
    """How the product stands on that day (Asia/Jakarta) by these rules."""
    return Judgement(tuple(_judge_one(subject, rule, today) for rule in rules))


def _judge_one(subject: Subject, rule: Rule, today: date) -> Item:
    label, sold = subject.label, subject.figures
    match rule.kind:
        case Criterion.NIB:
            return _permit(subject, rule, Permit(subject.nib) if subject.nib else None, today)
        case Criterion.PIRT:
            if not needs_halal(subject.form) or not pirt_is_for(label.storage):
                return Item(rule, State.NOT_APPLICABLE)
            return _permit(subject, rule, label.pirt, today)
        case Criterion.HALAL:
            if not needs_halal(subject.form):
                return Item(rule, State.NOT_APPLICABLE)
            return _permit(subject, rule, label.halal, today)
        case Criterion.LABEL:
            return _label(subject, rule)
        case Criterion.CONTINUITY:
            return _measured(rule, sold.months, MONTHS, sold.months)
        case Criterion.SALES:
            return _measured(rule, sold.revenue, sold.orders, sold.revenue)
        case Criterion.REPEAT:
            percent = 100 * sold.repeat_buyers // sold.buyers if sold.buyers else 0
            return _measured(rule, sold.repeat_buyers, sold.buyers, percent)


def _permit(subject: Subject, rule: Rule, permit: Permit | None, today: date) -> Item:
    papers = subject.papers.get(rule.kind, 0)
    if permit is None:
        return Item(rule, State.MISSING, "no-number", papers=papers)
    why = ""
    if permit.state_on(today) is PermitState.ENDED:
        why = "ended"
    elif not papers:
        why = "no-paper"
    state = State.MISSING if why else State.MET
    return Item(rule, state, why, number=permit.number, until=permit.until, papers=papers)


def _label(subject: Subject, rule: Rule) -> Item:
    label, papers = subject.label, subject.papers.get(rule.kind, 0)
    needed = [label.storage is not None]
    if needs_halal(subject.form):
        needed.append(bool(label.ingredients))
    if subject.is_counted:
        needed.append(label.net_grams is not None)
    why = "incomplete" if not all(needed) else "" if papers else "no-paper"
    state = State.MISSING if why else State.MET
    return Item(rule, state, why, value=sum(needed), base=len(needed), papers=papers)


def _measured(rule: Rule, value: int, base: int, reached: int) -> Item:
    is_met = reached >= rule.threshold and reached > 0
    return Item(rule, State.MET if is_met else State.MISSING, "" if is_met else "too-little", value, base)


def check_rules(rules: Sequence[Rule]) -> None:
    """Nothing, when these can be a version.  Raises: Invalid naming each field at fault."""
    errors: dict[str, str] = {}
    for rule in rules:
        if not 1 <= rule.points <= 100:
            errors[f"points_{rule.kind}"] = "too-small" if rule.points < 1 else "too-large"
        largest = LARGEST_THRESHOLD.get(rule.kind, 0)
        if not (1 if rule.kind in FROM_SALES else 0) <= rule.threshold <= largest:
            errors[f"threshold_{rule.kind}"] = "too-small" if rule.threshold < 1 else "too-large"
    if not rules:
        errors["criteria"] = "none-chosen"
    if errors:
        raise Invalid(errors)


def parse_nib(typed: str) -> str:
    """The thirteen digits of a business number, or nothing.  Raises: Invalid."""
    digits = re.sub(r"[\s.\-]", "", typed)
    if digits and not re.fullmatch(r"[0-9]{13}", digits):
        raise Invalid({"nib": "not-a-nib"})
    return digits


def read_words(typed: str, longest: int, field: str) -> str:
    """What was typed, without blanks around it; it has to say something.  Raises: Invalid."""
    words = "\n".join(" ".join(line.split()) for line in typed.strip().splitlines())
    if not words:
        raise Invalid({field: "required"})
    if len(words) > longest:
        raise Invalid({field: "too-long"})
    return words


class CertificateState(StrEnum):
    """What a certificate's public page says."""

    VALID = "valid"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


def certificate_state(
    today: date, expires_on: date, withdrawn_on: date | None, flagship_ended_on: date | None
) -> CertificateState:
    """How it stands on that day; with the flagship that it names, the certificate has ended as well."""
    if withdrawn_on is not None or (flagship_ended_on is not None and flagship_ended_on <= today):
        return CertificateState.WITHDRAWN
    return CertificateState.EXPIRED if expires_on < today else CertificateState.VALID


def read_code(typed: str) -> str:
    """A certificate's code as it is written, whatever was typed: groups of four, letters that it lacks as digits."""
    letters = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(str.maketrans("OIL", "011"))[:_CODE_LETTERS]
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4)) or "-"
