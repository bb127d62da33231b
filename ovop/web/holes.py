"""A page with holes, packed once: what differs from one visitor to the next goes in without packing the rest again.

Deflate (RFC 1951) may change from packed to plain blocks wherever a byte ends.  So each piece between two holes is
packed for itself, and what fills a hole stands between them as it is.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterator, Mapping

#: The smallest that zlib makes: it is done once for a page that is given many times.
_LEVEL = 9
#: RFC 1952: deflate, no name, no time, unknown system; then the end of deflate's own blocks.
_HEAD, _LAST_BLOCK = b"\x1f\x8b\x08\0\0\0\0\0\0\xff", b"\x03\0"
#: The longest plain block.
_LONGEST = 0xFFFF

Fillings = Mapping[bytes, bytes]


class Holed:
    """`text` with a hole wherever one of `marks` stands; its length is about what it takes in memory."""

    __slots__ = ("_marks", "_packed", "_pieces")

    def __init__(self, text: bytes, marks: Collection[bytes]) -> None:
        parts = re.split(b"(" + b"|".join(map(re.escape, marks)) + b")", text)
        self._pieces, self._marks = parts[::2], parts[1::2]
        packer = zlib.compressobj(_LEVEL, wbits=-zlib.MAX_WBITS)
        # A full flush ends at a whole byte, and nothing after it refers to anything before.
        self._packed = [packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH) for piece in self._pieces]

    def __len__(self) -> int:
        return sum(map(len, self._pieces)) + sum(map(len, self._packed))

    def has(self, mark: bytes) -> bool:
        """Whether there is such a hole."""
        return mark in self._marks

    def plain(self, fillings: Fillings) -> bytes:
        """The text, each hole filled with what stands for its mark."""
        parts = [self._pieces[0]]
        for mark, piece in zip(self._marks, self._pieces[1:], strict=True):
            parts += fillings[mark], piece
        return b"".join(parts)

    def gzip(self, fillings: Fillings) -> bytes:
        """The same as a gzip file."""
        parts, check, size = [_HEAD, self._packed[0]], zlib.crc32(self._pieces[0]), len(self._pieces[0])
        for mark, piece, packed in zip(self._marks, self._pieces[1:], self._packed[1:], strict=True):
            filling = fillings[mark]
            parts += *_plain_blocks(filling), packed
            check = zlib.crc32(piece, zlib.crc32(filling, check))
            size += len(filling) + len(piece)
        parts += _LAST_BLOCK, check.to_bytes(4, "little"), (size & 0xFFFFFFFF).to_bytes(4, "little")
        return b"".join(parts)


def _plain_blocks(text: bytes) -> Iterator[bytes]:
    for start in range(0, len(text), _LONGEST):
        part = text[start : start + _LONGEST]
        yield b"\0" + len(part).to_bytes(2, "little") + (len(part) ^ _LONGEST).to_bytes(2, "little")
        yield part
