"""Invariants of villages' stories, from the rows alone."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from ovop.kernel.checks import Check, Finding, finding
from ovop.stories.models import Story, StoryEvent, StoryPerson
from ovop.stories.rules import Change


def _consent(session: Session) -> Finding:
    shown = StoryPerson.public_position.is_not(None)
    agreed = and_(
        StoryPerson.consented_on.is_not(None),
        StoryPerson.consented_by != "",
        StoryPerson.noted_by.is_not(None),
        StoryPerson.noted_at.is_not(None),
        StoryPerson.withdrawn_at.is_(None),
    )
    broken = session.scalars(select(StoryPerson.id).where(shown, ~agreed))
    return finding(
        session.scalar(select(func.count()).select_from(StoryPerson).where(shown)) or 0,
        (f"person {person_id} of a story is shown without their consent" for person_id in broken),
    )


def _withdrawn(session: Session) -> Finding:
    gone = StoryPerson.withdrawn_at.is_not(None)
    left = or_(StoryPerson.name != "", StoryPerson.words != "", StoryPerson.photo_key.is_not(None))
    others = select(StoryPerson.who).where(gone)
    broken = session.scalars(select(StoryPerson.id).where(StoryPerson.who.in_(others), or_(~gone, left)))
    return finding(
        session.scalar(select(func.count()).select_from(StoryPerson).where(gone)) or 0,
        (f"person {person_id} took their consent back, and something of them is left" for person_id in broken),
    )


def _published(session: Session) -> Finding:
    latest = (
        select(func.max(StoryEvent.at))
        .where(StoryEvent.village_code == Story.village_code, StoryEvent.kind == Change.PUBLISHED.value)
        .correlate(Story)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Story.village_code, Story.published_at, latest.label("latest")).where(
            or_(Story.published_version > 0, latest.is_not(None))
        )
    ).all()
    return finding(
        len(rows),
        (
            f"story of {row.village_code}: published {row.published_at}, the history says {row.latest}"
            for row in rows
            if row.published_at != row.latest
        ),
    )


CHECKS = (
    Check("nobody is shown in a village's story without noted consent", "people", _consent),
    Check("of whoever took their consent back nothing is left in a story", "people", _withdrawn),
    Check("every published story is in its own history", "stories", _published),
)
