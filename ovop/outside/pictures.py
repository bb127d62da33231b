"""Pictures: what a phone sent becomes a few small files that show upright everywhere and tell nothing about the sender.

Pure: bytes in, bytes out.  Everything is drawn anew, so nothing of the file that came survives: no position, no
camera, no hidden second file.
"""

from __future__ import annotations

import io
import threading
import warnings
from dataclasses import dataclass

from PIL import Image, ImageCms, UnidentifiedImageError

from ovop.kernel.errors import Invalid

LARGEST_BYTES = 15 * 1024 * 1024
#: A "50 megapixel" phone makes 50.3 million.  JPEG is decoded at a reduced size, the others whole: less of them fits.
MOST_PIXELS_OF_JPEG = 50 * 2**20
MOST_PIXELS = 25 * 2**20
SMALLEST_SIDE = 32
#: Longest side over shortest: beyond it something is a strip, not a photo.
LARGEST_RATIO = 6

#: Widths that pages choose from; the quality falls where pixels are so dense that nobody sees it.
QUALITY_BY_WIDTH = {320: 70, 640: 62, 1280: 70}
LARGEST_WIDTH = 1280
LARGEST_HEIGHT = 1920
_KINDS = ("JPEG", "PNG", "WEBP", "GIF")
_WHITE = (255, 255, 255)

_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

#: One picture is in memory at a time, however many clerks upload at once.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Variant:
    """One file of a picture; `name` such as ``640.webp``, `width` in pixels."""

    name: str
    width: int
    data: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's size upright, in pixels of its largest variant, and its files from small to large, WebP and JPEG."""

    width: int
    height: int
    variants: tuple[Variant, ...]


def widths_of(width: int) -> list[int]:
    """Widths in which a picture of that `width` exists, from small to large; none is larger than the picture."""
    return [*(step for step in QUALITY_BY_WIDTH if step < width), width]


def make_variants(data: bytes, *, field: str = "photo") -> Picture:
    """The picture in `data` as upright WebP and JPEG files on white, without any metadata.

    Reads JPEG, PNG, WebP and the first frame of GIF, told by content.
    Raises: Invalid with why for everything else, and for what is broken, too large, too small or too narrow.
    """
    if len(data) > LARGEST_BYTES:
        raise Invalid({field: "photo-too-large"})
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on odd notes inside; what counts about them is checked here
        try:
            image = _read(data, field)
        except Invalid:
            raise
        except Exception:  # decoders fail in many ways on bytes made to break them; all mean the same here
            raise Invalid({field: "photo-broken"}) from None
        return Picture(image.width, image.height, tuple(_variants(image)))


def _read(data: bytes, field: str) -> Image.Image:
    """The upright picture at its largest size, RGB, with nothing attached."""
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=_KINDS)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise Invalid({field: _why_unread(data, error)}) from None
    _check_size(image, field)
    scale = min(1.0, LARGEST_WIDTH / min(image.size), LARGEST_HEIGHT / max(image.size))
    image.draft(None, (round(2 * scale * image.width), round(2 * scale * image.height)))  # JPEG only: less memory
    image.load()
    orientation = _orientation(image)
    image = _shrink(_plain_modes(image), lies_on_its_side=orientation >= 5)
    image = _on_white(_in_srgb(image))
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    image.info = {}  # a comment or a colour profile would otherwise be written again
    return image


def _check_size(image: Image.Image, field: str) -> None:
    shortest, longest = sorted(image.size)
    most = MOST_PIXELS_OF_JPEG if image.format in ("JPEG", "MPO") else MOST_PIXELS
    if image.width * image.height > most:
        raise Invalid({field: "photo-too-many-pixels"})
    if shortest < SMALLEST_SIDE or longest > LARGEST_RATIO * shortest:
        raise Invalid({field: "photo-too-small"})


def _why_unread(data: bytes, error: Exception) -> str:
    if not isinstance(error, UnidentifiedImageError):
        return "photo-too-many-pixels"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"):
        return "photo-heic"
    return "not-a-photo"


def _orientation(image: Image.Image) -> int:
    """The camera's note on how it was held, 1 … 8; 1 when there is none that can be read."""
    try:
        noted = int(image.getexif().get(_ORIENTATION, 1))
        return noted if noted in _UPRIGHT else 1
    except Exception:  # as above: a broken note is no note
        return 1


def _plain_modes(image: Image.Image) -> Image.Image:
    """The same picture in a mode that can be scaled: RGB, CMYK, L, or RGBA where anything is transparent."""
    if image.mode.startswith("I"):  # 16 bits of grey: keep the upper eight
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("RGB", "CMYK", "L", "RGBA"):
        return image.convert("RGBA") if image.has_transparency_data and image.mode != "RGBA" else image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _shrink(image: Image.Image, *, lies_on_its_side: bool) -> Image.Image:
    """At most LARGEST_WIDTH × LARGEST_HEIGHT once upright; never larger than it was."""
    width, height = (image.height, image.width) if lies_on_its_side else image.size
    scale = min(1.0, LARGEST_WIDTH / width, LARGEST_HEIGHT / height)
    if scale == 1.0:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _in_srgb(image: Image.Image) -> Image.Image:
    """The same colours without a profile: phones record in wider colours that look dull when it is just dropped."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            converted = ImageCms.profileToProfile(
                image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # a profile that cannot be read, or of another kind of colour
        if converted is not None:
            return converted
    return image if image.mode == "RGBA" else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, _WHITE)
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _variants(image: Image.Image) -> list[Variant]:
    made: list[Variant] = []
    for width in widths_of(image.width):
        small = image
        if width < image.width:
            height = max(1, round(image.height * width / image.width))
            small = image.resize((width, height), Image.Resampling.LANCZOS)
        quality = next(quality for step, quality in QUALITY_BY_WIDTH.items() if width <= step)
        made.append(Variant(f"{width}.webp", width, _saved(small, "WEBP", quality=quality, method=4), "image/webp"))
        jpeg = _saved(small, "JPEG", quality=quality + 8, optimize=True, progressive=True)
        made.append(Variant(f"{width}.jpg", width, jpeg, "image/jpeg"))
    return made


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
