"""Files made to be two things at once, to carry something along, or to cost far more than they weigh."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.outside.odd_pictures import exif, png_chunk, quarters, saved

#: What no file that the market keeps may hold.
PAGE = b"<!doctype html><script>alert(document.cookie)</script>"
POSITION = b"-6.054,106.153"
TRACES = (b"<script", b"META-INF", b"PK\x03\x04", POSITION, b"RAHASIA", b"ftypmp42", b"<?php", b"Exif", b"xmpmeta")

_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>' + POSITION + b"</exif:GPSLatitude></x:xmpmeta>"
_MOTION = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + b"\0" * 400


def jar() -> bytes:
    """A Java archive, which is read from its end."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Main-Class: Serang\n")
    return file.getvalue()


def with_segment(marker: int, content: bytes) -> bytes:
    """A JPEG with an application segment of that marker in front."""
    jpeg = saved(quarters())
    return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content + jpeg[2:]


def with_png_chunks(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with more chunks before its picture."""
    png = saved(quarters(), "PNG")
    return png[:33] + b"".join(png_chunk(kind, content) for kind, content in chunks) + png[33:]


def with_png_text() -> bytes:
    notes = PngInfo()
    notes.add_text("Comment", PAGE.decode())
    notes.add_itxt("XML:com.adobe.xmp", _XMP.decode())
    notes.add_text("Lokasi", POSITION.decode(), zip=True)
    return saved(quarters(), "PNG", pnginfo=notes)


def png_of_16_bits(colours: int) -> bytes:
    """A picture of 16 bits for each of three or four colours: the quarters, seen through where there are four."""
    small = quarters(320, 240, "RGBA" if colours == 4 else "RGB")
    doubled = bytes(byte for value in small.tobytes() for byte in (value, value))
    row = 320 * colours * 2
    body = b"".join(b"\0" + doubled[start : start + row] for start in range(0, len(doubled), row))
    header = struct.pack(">IIBBBBB", 320, 240, 16, 6 if colours == 4 else 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(body))
        + png_chunk(b"IEND", b"")
    )


def animated_png() -> bytes:
    frames = [quarters(), quarters().transpose(Image.Transpose.ROTATE_180)]
    return saved(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=100)


def small_gif_on_a_large_ground(width: int, height: int) -> bytes:
    """A GIF whose header claims that ground for a picture of 64 × 48."""
    gif = saved(quarters(64, 48), "GIF")
    return gif[:6] + struct.pack("<HH", width, height) + gif[10:]


def jpeg_that_claims(width: int, height: int, *, progressive: bool = False) -> bytes:
    """A small JPEG, its colours as fine as its light, whose header claims width × height pixels."""
    jpeg = saved(quarters(64, 48), subsampling=0, progressive=progressive)
    at = max(jpeg.find(b"\xff\xc0"), jpeg.find(b"\xff\xc2"))
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def jpeg_of_many_passes(passes: int) -> bytes:
    """A progressive JPEG whose last pass comes again and again, each as long as the whole picture to go through."""
    jpeg = saved(quarters(), progressive=True)
    last = jpeg.rfind(b"\xff\xda")
    return jpeg[:-2] + jpeg[last:-2] * passes + b"\xff\xd9"


def webp_that_claims(width: int, height: int) -> bytes:
    """An extended WebP whose canvas is width × height pixels."""
    canvas = struct.pack("<I", 0) + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"VP8X" + struct.pack("<I", 10) + canvas + saved(quarters(64, 48), "WEBP")[12:]
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def riff_with(chunk: bytes, content: bytes) -> bytes:
    """A WebP with a chunk behind its picture."""
    webp = saved(quarters(), "WEBP")
    body = webp[8:] + chunk + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


#: name → (how it is made, upright size): read as the picture that it is, and nothing else of it is kept.
READ: dict[str, tuple[Callable[[], bytes], tuple[int, int]]] = {
    "gif and jar in one (gifar)": (lambda: saved(quarters(), "GIF") + jar(), (640, 480)),
    "png and zip in one": (lambda: saved(quarters(), "PNG") + jar(), (640, 480)),
    "webp and zip in one": (lambda: saved(quarters(), "WEBP") + jar(), (640, 480)),
    "jpeg and page in one": (lambda: saved(quarters()) + PAGE, (640, 480)),
    "jpeg with a page in its comment": (lambda: saved(quarters(), comment=PAGE), (640, 480)),
    "jpeg with a program in its notes": (lambda: with_segment(0xE1, b"Exif\0\0<?php system($_GET[0]); ?>"), (640, 480)),
    "gif with a page in its comment": (lambda: saved(quarters(), "GIF", comment=PAGE), (640, 480)),
    "png with a page and a place in its texts": (with_png_text, (640, 480)),
    "jpeg with a place in xmp": (lambda: with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _XMP), (640, 480)),
    "jpeg with a place in iptc": (lambda: with_segment(0xED, b"Photoshop 3.0\x008BIM" + POSITION), (640, 480)),
    "jpeg with a maker's own segment": (lambda: with_segment(0xEB, b"RAHASIA" + POSITION * 20), (640, 480)),
    "png with camera notes": (lambda: saved(quarters(), "PNG", exif=exif(1)), (640, 480)),
    "webp with camera notes and xmp": (lambda: saved(quarters(), "WEBP", exif=exif(1), xmp=_XMP), (640, 480)),
    "webp with a chunk nobody knows": (lambda: riff_with(b"RHS ", b"RAHASIA" + POSITION), (640, 480)),
    "moving photo of an android phone": (lambda: saved(quarters(), exif=exif(1)) + _MOTION, (640, 480)),
    "animated png": (animated_png, (640, 480)),
    "16-bit colour png": (lambda: png_of_16_bits(3), (320, 240)),
    "16-bit colour png with alpha": (lambda: png_of_16_bits(4), (320, 240)),
    "jpeg with restart markers": (lambda: saved(quarters(), restart_marker_rows=1), (640, 480)),
    "jpeg with whole colours": (lambda: saved(quarters(), subsampling=0, quality=95), (640, 480)),
    "gif on a ground larger than itself": (lambda: small_gif_on_a_large_ground(640, 480), (640, 480)),
    "jpeg of a dozen passes more": (lambda: jpeg_of_many_passes(12), (640, 480)),
}

#: name → (how it is made, reason)
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "page with a jpeg behind": (lambda: PAGE + saved(quarters()), "not-a-photo"),
    "pdf with a jpeg inside": (lambda: b"%PDF-1.7\n1 0 obj\n" + saved(quarters()), "not-a-photo"),
    "zip with a photo inside": (lambda: jar() + saved(quarters()), "not-a-photo"),
    "avif": (lambda: saved(quarters(), "AVIF"), "not-a-photo"),
    "heic of a burst": (lambda: b"\0\0\0\x18ftyphevc\0\0\0\0mif1heic" + b"\0" * 64, "photo-heic"),
    "heic as other makers write it": (lambda: b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + b"\0" * 64, "photo-heic"),
    "tga": (lambda: saved(quarters(), "TGA"), "not-a-photo"),
    "animated pointer": (lambda: b"RIFF\x24\0\0\0ACON" + b"\0" * 64, "not-a-photo"),
    "png without a picture": (lambda: saved(quarters(), "PNG")[:33] + png_chunk(b"IEND", b""), "photo-broken"),
    "png whose texts unpack into 90 MB": (
        lambda: with_png_chunks((b"zTXt", b"x\0\0" + zlib.compress(b"a" * 90_000_000, 9))),
        "photo-broken",
    ),
    "png whose profile unpacks into 90 MB": (
        lambda: with_png_chunks((b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 90_000_000, 9))),
        "photo-broken",
    ),
    "png of thousands of long texts": (
        lambda: with_png_chunks(*[(b"zTXt", b"x\0\0" + zlib.compress(b"a" * 1_000_000, 9))] * 200),
        "photo-broken",
    ),
    "jpeg of a thousand passes": (lambda: jpeg_of_many_passes(1000), "photo-broken"),
    "jpeg bomb": (lambda: jpeg_that_claims(65_000, 65_000), "photo-too-many-pixels"),
    "jpeg whose passes need too much memory": (
        lambda: jpeg_that_claims(8000, 6000, progressive=True),
        "photo-too-many-pixels",
    ),
    "webp bomb": (lambda: webp_that_claims(16_384, 16_384), "photo-too-many-pixels"),
    "webp a little too large": (lambda: saved(Image.new("RGB", (3000, 3000)), "WEBP"), "photo-too-many-pixels"),
    "gif bomb": (lambda: small_gif_on_a_large_ground(65_535, 65_535), "photo-too-many-pixels"),
    "gif a little too large": (lambda: small_gif_on_a_large_ground(5000, 5000), "photo-too-many-pixels"),
}
