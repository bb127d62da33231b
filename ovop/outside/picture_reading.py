"""Reading what people send as photos: bytes in, one upright picture in plain colours out, at a bounded price.

Told by content, never by name.  What a picture will take of memory and time is judged by its first bytes, before
anything of it is unpacked.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageCms, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

LARGEST_BYTES = 15 * 1024 * 1024
#: A "50 megapixel" phone makes 50.3 million.
MOST_PIXELS = 50 * 2**20
#: What reading one picture may take of a small machine's memory at its peak, in bytes.
MOST_MEMORY = 128 * 2**20
#: Passes over a JPEG, each as slow as the whole picture; cameras and editors make a dozen.
MOST_SCANS = 64
SMALLEST_SIDE = 32
#: Longest side over shortest: beyond it something is a strip, not a photo.
LARGEST_RATIO = 6
LARGEST_WIDTH = 1280
LARGEST_HEIGHT = 1920

_KINDS = ("JPEG", "PNG", "WEBP", "GIF")
_START_OF_SCAN = b"\xff\xda"
_WHITE = (255, 255, 255)

#: Bytes for each pixel, at the peak: as it is read, while it is scaled.  WebP is drawn on canvases of its own first.
_PLAIN, _CONVERTED, _WEBP = 6, 15, 17
_COEFFICIENT = 2

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


class Unreadable(Exception):
    """Bytes that are no photo we take; `reason` is a code such as ``photo-broken``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_picture(data: bytes) -> Image.Image:
    """The picture in `data`, upright, RGB on white, at most LARGEST_WIDTH × LARGEST_HEIGHT, with nothing attached.

    Reads JPEG, PNG, WebP and the first frame of GIF.  Raises: Unreadable with why for everything else, and for what
    is broken, too large, too small or too narrow.
    """
    if len(data) > LARGEST_BYTES:
        raise Unreadable("photo-too-large")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on odd notes inside; what counts about them is checked here
        try:
            with _opened(data) as image:  # closed it is out of memory at once, though its parts refer to each other
                return _read(image)
        except Unreadable:
            raise
        except Exception:  # decoders fail in many ways on bytes made to break them; all mean the same here
            raise Unreadable("photo-broken") from None


def _opened(data: bytes) -> Image.Image:
    """The picture with its size known and nothing unpacked yet, when it is worth unpacking."""
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=_KINDS)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise Unreadable(_why_unopened(data, error)) from None
    shortest, longest = sorted(image.size)
    if image.width * image.height > MOST_PIXELS:
        raise Unreadable("photo-too-many-pixels")
    if shortest < SMALLEST_SIDE or longest > LARGEST_RATIO * shortest:
        raise Unreadable("photo-too-small")
    memory = 0
    if isinstance(image, JpegImageFile):
        if data.count(_START_OF_SCAN) > MOST_SCANS:
            raise Unreadable("photo-broken")
        memory = _coefficients(image)
        scale = min(1.0, 1.5 * _scale(image, lies_on_its_side=_orientation(image) >= 5))
        image.draft(None, (round(scale * image.width), round(scale * image.height)))
    if memory + image.width * image.height * _bytes_for_a_pixel(image) > MOST_MEMORY:
        raise Unreadable("photo-too-many-pixels")
    return image


def _why_unopened(data: bytes, error: Exception) -> str:
    if not isinstance(error, UnidentifiedImageError):
        return "photo-too-many-pixels"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"):
        return "photo-heic"
    return "not-a-photo"


def _coefficients(image: JpegImageFile) -> int:
    """Bytes that a progressive JPEG's numbers take while its passes come in, whatever size it is then drawn at."""
    if not image.info.get("progressive"):
        return 0
    widest, tallest = (max(layer[side] for layer in image.layer) for side in (1, 2))
    share = sum(layer[1] * layer[2] for layer in image.layer) / (widest * tallest)
    return round(image.width * image.height * share * _COEFFICIENT)


def _bytes_for_a_pixel(image: Image.Image) -> int:
    if image.format == "WEBP":
        return _WEBP
    is_plain = image.mode in ("RGB", "CMYK", "L", "1") and not image.has_transparency_data
    return _PLAIN if is_plain else _CONVERTED


def _read(image: Image.Image) -> Image.Image:
    image.load()
    orientation = _orientation(image)
    image = _shrink(_plain_modes(image), lies_on_its_side=orientation >= 5)
    image = _on_white(_in_srgb(image))
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    image.info = {}  # a comment or a colour profile would otherwise be written again
    return image


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


def _scale(image: Image.Image, *, lies_on_its_side: bool) -> float:
    """What makes the picture fit, 1 at most, once it is upright."""
    width, height = (image.height, image.width) if lies_on_its_side else image.size
    return min(1.0, LARGEST_WIDTH / width, LARGEST_HEIGHT / height)


def _shrink(image: Image.Image, *, lies_on_its_side: bool) -> Image.Image:
    """At most LARGEST_WIDTH × LARGEST_HEIGHT once upright; never larger than it was."""
    scale = _scale(image, lies_on_its_side=lies_on_its_side)
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
