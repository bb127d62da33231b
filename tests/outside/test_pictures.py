"""Pictures: upright, small, without a word about who took them; everything else refused with the right reason."""

from __future__ import annotations

import base64
import io
import resource
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ovop.demo.pictures import FOLDER
from ovop.kernel.errors import Invalid
from ovop.outside.picture_finishing import MOST_OF_TINY, make_avif, make_tiny
from ovop.outside.picture_reading import LARGEST_WIDTH
from ovop.outside.pictures import Picture, finish, make_variants, widths_of
from tests.outside import odd_pictures as odd


def opened(picture: Picture, name: str | None = None) -> Image.Image:
    """A variant of `picture`, by default the largest WebP."""
    wanted = name or f"{picture.width}.webp"
    [data] = [variant.data for variant in picture.variants if variant.name == wanted]
    return Image.open(io.BytesIO(data))


def is_near(image: Image.Image, place: tuple[float, float], colour: tuple[int, int, int]) -> bool:
    """Whether the colour at `place` (parts of width and height) is about `colour`."""
    pixel = image.convert("RGB").getpixel((int(image.width * place[0]), int(image.height * place[1])))
    assert isinstance(pixel, tuple)
    return all(abs(int(seen) - meant) < 45 for seen, meant in zip(pixel, colour, strict=True))


def assert_upright(image: Image.Image) -> None:
    for place, colour in {
        (0.2, 0.2): odd.RED,
        (0.8, 0.2): odd.GREEN,
        (0.2, 0.8): odd.BLUE,
        (0.8, 0.8): odd.GREY,
    }.items():
        assert is_near(image, place, colour), (place, colour)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_however_the_phone_was_held_the_photo_is_upright_in_every_size(orientation: int) -> None:
    picture = make_variants(odd.held(orientation))
    assert (picture.width, picture.height) == (640, 480)
    for variant in picture.variants:
        image = Image.open(io.BytesIO(variant.data))
        assert image.size == (variant.width, variant.width * 3 // 4)
        assert_upright(image)


def test_no_file_tells_where_when_or_with_what_it_was_taken() -> None:
    sent = odd.saved(odd.quarters(), exif=odd.exif(6), comment=b"rahasia di komentar", icc_profile=odd.SRGB)
    assert b"KAMERA RAHASIA" in sent
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
    for variant in make_variants(sent).variants:
        image = Image.open(io.BytesIO(variant.data))
        assert dict(image.getexif()) == {}
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)
        for trace in (b"RAHASIA", b"rahasia", b"Exif", b"EXIF", b"GPS", b"ICC_PROFILE", b"ICCP", b"<x:xmpmeta"):
            assert trace not in variant.data


@pytest.mark.parametrize("name", odd.GOOD)
def test_photos_of_every_make_are_read(name: str) -> None:
    make, size = odd.GOOD[name]
    picture = make_variants(make())
    assert (picture.width, picture.height) == size
    assert [variant.width for variant in picture.variants[::2]] == widths_of(size[0])
    for variant in picture.variants:
        image = Image.open(io.BytesIO(variant.data))
        image.load()
        assert image.mode == "RGB"
        assert image.get_format_mimetype() == variant.content_type
        assert getattr(image, "n_frames", 1) == 1
    if "grey" not in name and "16-bit" not in name and "black" not in name and "transparent" not in name:
        assert_upright(opened(picture))


@pytest.mark.parametrize("name", odd.BAD)
def test_what_is_no_usable_photo_is_refused_with_why(name: str) -> None:
    make, reason = odd.BAD[name]
    with pytest.raises(Invalid) as refusal:
        make_variants(make())
    assert refusal.value.errors == {"photo": reason}


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_was_see_through_is_white(kind: str) -> None:
    image = opened(make_variants(odd.transparent(kind)))
    assert is_near(image, (0.8, 0.8), (255, 255, 255))
    assert is_near(image, (0.2, 0.2), odd.RED)


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    image = opened(make_variants(odd.sixteen_bits_of_grey()))
    assert is_near(image, (0.5, 0.1), (25, 25, 25))
    assert is_near(image, (0.5, 0.5), (128, 128, 128))
    assert is_near(image, (0.5, 0.9), (230, 230, 230))


def test_an_animation_stands_still_at_its_first_frame() -> None:
    assert_upright(opened(make_variants(odd.animated("GIF"))))


def test_a_second_file_hidden_behind_the_first_is_gone() -> None:
    make, _ = odd.GOOD["jpeg and a zip in one"]
    assert all(b"<script>" not in variant.data for variant in make_variants(make()).variants)


def test_nothing_is_made_larger_than_it_came() -> None:
    assert widths_of(200) == [200]
    assert widths_of(320) == [320]
    assert widths_of(321) == [320, 321]
    assert widths_of(1280) == [320, 640, 1280]
    assert [variant.width for variant in make_variants(odd.saved(odd.quarters(200, 150))).variants] == [200, 200]


def largest(picture: Picture) -> bytes:
    """The largest JPEG of `picture`, of which the rest is made."""
    return picture.variants[-1].data


def test_avif_files_follow_in_the_same_widths_without_notes() -> None:
    picture = make_variants(odd.saved(odd.quarters(1600, 1200), exif=odd.exif(1)))
    made = finish(largest(picture), picture.width).variants
    assert [(variant.name, variant.width, variant.content_type) for variant in made] == [
        (f"{width}.avif", width, "image/avif") for width in (320, 640, 1280)
    ]
    for variant in made:
        image = Image.open(io.BytesIO(variant.data))
        assert image.size == (variant.width, variant.width * 3 // 4)
        assert_upright(image)
        assert not {"exif", "icc_profile", "xmp"} & set(image.info)


def test_a_photograph_weighs_least_as_avif_and_most_as_jpeg() -> None:
    sums = dict.fromkeys(("jpg", "webp", "avif"), 0)
    for file in (FOLDER / "mackerel.jpg", FOLDER / "prawn.jpg"):
        picture = make_variants(file.read_bytes())
        for variant in (*picture.variants, *finish(largest(picture), picture.width).variants):
            sums[variant.name.partition(".")[2]] += len(variant.data)
    assert sums["avif"] < 0.92 * sums["webp"] < 0.75 * sums["jpg"]


def test_a_small_picture_gets_avif_in_its_own_width_only() -> None:
    picture = make_variants(odd.saved(odd.quarters(200, 150)))
    assert [variant.name for variant in finish(largest(picture), picture.width).variants] == ["200.avif"]


def test_a_pillow_without_avif_makes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.features.check", lambda _name: False)
    assert list(make_avif(odd.quarters(), [320, 640])) == []


def test_a_finisher_that_fails_says_so() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        finish(b"no jpeg", 640)


def test_finishing_the_largest_picture_needs_little_memory_and_none_of_the_markets() -> None:
    tall = make_variants(odd.saved(Image.effect_noise((1280, 1920), 60).convert("RGB")))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(finish(largest(tall), tall.width).variants) == 3
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - own < 8 * 1024  # KiB


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (1000, 200), (40, 32)])
def test_a_placeholder_is_the_picture_in_a_few_pixels(size: tuple[int, int]) -> None:
    tiny = make_tiny(odd.quarters(*size))
    assert len(tiny) <= MOST_OF_TINY
    image = Image.open(io.BytesIO(base64.b64decode(tiny)))
    assert (image.format, max(image.size)) == ("WEBP", 16)
    if min(image.size) > 8:
        assert_upright(image)


def test_a_placeholder_of_a_restless_picture_is_no_longer() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((64, 64), 120) for _ in range(3)])
    assert 0 < len(make_tiny(noise)) <= MOST_OF_TINY


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_bytes_changed_on_the_way_are_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    sent = bytearray(data.draw(st.sampled_from(_small())))
    for _ in range(data.draw(st.integers(1, 8))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(sent)))
    for version in (bytes(sent), bytes(sent[:cut])):
        try:
            picture = make_variants(version)
        except Invalid:
            continue
        assert 0 < picture.width <= LARGEST_WIDTH


def _small() -> list[bytes]:
    image = odd.quarters(60, 48)
    return [
        odd.saved(image, exif=odd.exif(6)),
        odd.saved(image, "PNG", exif=odd.exif(6)),
        odd.saved(image, "WEBP", exif=odd.exif(6)),
        odd.saved(image, "GIF"),
    ]
