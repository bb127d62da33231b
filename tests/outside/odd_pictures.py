"""Files that people send as photos: good ones of every make, and the odd, broken and hostile ones.

Each is made here, so that what is special about it can be read.  Colours: the upper left quarter is red.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image, ImageCms, ImageDraw

RED, GREEN, BLUE, GREY = (200, 30, 30), (30, 160, 60), (30, 60, 200), (120, 120, 120)

#: EXIF orientation → how a camera held that way stores an upright picture.
STORED: dict[int, list[Image.Transpose]] = {
    1: [],
    2: [Image.Transpose.FLIP_LEFT_RIGHT],
    3: [Image.Transpose.ROTATE_180],
    4: [Image.Transpose.FLIP_TOP_BOTTOM],
    5: [Image.Transpose.TRANSPOSE],
    6: [Image.Transpose.ROTATE_90],
    7: [Image.Transpose.TRANSVERSE],
    8: [Image.Transpose.ROTATE_270],
}


def quarters(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """Red, green, blue and grey quarters, read as text is."""
    image = Image.new("RGB", (width, height), GREY)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2, height // 2), RED)
    draw.rectangle((width // 2, 0, width, height // 2), GREEN)
    draw.rectangle((0, height // 2, width // 2, height), BLUE)
    return image.convert(mode)


def saved(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def held(orientation: int) -> bytes:
    """A photo as a phone held in that way writes it, with its position and make."""
    image = quarters()
    for turn in STORED[orientation]:
        image = image.transpose(turn)
    return saved(image, exif=exif(orientation), comment=b"rahasia di komentar")


def exif(orientation: int) -> bytes:
    """Camera notes with a position: 6°03'S 106°09'E."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F] = "KAMERA RAHASIA"
    notes.get_ifd(0x8825).update({1: "S", 2: (6.0, 3.0, 0.0), 3: "E", 4: (106.0, 9.0, 0.0)})
    return notes.tobytes()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that unpack into width × height pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def transparent(kind: str) -> bytes:
    """Quarters whose grey one is see-through; what lies under it is black."""
    image = quarters(mode="RGBA")
    image.paste((0, 0, 0, 0), (320, 240, 640, 480))
    return saved(image, kind)


def palette(*, is_transparent: bool) -> bytes:
    image = quarters().quantize(8)
    if is_transparent:
        corner = image.getpixel((639, 479))
        return saved(image, "PNG", transparency=corner)
    return saved(image, "PNG")


def sixteen_bits_of_grey() -> bytes:
    return saved(Image.linear_gradient("L").resize((300, 300)).convert("I;16").point(lambda v: v * 257), "PNG")


def animated(kind: str) -> bytes:
    frames = [quarters(), quarters().transpose(Image.Transpose.ROTATE_180)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def two_pictures_in_one() -> bytes:
    return saved(quarters(), "MPO", save_all=True, append_images=[quarters(320, 240)])


def with_profile(profile: bytes) -> bytes:
    return saved(quarters(), icc_profile=profile)


def flipped(data: bytes, at: int, to: int) -> bytes:
    return data[:at] + bytes([to]) + data[at + 1 :]


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

#: name → (how it is made, upright size)
GOOD: dict[str, tuple[Callable[[], bytes], tuple[int, int]]] = {
    "plain jpeg": (lambda: saved(quarters()), (640, 480)),
    "progressive jpeg": (lambda: saved(quarters(), progressive=True), (640, 480)),
    "grey jpeg": (lambda: saved(quarters(mode="L")), (640, 480)),
    "cmyk jpeg": (lambda: saved(quarters(mode="CMYK")), (640, 480)),
    "jpeg with a colour profile": (lambda: with_profile(SRGB), (640, 480)),
    "jpeg with a broken colour profile": (lambda: with_profile(b"no profile at all"), (640, 480)),
    "jpeg with broken camera notes": (lambda: saved(quarters(), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"), (640, 480)),
    "jpeg with orientation 9": (lambda: saved(quarters(), exif=exif(9)), (640, 480)),
    "jpeg and a zip in one": (lambda: saved(quarters()) + b"PK\x03\x04<script>alert(1)</script>", (640, 480)),
    "two pictures in one (mpo)": (two_pictures_in_one, (640, 480)),
    "png": (lambda: saved(quarters(), "PNG"), (640, 480)),
    "interlaced-size odd png": (lambda: saved(quarters(641, 479), "PNG"), (641, 479)),
    "transparent png": (lambda: transparent("PNG"), (640, 480)),
    "palette png": (lambda: palette(is_transparent=False), (640, 480)),
    "palette png, transparent": (lambda: palette(is_transparent=True), (640, 480)),
    "16-bit png": (sixteen_bits_of_grey, (300, 300)),
    "black and white png": (lambda: saved(quarters(mode="1"), "PNG"), (640, 480)),
    "grey png with alpha": (lambda: saved(quarters(mode="LA"), "PNG"), (640, 480)),
    "png turned by its notes": (
        lambda: saved(quarters().transpose(Image.Transpose.ROTATE_90), "PNG", exif=exif(6)),
        (640, 480),
    ),
    "webp": (lambda: saved(quarters(), "WEBP"), (640, 480)),
    "lossless webp": (lambda: saved(quarters(), "WEBP", lossless=True), (640, 480)),
    "transparent webp": (lambda: transparent("WEBP"), (640, 480)),
    "webp turned by its notes": (
        lambda: saved(quarters().transpose(Image.Transpose.ROTATE_90), "WEBP", exif=exif(6)),
        (640, 480),
    ),
    "animated webp": (lambda: animated("WEBP"), (640, 480)),
    "gif": (lambda: saved(quarters(), "GIF"), (640, 480)),
    "animated gif": (lambda: animated("GIF"), (640, 480)),
    "large jpeg": (lambda: saved(quarters(8192, 6144), quality=30), (1280, 960)),
    "tall jpeg": (lambda: saved(quarters(1000, 4000)), (480, 1920)),
    "tiny jpeg": (lambda: saved(quarters(40, 32)), (40, 32)),
}

#: name → (how it is made, reason)
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "not-a-photo"),
    "text": (lambda: b"Ikan kembung segar, 32.000 sekilo\n", "not-a-photo"),
    "html": (lambda: b"<!doctype html><script>alert(1)</script>", "not-a-photo"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "not-a-photo"),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n", "not-a-photo"),
    "zip": (lambda: b"PK\x03\x04" + b"\0" * 60, "not-a-photo"),
    "bmp": (lambda: saved(quarters(), "BMP"), "not-a-photo"),
    "tiff": (lambda: saved(quarters(), "TIFF"), "not-a-photo"),
    "icon": (lambda: saved(quarters(64, 64), "ICO"), "not-a-photo"),
    "heic": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64, "photo-heic"),
    "video": (lambda: b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + b"\0" * 64, "not-a-photo"),
    "jpeg's first bytes": (lambda: b"\xff\xd8\xff\xe0", "not-a-photo"),
    "half a jpeg": (lambda: saved(quarters())[:4000], "photo-broken"),
    "half a png": (lambda: saved(Image.effect_noise((300, 300), 90), "PNG")[:5000], "photo-broken"),
    "half a webp": (lambda: saved(Image.effect_noise((300, 300), 90), "WEBP")[:5000], "photo-broken"),
    "half a gif": (lambda: saved(Image.effect_noise((300, 300), 90), "GIF")[:5000], "photo-broken"),
    "png with a wrong sum": (lambda: flipped(saved(quarters(), "PNG"), 45, 0xFF), "photo-broken"),
    "png bomb": (lambda: png_that_claims(30_000, 30_000), "photo-too-many-pixels"),
    "png a little too large": (lambda: png_that_claims(6000, 5000), "photo-too-many-pixels"),
    "png whose sides claim billions": (lambda: png_that_claims(2**31 - 1, 2**31 - 1), "photo-too-many-pixels"),
    "jpeg a little too large": (lambda: saved(Image.new("L", (9000, 6000)), quality=10), "photo-too-many-pixels"),
    "one pixel": (lambda: saved(quarters(1, 1), "PNG"), "photo-too-small"),
    "a strip": (lambda: saved(quarters(2000, 40)), "photo-too-small"),
    "too many bytes": (lambda: saved(quarters()) + b"\0" * (15 * 1024 * 1024), "photo-too-large"),
}
