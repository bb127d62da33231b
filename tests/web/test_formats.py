"""Amounts, weights, times and distances as people read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.days import JAKARTA
from ovop.kernel.quantity import LARGEST_QUANTITY, Measure, parse_quantity
from ovop.web import formats, times
from ovop.web.language import speaking
from tests.conftest import Clock
from tests.web.looks import make_app


@pytest.fixture(scope="module", autouse=True)
def in_an_application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with make_app(tmp_path_factory.mktemp("instance")).app_context():
        yield


def said(text: str) -> str:
    """With plain spaces, to read the cases."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def both(function: object, *values: object, **options: object) -> tuple[str, str]:
    """What a format says in Indonesian and in English."""
    with speaking("id"):
        indonesian = said(function(*values, **options))  # type: ignore[operator]
    with speaking("en"):
        return indonesian, said(function(*values, **options))  # type: ignore[operator]


def jakarta(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of January 2026, as the database gives it."""
    return datetime(2026, 1, day, hour, minute, tzinfo=JAKARTA).astimezone(UTC)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (45_000, ("Rp 45.000", "Rp 45,000")),
        (0, ("Rp 0", "Rp 0")),
        (-1_300, ("−Rp 1.300", "−Rp 1,300")),
        (412_600_000, ("Rp 412.600.000", "Rp 412,600,000")),
    ],
)
def test_rupiah_are_grouped_as_the_reader_is_used_to(amount: int, expected: tuple[str, str]) -> None:
    assert both(formats.rupiah, amount) == expected


def test_an_amount_is_never_torn_from_its_unit() -> None:
    for text in (formats.rupiah(45_000), formats.weight(1_500), formats.distance(1.4), formats.per_unit("kg")):
        assert " " not in text


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (412_600_000, ("Rp 412,6 juta", "Rp 412.6 million")),
        (1_250_000_000, ("Rp 1,3 miliar", "Rp 1.3 billion")),
        (950_000, ("Rp 950.000", "Rp 950,000")),
    ],
)
def test_large_sums_are_said_in_words(amount: int, expected: tuple[str, str]) -> None:
    assert both(formats.short_rupiah, amount) == expected


@pytest.mark.parametrize(
    ("grams", "expected"),
    [
        (1_500, ("1,5 kg", "1.5 kg")),
        (2_000, ("2 kg", "2 kg")),
        (1_480, ("1,48 kg", "1.48 kg")),
        (1_333, ("1,333 kg", "1.333 kg")),
        (999, ("999 g", "999 g")),
        (750, ("750 g", "750 g")),
        (0, ("0 g", "0 g")),
        (-1_500, ("−1,5 kg", "−1.5 kg")),
        (1_500_000, ("1.500 kg", "1,500 kg")),
    ],
)
def test_weights_are_in_grams_below_a_kilogram(grams: int, expected: tuple[str, str]) -> None:
    assert both(formats.weight, grams) == expected


def test_counted_goods_are_named() -> None:
    assert both(formats.quantity, 3, "count", "piece") == ("3 buah", "3 pieces")
    assert both(formats.quantity, 1, "count", "piece") == ("1 buah", "1 piece")
    assert both(formats.quantity, 1_200, "count", "pack") == ("1.200 bungkus", "1,200 packs")
    assert both(formats.per_unit, "pack") == ("/ bungkus", "/ pack")


@given(grams=st.integers(1, LARGEST_QUANTITY), measure=st.sampled_from(Measure), english=st.booleans())
def test_what_the_market_writes_into_a_field_it_can_read(grams: int, measure: Measure, english: bool) -> None:
    with speaking("en" if english else "id"):
        written = formats.typed_quantity(grams, measure)
    assert parse_quantity(written, measure, decimal_point=english) == grams


def test_clock_day_and_zone_are_jakarta_s(clock: Clock) -> None:
    evening = datetime(2026, 1, 4, 23, 30, tzinfo=UTC)
    assert both(times.moment, evening) == ("Sen 5 Jan 06.30 WIB", "Mon 5 Jan 06:30 WIB")
    assert both(times.day, date(2025, 12, 31)) == ("Rab 31 Des 2025", "Wed 31 Dec 2025")
    assert both(times.long_day, date(2026, 8, 17)) == ("Senin, 17 Agustus 2026", "Monday, 17 August 2026")
    assert both(times.month, date(2026, 5, 1)) == ("Mei 2026", "May 2026")


@pytest.mark.parametrize(
    ("starts_at", "expected"),
    [
        (jakarta(5, 16), ("Hari ini 16.00–17.00", "Today 16:00–17:00")),
        (jakarta(6, 6), ("Besok 06.00–07.00", "Tomorrow 06:00–07:00")),
        (jakarta(4, 16), ("Kemarin 16.00–17.00", "Yesterday 16:00–17:00")),
        (jakarta(8, 16), ("Kam 8 Jan 16.00–17.00", "Thu 8 Jan 16:00–17:00")),
    ],
)
def test_a_slot_says_its_day_as_people_do(clock: Clock, starts_at: datetime, expected: tuple[str, str]) -> None:
    assert both(times.span, starts_at, starts_at + timedelta(hours=1)) == expected


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (jakarta(5, 9), ("baru saja", "just now")),
        (jakarta(5, 8, 48), ("12 menit lalu", "12 min ago")),
        (jakarta(5, 6), ("3 jam lalu", "3 hours ago")),
        (jakarta(5, 8), ("1 jam lalu", "1 hour ago")),
        (jakarta(4, 22), ("11 jam lalu", "11 hours ago")),
        (jakarta(4, 9), ("kemarin", "yesterday")),
        (jakarta(1, 9), ("4 hari lalu", "4 days ago")),
        (datetime(2025, 12, 20, tzinfo=UTC), ("Sab 20 Des 2025", "Sat 20 Dec 2025")),
        (jakarta(5, 9, 30), ("30 menit lagi", "in 30 min")),
        (jakarta(5, 12), ("3 jam lagi", "in 3 hours")),
        (jakarta(6, 23), ("besok", "tomorrow")),
        (jakarta(9, 9), ("Jum 9 Jan", "Fri 9 Jan")),
    ],
)
def test_how_long_ago_a_catch_was_landed(clock: Clock, instant: datetime, expected: tuple[str, str]) -> None:
    assert both(times.ago, instant) == expected


@given(seconds=st.integers(-(10**8), 10**8))
def test_any_distance_in_time_can_be_said(seconds: int) -> None:
    now = datetime(2026, 1, 5, 2, tzinfo=UTC)
    assert times.ago(now - timedelta(seconds=seconds), now)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 11, 1), date(2026, 11, 24), "1–24 Nov"),
        (date(2026, 10, 28), date(2026, 11, 3), "28 Okt – 3 Nov"),
        (date(2025, 12, 1), date(2026, 11, 24), "1 Des 2025 – 24 Nov 2026"),
        (date(2026, 11, 1), date(2026, 11, 1), "1 Nov"),
    ],
)
def test_a_period_says_no_more_than_needed(first: date, last: date, expected: str) -> None:
    assert said(times.period(first, last)) == expected


@pytest.mark.parametrize(
    ("kilometres", "expected"),
    [
        (1.4, ("1,4 km", "1.4 km")),
        (19.0, ("19,0 km", "19.0 km")),
        (0.353, ("350 m", "350 m")),
        (0.9996, ("1,0 km", "1.0 km")),
        (120.4, ("120 km", "120 km")),
    ],
)
def test_distances_are_as_exact_as_one_walks(kilometres: float, expected: tuple[str, str]) -> None:
    assert both(formats.distance, kilometres) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.084, ("+8,4 %", "+8.4%")), (-0.113, ("−11,3 %", "−11.3%")), (0, ("0 %", "0%")), (1.5, ("+150 %", "+150%"))],
)
def test_changes_carry_their_sign(share: float, expected: tuple[str, str]) -> None:
    assert both(formats.percent, share, signed=True) == expected


def test_a_constant_in_a_template_speaks_the_language_of_each_reader(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    with app.test_request_context():
        template = app.jinja_env.from_string("{{ 1500|weight }}")
        with speaking("en"):
            assert said(template.render()) == "1.5 kg"
        assert said(template.render()) == "1,5 kg"


def test_templates_have_every_format(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    assert {function.__name__ for function in formats.FILTERS} <= set(app.jinja_env.filters)
    with app.test_request_context():
        assert said(app.jinja_env.from_string("{{ 45000|rupiah }} {{ 'kg'|per_unit }}").render()) == "Rp 45.000 / kg"
