"""Files made to deceive or to exhaust: read as the picture that they are or refused, at a bounded price."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from ovop.kernel.errors import Invalid
from ovop.outside.picture_reading import MOST_MEMORY
from ovop.outside.pictures import make_variants
from ovop.settings import ROOT
from tests.outside import hostile_pictures as hostile
from tests.outside import odd_pictures as odd

#: What the same picture takes beside its reading: the files made of it, and what the system rounds up.
_BESIDE = 24 * 2**20


@pytest.mark.parametrize("name", [*odd.GOOD, *hostile.READ])
def test_nothing_but_the_picture_is_kept(name: str) -> None:
    make, size = {**odd.GOOD, **hostile.READ}[name]
    picture = make_variants(make())
    assert (picture.width, picture.height) == size
    for variant in picture.variants:
        assert variant.data.startswith((b"\xff\xd8\xff", b"RIFF"))
        for trace in hostile.TRACES:
            assert trace not in variant.data


@pytest.mark.parametrize("name", hostile.REFUSED)
def test_what_is_not_what_it_says_or_costs_too_much_is_refused_at_once(name: str) -> None:
    make, reason = hostile.REFUSED[name]
    data = make()
    begun = time.perf_counter()
    with pytest.raises(Invalid) as refusal:
        make_variants(data)
    assert refusal.value.errors == {"photo": reason}
    assert time.perf_counter() - begun < 2


def test_more_than_forty_odd_files_are_tried() -> None:
    assert len({*odd.GOOD, *odd.BAD, *hostile.READ, *hostile.REFUSED}) >= 90


#: The most of each kind that is still read, drawn so that it is quickly made.
HEAVY: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: odd.saved(Image.new("RGB", (8180, 6140), odd.GREY), quality=30),
    "portrait jpeg": lambda: odd.saved(Image.new("RGB", (3830, 5750), odd.GREY), quality=30),
    "progressive jpeg": lambda: odd.saved(Image.new("RGB", (5000, 3700), odd.GREY), progressive=True),
    "cmyk jpeg": lambda: odd.saved(Image.new("CMYK", (8180, 6140)), quality=30),
    "png": lambda: odd.saved(Image.new("RGB", (4720, 4720), odd.GREY), "PNG", compress_level=1),
    "transparent png": lambda: odd.saved(Image.new("RGBA", (2980, 2980), (9, 9, 9, 9)), "PNG", compress_level=1),
    "palette png": lambda: odd.saved(Image.new("P", (2980, 2980)), "PNG", transparency=0, compress_level=1),
    "grey png with alpha": lambda: odd.saved(Image.new("LA", (2980, 2980)), "PNG", compress_level=1),
    "16-bit png": lambda: odd.saved(Image.new("I;16", (2980, 2980), 40_000), "PNG", compress_level=1),
    "webp": lambda: odd.saved(Image.new("RGB", (2800, 2800), odd.GREY), "WEBP", method=0),
    "lossless webp": lambda: odd.saved(Image.new("RGBA", (2800, 2800), (9, 9, 9, 9)), "WEBP", lossless=True, method=0),
    "gif": lambda: odd.saved(Image.new("P", (2980, 2980)), "GIF", transparency=0),
}

_MEASURE = """
import json, pathlib, sys
from ovop.kernel.errors import Invalid
from ovop.outside.pictures import make_variants

def highest():
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024

make_variants(pathlib.Path(sys.argv[1]).read_bytes())  # libraries are loaded
start, found = highest(), {}
for path in map(pathlib.Path, sys.argv[2:]):
    data = path.read_bytes()
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    outcome = "read"
    try:
        make_variants(data)
    except Invalid as error:
        outcome = error.errors["photo"]
    found[path.stem] = [highest() - start, outcome]
    del data
print(json.dumps(found))
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells a process its highest memory")
def test_no_file_takes_more_memory_than_was_promised(tmp_path: Path) -> None:
    """In a process of its own, whose highest mark nothing else moves, with all that earlier files left behind there."""
    files: dict[str, Callable[[], bytes]] = {
        **{f"heavy {name}": make for name, make in HEAVY.items()},
        **{name: make for name, (make, _) in {**hostile.READ, **hostile.REFUSED, **odd.BAD}.items()},
    }
    paths = [tmp_path / f"{number}.bin" for number in range(len(files))]
    for path, make in zip(paths, files.values(), strict=True):
        path.write_bytes(make())
    small = tmp_path / "small.jpg"
    small.write_bytes(odd.saved(odd.quarters()))
    command = [sys.executable, "-c", _MEASURE, str(small), *map(str, paths)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = dict(zip(files, json.loads(ran.stdout).values(), strict=True))
    assert {name: outcome for name, (_, outcome) in found.items() if name.startswith("heavy")} == {
        f"heavy {name}": "read" for name in HEAVY
    }
    too_much = {name: rise // 2**20 for name, (rise, _) in found.items() if rise > MOST_MEMORY + _BESIDE}
    assert too_much == {}
