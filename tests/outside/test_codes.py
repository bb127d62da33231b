"""QR codes in photos: as they come out of phones and chats, and what is no code at all."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest
import segno
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from ovop.kernel.errors import Invalid
from ovop.outside.codes import Codes, find_codes

TEXT = "000201010211" + "26660014COM.CONTOH.WWW0118936000000000000001" * 3


def drawn(text: str = TEXT, scale: int = 6, **more: object) -> Image.Image:
    """A code as segno draws it."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=scale, border=4, **more)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")


def poster(*codes: Image.Image, size: tuple[int, int] = (1200, 1600)) -> Image.Image:
    """Codes one below the other on paper, with words around them."""
    paper = Image.new("RGB", size, "#F1EFE9")
    pen = ImageDraw.Draw(paper)
    for number, code in enumerate(codes):
        paper.paste(code, (120, 150 + number * 700))
        pen.text((120, 110 + number * 700), "KOPERASI TENGKURAK  NMID ID0000000000001", fill="#222")
    return paper


def data_of(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noisy(image: Image.Image) -> Image.Image:
    chance = random.Random(1)
    pixels = image.load()
    for _ in range(image.width * image.height // 40):
        grey = chance.randrange(256)
        pixels[chance.randrange(image.width), chance.randrange(image.height)] = (grey, grey, grey)
    return image


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as it is": lambda image: image,
    "on its side": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "on its head": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "held askew": lambda image: image.rotate(17, expand=True, fillcolor="#777"),
    "in the dark": lambda image: ImageEnhance.Brightness(image).enhance(0.25),
    "faded": lambda image: ImageEnhance.Contrast(image).enhance(0.18),
    "a little out of focus": lambda image: image.filter(ImageFilter.GaussianBlur(2.2)),
    "light on dark": lambda image: Image.eval(image, lambda value: 255 - value),
    "seen from the side": lambda image: image.transform(
        image.size, Image.Transform.QUAD, (0, 60, 80, image.height, image.width, image.height - 90, image.width - 40, 0)
    ),
    "with noise": noisy,
    "from a large camera": lambda image: image.resize((3600, 4800)),
    "sent through a chat": lambda image: image.resize((720, 960)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_code_is_read_however_its_photo_was_taken(change: Callable[[Image.Image], Image.Image]) -> None:
    assert find_codes(data_of(change(poster(drawn())))) == Codes((TEXT,), False)


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("WEBP", {"quality": 60}), ("JPEG", {"quality": 25}), ("GIF", {})]
)
def test_every_kind_of_photo_is_read(kind: str, options: dict[str, object]) -> None:
    assert find_codes(data_of(poster(drawn()), kind, **options)).texts == (TEXT,)


def test_a_cut_out_code_on_nothing_is_read() -> None:
    clear = drawn(scale=3).convert("RGBA")
    clear.putalpha(Image.eval(clear.convert("L"), lambda value: 255 - value))
    assert find_codes(data_of(clear, "PNG")).texts == (TEXT,)


def test_letters_beyond_ascii_are_kept() -> None:
    assert find_codes(data_of(drawn("Kopêrasi 最佳"), "PNG")).texts == ("Kopêrasi 最佳",)


def test_several_codes_are_all_told_and_one_shown_twice_is_one() -> None:
    other = drawn("https://contoh.id")
    assert set(find_codes(data_of(poster(drawn(), other))).texts) == {TEXT, "https://contoh.id"}
    assert find_codes(data_of(poster(drawn(), drawn()))).texts == (TEXT,)


def test_no_code_and_a_blurred_one_are_told_apart() -> None:
    assert find_codes(data_of(poster())) == Codes((), False)
    damaged = drawn()
    ImageDraw.Draw(damaged).rectangle((120, 120, 300, 300), fill="white")
    assert find_codes(data_of(poster(damaged))) == Codes((), True)
    assert find_codes(data_of(poster(drawn()).filter(ImageFilter.GaussianBlur(14)))).texts == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not-a-photo"),
        (b"000201010211", "not-a-photo"),
        (b"x" * (16 * 2**20), "photo-too-large"),
        (data_of(poster())[:2000], "photo-broken"),
        (data_of(Image.new("RGB", (20, 20))), "photo-too-small"),
    ],
)
def test_what_is_no_photo_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        find_codes(data, field="qris_photo")
    assert refused.value.errors == {"qris_photo": reason}
