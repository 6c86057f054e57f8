"""Whatever is done to an honest zip: it is refused, or every program sees the same files in it."""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.errors import UsageError
from runner.intake.ziparchive import read_zip
from tests.unit.intake.archives import GOOD, tray_for
from tests.unit.intake.crafted import Item, extra, good, honest_zips, streamed, zip_from
from tests.unit.intake.readers import by_list, from_start

MARKS = (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08")
TELLING = (0, 1, 2, 8, 20, 45, 46, 47, 0x10, 0x800, 0x808, 0x7075, 0xFFFF, 0xFFFF_FFFF)
HONEST = tuple(
    {
        **honest_zips(),
        "a zip in a zip": zip_from([*good(), Item(name=b"a.zip", data=zip_from(good()), method=0)]),
        "streamed": zip_from([streamed(Item(name=b"a.zip", data=zip_from(good()), method=0))]),
        "left out": zip_from([*good(), streamed(Item(name=b".venv/x.py", data=b"x = 1\n" * 9))]),
    }.values()
)


def seen(packed: bytes) -> dict[str, bytes] | None:
    """The files that the intake takes, None where it refuses them all."""
    tray = tray_for(packed)
    try:
        read_zip(packed, tray)
    except UsageError:
        return None
    # A link or a device is refused when all entries have been seen.
    return None if tray.specials else {"/".join(kept.parts): kept.data for kept in tray.kept}


def without_clutter(files: dict[str, bytes] | None) -> dict[str, bytes] | None:
    """What another program saw, by the names that the intake has for it."""
    if files is None:
        return None
    named = {name.removeprefix("./").replace("//", "/"): files[name] for name in files}
    return {name: data for name, data in named.items() if not name.startswith((".venv/", "__M"))}


def agreed(packed: bytes) -> None:
    """The statement of this module about one file."""
    files = seen(packed)
    if files is not None:
        for others in (by_list(packed), from_start(packed)):
            assert without_clutter(others) in (files, None)


@st.composite
def honest(draw: st.DrawFn) -> bytes:
    return draw(st.sampled_from(HONEST))


@cache
def places(packed: bytes) -> tuple[int, ...]:
    """Where its headers are."""
    return tuple(at for at in range(len(packed)) if packed.startswith(MARKS, at))


@settings(max_examples=100)
@given(packed=honest(), data=st.data())
def test_any_byte_changed(packed: bytes, data: st.DataObject) -> None:
    changed = bytearray(packed)
    for _ in range(data.draw(st.integers(1, 3))):
        changed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    agreed(bytes(changed))


@settings(max_examples=200)
@given(packed=honest(), data=st.data())
def test_any_field_changed(packed: bytes, data: st.DataObject) -> None:
    changed = bytearray(packed)
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.sampled_from(places(packed))) + data.draw(st.integers(4, 60))
        width = data.draw(st.sampled_from((1, 2, 4)))
        value = data.draw(st.sampled_from(TELLING) | st.integers(0, 0xFFFF_FFFF))
        changed[place : place + width] = struct.pack("<I", value)[:width]
    agreed(bytes(changed[: len(packed)]))


@settings(max_examples=100)
@given(packed=honest(), data=st.data())
def test_bytes_put_in_and_taken_out(packed: bytes, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(places(packed)) | st.integers(0, len(packed)))
    taken = data.draw(st.sampled_from((0, 0, 1, 4, 12, 16, 46)))
    start = data.draw(st.integers(0, len(packed)))
    copied = packed[start : start + data.draw(st.sampled_from((0, 16, 30, 46, 90, 400)))]
    put = data.draw(st.binary(max_size=24) | st.just(copied))
    agreed(packed[:at] + put + packed[at + taken :])


NAMES = st.sampled_from((b"app/main.py", b"a", b"a/", b".venv/x.py", b"app/../b", b"./a", b"A"))
NUMBERS = st.sampled_from((0, 1, 8, 20, 45, 0xFFFF, 0xFFFF_FFFF))
CHANGES: st.SearchStrategy[dict[str, int | bytes]] = st.one_of(
    st.just({}),
    st.just({}),
    st.fixed_dictionaries({"name": NAMES}),
    st.fixed_dictionaries({"method": st.sampled_from((0, 8, 9))}),
    st.dictionaries(st.sampled_from(("crc", "size", "packed")), NUMBERS, max_size=1),
)
EXTRAS = st.sampled_from(
    (
        b"",
        b"",
        b"",
        extra(0x5455, b"\1abcd"),
        extra(0x7075, b"\1abcdapp/main.py"),
        extra(1, bytes(8)),
        extra(1, struct.pack("<2Q", 6, 8)),
        bytes(5),
    )
)


@st.composite
def items(draw: st.DrawFn) -> Item:
    """An entry whose two headers may say anything."""
    item = Item(
        name=draw(NAMES),
        data=draw(st.sampled_from((b"", b"x = 1\n", b"PK\x03\x04", b"y" * 400))),
        method=draw(st.sampled_from((0, 8))),
        extra_before=draw(EXTRAS),
        extra_listed=draw(EXTRAS),
        behind=draw(st.sampled_from((b"", b"", b"", b"\0" * 12, HONEST[0][:60]))),
    )
    if draw(st.booleans()):
        item = streamed(item, mark=draw(st.booleans()), wide=draw(st.booleans()))
    return replace(
        item, before={**item.before, **draw(CHANGES)}, listed={**item.listed, **draw(CHANGES)}
    )


@settings(max_examples=100)
@given(st.lists(items(), min_size=1, max_size=3), st.sampled_from((None, {})))
def test_entries_that_say_anything(entries: list[Item], zip64: dict[str, int] | None) -> None:
    agreed(zip_from(entries, zip64=zip64))


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
@settings(max_examples=15)
@given(packed=honest(), data=st.data())
def test_what_is_taken_is_what_unzip_writes(packed: bytes, data: st.DataObject) -> None:
    changed = bytearray(packed)
    at = data.draw(st.sampled_from(places(packed)))
    changed[min(len(packed) - 1, at + data.draw(st.integers(4, 45)))] ^= 1
    files = seen(bytes(changed))
    if files is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder, "a.zip"), Path(folder, "out")
        path.write_bytes(changed)
        done = subprocess.run(["unzip", "-qq", path, "-d", out], check=False, timeout=60)
        written = {
            str(one.relative_to(out)): one.read_bytes() for one in out.rglob("*") if one.is_file()
        }
    assert done.returncode == 0
    assert without_clutter(written) == files


def test_the_honest_ones_are_taken_as_they_are() -> None:
    for packed in HONEST:
        files = seen(packed)
        assert files
        assert files == without_clutter(by_list(packed)) == without_clutter(from_start(packed))
    assert seen(HONEST[0]) == GOOD
