"""The office's own judgement: criteria in versions, assessed by one, confirmed by another; the certificate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative, Role
from ovop.accounts.rules import Actor, require_role
from ovop.catalogue.models import Flagship, Product, Stars
from ovop.kernel.days import day_of
from ovop.kernel.errors import Invalid, NotFound
from ovop.kernel.ids import CHANCE, Chance, certificate_code
from ovop.programme.errors import AlreadyDecided, AlreadyWaiting, CriteriaChanged, NotReady, SamePerson
from ovop.programme.evidence import get_criteria, subject_of
from ovop.programme.models import Certificate, CriteriaVersion, CriterionRow, Readiness, ReadinessItem
from ovop.programme.rules import (
    LONGEST_CERTIFICATE,
    LONGEST_NUMBER,
    LONGEST_WORDS,
    Confirmation,
    Item,
    Rule,
    check_rules,
    judge,
    parse_nib,
    read_words,
)
from ovop.villages.models import District, Village

LONGEST_NOTE = 300


def set_criteria(session: Session, rules: Sequence[Rule], note: str, seen: int, actor: Actor, now: datetime) -> int:
    """From now on readiness is judged by these; the version's number.  What was judged before keeps its own.

    seen: the version that the form was made from.  Raises: Invalid, CriteriaChanged, Forbidden.
    """
    require_role(actor, Role.OFFICE)
    check_rules(rules)
    note = read_words(note, LONGEST_NOTE, "note")
    current = get_criteria(session)
    if current.version != seen:
        raise CriteriaChanged()
    version = current.version + 1
    session.execute(insert(CriteriaVersion).values(version=version, note=note, made_by=actor.id, made_at=now))
    session.execute(
        insert(CriterionRow),
        [
            {
                "version": version,
                "kind": rule.kind.value,
                "points": rule.points,
                "threshold": rule.threshold,
                "is_required": rule.is_required,
            }
            for rule in rules
        ],
    )
    return version


def assess(session: Session, product_id: int, nib: str, actor: Actor, now: datetime) -> int:
    """The product is judged by the criteria in force, its sales and its papers as they are; waits for a second person.

    Raises: Invalid (nib); AlreadyWaiting; NotFound; Forbidden.
    """
    require_role(actor, Role.OFFICE)
    nib, today = parse_nib(nib), day_of(now)
    waits = select(Readiness.id).where(
        Readiness.product_id == product_id, Readiness.status == Confirmation.WAITING.value
    )
    if session.scalar(waits) is not None:
        raise AlreadyWaiting()
    criteria = get_criteria(session)
    judgement = judge(subject_of(session, product_id, nib, today), criteria.rules, today)
    row = Readiness(
        product_id=product_id,
        criteria_version=criteria.version,
        points=judgement.points,
        most_points=judgement.most_points,
        is_ready=judgement.is_ready,
        as_of=today,
        status=Confirmation.WAITING.value,
        made_by=actor.id,
        made_at=now,
    )
    session.add(row)
    session.flush()
    session.execute(insert(ReadinessItem), [_item(row.id, item) for item in judgement.items])
    return row.id


def confirm(session: Session, readiness_id: int, agrees: bool, words: str, actor: Actor, now: datetime) -> int:
    """A second person of the office stands behind the assessment, or refuses it with words; its product's id.

    Raises: Invalid (words); SamePerson; AlreadyDecided; NotFound; Forbidden.
    """
    require_role(actor, Role.OFFICE)
    row = session.get(Readiness, readiness_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if row.status != Confirmation.WAITING:
        raise AlreadyDecided()
    if row.made_by == actor.id:
        raise SamePerson()
    if not agrees or words.strip():
        row.words = read_words(words, LONGEST_WORDS, "words")
    row.status = (Confirmation.CONFIRMED if agrees else Confirmation.REFUSED).value
    row.decided_by, row.decided_at = actor.id, now
    session.flush()
    return row.product_id


def issue(
    session: Session,
    readiness_id: int,
    number: str,
    expires_on: date,
    actor: Actor,
    now: datetime,
    chance: Chance = CHANCE,
) -> int:
    """The village's present flagship, confirmed to be ready, has a certificate; its id.  One for each assessment.

    Raises: Invalid (number, expires_on); NotReady; NotFound; Forbidden.
    """
    require_role(actor, Role.OFFICE)
    today = day_of(now)
    number = read_words(number, LONGEST_NUMBER, "number")
    if not today < expires_on <= today + LONGEST_CERTIFICATE:
        raise Invalid({"expires_on": "does-not-fit"})
    row = session.get(Readiness, readiness_id, with_for_update=True)
    if row is None:
        raise NotFound()
    made = session.scalar(select(Certificate.id).where(Certificate.readiness_id == readiness_id))
    if made is not None:
        return made
    flagship_id = session.scalar(
        select(Flagship.id).where(Flagship.product_id == row.product_id, Flagship.ended_on.is_(None))
    )
    if row.status != Confirmation.CONFIRMED or not row.is_ready or flagship_id is None:
        raise NotReady()
    names = session.execute(
        select(
            Product.name.label("product_name"),
            Cooperative.name.label("cooperative_name"),
            Village.name.label("village_name"),
            District.name.label("district_name"),
        )
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .join(Village, Village.code == Cooperative.village_code)
        .join(District, District.code == Village.district_code)
        .where(Product.id == row.product_id)
    ).one()
    certificate = Certificate(
        code=certificate_code(chance),
        readiness_id=readiness_id,
        flagship_id=flagship_id,
        stars_id=_stars_on(session, row.product_id, today),
        product_id=row.product_id,
        number=number,
        issued_on=today,
        expires_on=expires_on,
        issued_by=actor.id,
        **names._mapping,
    )
    session.add(certificate)
    session.flush()
    return certificate.id


def withdraw_certificate(session: Session, certificate_id: int, reason: str, actor: Actor, now: datetime) -> int:
    """The certificate's public page says that it was withdrawn, never why; its product's id.

    Raises: Invalid (reason); NotFound; Forbidden.
    """
    require_role(actor, Role.OFFICE)
    row = session.get(Certificate, certificate_id, with_for_update=True)
    if row is None:
        raise NotFound()
    reason = read_words(reason, LONGEST_NOTE, "reason")
    if row.withdrawn_on is None:
        row.withdrawn_on, row.withdrawn_reason = day_of(now), reason
        session.flush()
    return row.product_id


def _stars_on(session: Session, product_id: int, today: date) -> int | None:
    return session.scalar(
        select(Stars.id)
        .where(
            Stars.product_id == product_id,
            Stars.withdrawn_on.is_(None),
            Stars.expires_on.is_(None) | (Stars.expires_on >= today),
        )
        .order_by(Stars.year.desc(), Stars.id.desc())
        .limit(1)
    )


def _item(readiness_id: int, item: Item) -> dict[str, object]:
    return {
        "readiness_id": readiness_id,
        "kind": item.rule.kind.value,
        "points": item.rule.points,
        "threshold": item.rule.threshold,
        "is_required": item.rule.is_required,
        "state": item.state.value,
        "why": item.why,
        "value": item.value,
        "base": item.base,
        "number": item.number,
        "until": item.until,
        "papers": item.papers,
    }
