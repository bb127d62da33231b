"""A story's way from the draft to the village's page, and off it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from apiflask import APIFlask

from ovop.accounts.models import Cooperative, Role
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.discovery.villages import get_village
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.stock.flows import StoredPhoto
from ovop.stock.photo_rules import PhotoStep
from ovop.stories import operations, people, photos, queries
from ovop.stories.errors import StoryChanged
from ovop.stories.models import StoryPerson, StoryPhoto
from ovop.stories.rows import StoryRow
from ovop.stories.rules import MOST_PEOPLE, MOST_PHOTOS, Change, Consent, NewPerson, Way, Words
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, stories

LONTAR = "36.04.13.2007"
SARI = NewPerson("Bu Sari", "Pengolah sate", "Dibakar tiap pagi.", stories.AGREED)


@pytest.fixture
def jaya(app: APIFlask) -> Actor:
    return market.shop().clerk


def public(village: str = accounts.TENGKURAK) -> StoryRow | None:
    """What everybody sees."""
    db.session.rollback()
    return get_village(db.session(), village, days.now()).story


def kinds() -> list[Change]:
    """The history, oldest first."""
    db.session.rollback()
    return [event.kind for event in reversed(queries.list_events(db.session(), accounts.TENGKURAK))]


def test_a_draft_is_nobodys_business_until_a_manager_publishes_it(jaya: Actor) -> None:
    stories.write_words(jaya, "Satu.\nDua.", "Dari tambak")
    stories.photo(jaya)
    stories.person(jaya)
    assert public() is None
    assert stories.publish(jaya)
    shown = public()
    assert shown is not None
    assert (shown.title, shown.paragraphs) == ("Dari tambak", ("Satu.", "Dua."))
    assert [photo.alt for photo in shown.photos] == ["Perahu di muara"]
    assert [person.name for person in shown.people] == ["Bu Sari"]
    assert kinds() == [
        Change.TEXT,
        Change.PHOTO_ADDED,
        Change.PERSON_ADDED,
        Change.CONSENT_NOTED,
        Change.PUBLISHED,
    ]
    assert not stories.draft().has_news
    assert market.broken() == []


def test_publishing_twice_is_once(jaya: Actor) -> None:
    stories.write_words(jaya, "Satu.")
    seen = stories.draft().version
    assert write(operations.publish, seen, jaya, days.now())
    assert not write(operations.publish, seen, jaya, days.now())
    assert kinds().count(Change.PUBLISHED) == 1


def test_members_draft_and_only_managers_publish(jaya: Actor) -> None:
    member = Actor(jaya.id, jaya.role, jaya.cooperative_id, is_manager=False)
    stories.write_words(member, "Satu.")
    with pytest.raises(Forbidden):
        stories.publish(member)
    assert public() is None


def test_what_is_published_is_what_was_looked_at(jaya: Actor) -> None:
    stories.write_words(jaya, "Satu.")
    seen = stories.draft().version
    stories.photo(jaya)
    with pytest.raises(StoryChanged):
        write(operations.publish, seen, jaya, days.now())


def test_a_colleagues_text_is_not_written_over_unseen(jaya: Actor) -> None:
    stories.write_words(jaya, "Satu.")
    seen = stories.draft().text_version
    stories.photo(jaya)  # other parts hold nobody up
    write(operations.save_words, Words("", "Dua."), seen, jaya, days.now())
    with pytest.raises(StoryChanged):
        write(operations.save_words, Words("", "Tiga."), seen, jaya, days.now())
    write(operations.save_words, Words("", "Dua."), seen, jaya, days.now())  # the same form sent twice
    assert stories.draft().text == "Dua."


def test_nothing_is_not_a_story(jaya: Actor) -> None:
    write(people.add_person, NewPerson("Bu Sari", "", "", None), None, jaya, days.now())
    with pytest.raises(Invalid):
        stories.publish(jaya)


def test_all_co_operatives_of_a_village_write_its_one_story(jaya: Actor) -> None:
    other = market.shop("sate").clerk
    elsewhere = market.shop("lontar", LONTAR).clerk
    stories.told(jaya, "Dari tambak.")
    stories.told(other, "Dari tambak ke sate.")
    stories.told(elsewhere, "Dari laut.", village=LONTAR)
    shown = public()
    assert shown is not None
    assert shown.paragraphs == ("Dari tambak ke sate.",)
    photo = stories.photo(other)
    with pytest.raises(NotFound):
        write(photos.remove_photo, photo, elsewhere, days.now())
    write(photos.remove_photo, photo, jaya, days.now())
    assert {event.cooperative for event in queries.list_events(db.session(), accounts.TENGKURAK)} == {
        "Koperasi Tengkurak",
        "Koperasi Sate",
    }


@pytest.mark.parametrize("role", [Role.BUYER, Role.OFFICE])
def test_nobody_else_writes(jaya: Actor, role: Role) -> None:
    other = accounts.buyer() if role is Role.BUYER else accounts.official()
    for act in (
        lambda: write(operations.save_words, Words("", "x"), 0, other, days.now()),
        lambda: write(people.add_person, SARI, None, other, days.now()),
        lambda: write(photos.add_photo, StoredPhoto("story/a", 10, 10), "x", other, days.now()),
        lambda: write(operations.publish, 0, other, days.now()),
    ):
        with pytest.raises(Forbidden):
            act()


def test_changes_of_the_draft_leave_the_page_alone(jaya: Actor) -> None:
    stories.write_words(jaya, "Satu.")
    first, second = stories.photo(jaya, "Perahu"), stories.photo(jaya, "Tambak")
    sari, udin = stories.person(jaya), stories.person(jaya, "Pak Udin")
    stories.publish(jaya)
    before = public()
    now = days.now()
    stories.write_words(jaya, "Dua.")
    write(photos.change_photo, first, "Perahu pulang", jaya, now)
    write(photos.remove_photo, second, jaya, now)
    write(people.move_person, udin, PhotoStep.FIRST, jaya, now)
    changed = write(people.change_person, sari, NewPerson("Bu Sari", "", "Sabar.", stories.AGREED), None, jaya, now)
    write(people.remove_person, udin, jaya, now)
    assert public() == before
    assert [person.row.name for person in stories.draft().leaving] == ["Pak Udin"]
    stories.publish(jaya)
    shown = public()
    assert shown is not None
    assert (shown.paragraphs, [photo.alt for photo in shown.photos]) == (("Dua.",), ["Perahu pulang"])
    assert [(person.id, person.words) for person in shown.people] == [(changed, "Sabar.")]
    assert (count("story_photo"), count("story_person")) == (1, 1)
    assert market.broken() == []


def test_photos_stand_in_their_order_and_are_no_more_than_the_page_bears(jaya: Actor) -> None:
    ids = [stories.photo(jaya, f"Foto {number}") for number in range(MOST_PHOTOS)]
    with pytest.raises(Invalid):
        stories.photo(jaya)
    write(photos.move_photo, ids[2], PhotoStep.FIRST, jaya, days.now())
    write(photos.move_photo, ids[0], PhotoStep.LATER, jaya, days.now())
    assert [photo.id for photo in stories.draft().photos][:3] == [ids[2], ids[1], ids[0]]


def test_a_photo_needs_words_and_is_added_once(jaya: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        stories.photo(jaya, "  ")
    assert refused.value.errors == {"alt": "required"}
    assert stories.photo(jaya, key="story/a") == stories.photo(jaya, key="story/a")


def test_people_are_no_more_than_the_page_bears(jaya: Actor) -> None:
    for number in range(MOST_PEOPLE):
        stories.person(jaya, f"Orang {number}")
    with pytest.raises(Invalid):
        stories.person(jaya)


def test_without_consent_nobody_is_shown(jaya: Actor) -> None:
    stories.write_words(jaya, "Satu.")
    sari = stories.person(jaya, consent=None)
    stories.publish(jaya)
    shown = public()
    assert shown is not None
    assert shown.people == ()
    write(people.change_person, sari, SARI, None, jaya, days.now())
    assert public() == shown  # the draft alone
    stories.publish(jaya)
    shown = public()
    assert shown is not None
    assert [person.name for person in shown.people] == ["Bu Sari"]
    noted = stories.draft().people[0]
    assert (noted.consented_by, noted.consented_on, noted.noted_by) == ("Bu Sari", date(2026, 1, 4), "Pak Jaya")


def test_an_edition_without_consent_takes_the_person_off_the_page(jaya: Actor) -> None:
    stories.write_words(jaya, "Satu.")
    sari = stories.person(jaya)
    stories.publish(jaya)
    write(people.change_person, sari, NewPerson("Bu Sari", "", "", None), None, jaya, days.now())
    stories.publish(jaya)
    shown = public()
    assert shown is not None
    assert shown.people == ()


def withdraw_as_member(jaya: Actor) -> Actor:
    return Actor(jaya.id, jaya.role, jaya.cooperative_id, is_manager=False)


@pytest.mark.parametrize("who", [withdraw_as_member, lambda _jaya: accounts.official()])
def test_who_takes_their_consent_back_is_gone_at_once_and_everywhere(
    jaya: Actor, who: Callable[[Actor], Actor]
) -> None:
    stories.write_words(jaya, "Tambak kami.\nBu Sari membakar.", "Bu Sari dan sate")
    stories.photo(jaya, "Bu Sari di dapur")
    stories.photo(jaya, "Perahu")
    sari = stories.person(jaya, photo=StoredPhoto("private/person/a", 640, 480))
    stories.publish(jaya)
    stories.write_words(jaya, "Bu Sari.\nLagi.", "Bu Sari dan sate")
    redone = write(people.change_person, sari, SARI, StoredPhoto("private/person/b", 64, 48), jaya, days.now())
    files = write(people.withdraw_consent, redone, who(jaya), days.now())
    assert files == [("private/person/a", 640), ("private/person/b", 64)]
    shown = public()
    assert shown is not None
    assert (shown.title, shown.paragraphs, shown.people) == ("", ("Tambak kami.",), ())
    assert [photo.alt for photo in shown.photos] == ["Perahu"]
    draft = stories.draft()
    assert (draft.text, draft.people, draft.leaving) == ("Lagi.", (), ())
    assert "Sari" not in str(queries.list_events(db.session(), accounts.TENGKURAK))
    for model in (StoryPerson, StoryPhoto):
        for row in db.session.query(model):
            assert "Sari" not in str(vars(row))
    assert kinds()[-1] is Change.CONSENT_WITHDRAWN
    assert write(people.withdraw_consent, redone, jaya, days.now()) == []  # tapped twice
    assert market.broken() == []
    stories.publish(jaya)
    assert market.broken() == []


def test_only_those_near_take_somebody_off(jaya: Actor) -> None:
    sari = stories.person(jaya)
    elsewhere = market.shop("lontar", LONTAR).clerk
    with pytest.raises(NotFound):
        write(people.withdraw_consent, sari, elsewhere, days.now())
    with pytest.raises(Forbidden):
        write(people.withdraw_consent, sari, accounts.buyer(), days.now())
    with pytest.raises(NotFound):
        write(people.withdraw_consent, sari + 1, accounts.official(), days.now())


def test_the_office_hides_with_a_reason_and_shows_again(jaya: Actor, clock: Clock) -> None:
    office = accounts.official()
    with pytest.raises(NotFound):
        write(operations.hide_story, accounts.TENGKURAK, "Foto orang lain", office, days.now())
    stories.told(jaya)
    with pytest.raises(Invalid):
        write(operations.hide_story, accounts.TENGKURAK, " ", office, days.now())
    with pytest.raises(Forbidden):
        write(operations.hide_story, accounts.TENGKURAK, "Iri", jaya, days.now())
    write(operations.hide_story, accounts.TENGKURAK, "Foto orang lain", office, days.now())
    assert public() is None
    assert stories.draft().hidden_reason == "Foto orang lain"
    clock.forward(hours=1)
    stories.told(jaya, "Tanpa foto itu.")
    assert public() is None  # the office decides when it comes back
    write(operations.show_story, accounts.TENGKURAK, office, days.now())
    shown = public()
    assert shown is not None
    assert shown.paragraphs == ("Tanpa foto itu.",)
    assert kinds()[-4:] == [Change.HIDDEN, Change.TEXT, Change.PUBLISHED, Change.SHOWN]
    assert market.broken() == []


def test_an_inactive_co_operative_has_no_say(jaya: Actor) -> None:
    write(lambda session: setattr(session.get(Cooperative, jaya.cooperative_id), "is_active", False))
    with pytest.raises(Forbidden):
        stories.write_words(jaya, "Satu.")


def test_the_list_of_stories_is_the_published_ones(jaya: Actor, clock: Clock) -> None:
    lontar = market.shop("lontar", LONTAR).clerk
    stories.told(jaya)
    stories.write_words(lontar, "Belum terbit.", village=LONTAR)
    stories.person(jaya, consent=Consent("Bu Sari", date(2026, 1, 4), Way.SPOKEN))
    found, has_more = queries.list_stories(db.session())
    assert ([story.village for story in found], has_more) == (["Tengkurak"], False)
    clock.forward(hours=1)
    stories.publish(lontar, LONTAR)
    found, has_more = queries.list_stories(db.session(), per_page=1)
    assert ([story.village for story in found], has_more) == (["Lontar"], True)
