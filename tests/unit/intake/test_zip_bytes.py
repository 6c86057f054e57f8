"""Each byte of a zip is accounted for: no two programs see two submissions in it.

What a tool writes is taken whatever its habits are. What lets one program see a file that another
one does not see is refused, and the message names the entry.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import zipfile
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.errors import UsageError
from runner.intake import IntakeLimits
from tests.unit.intake.archives import GOOD, SMALL, content, raw_zip, read, zip_of
from tests.unit.intake.crafted import (
    END,
    FILE,
    FULL,
    TIMES,
    Item,
    extra,
    good,
    honest_zips,
    streamed,
    unicode_path,
    zip_from,
)
from tests.unit.intake.readers import by_list, from_start

if TYPE_CHECKING:
    from pathlib import Path

HONEST = honest_zips()
CLEAN = Item(name=b"app/main.py", data=b"clean = True\n")
EVIL = Item(name=b"app/main.py", data=b"evil = True\n")
MORE = Item(name=b"app/more.py", data=b"evil = True\n")


def refused(tmp_path: Path, packed: bytes, why: str, limits: IntakeLimits = SMALL) -> str:
    with pytest.raises(UsageError, match=why) as caught:
        read(tmp_path, packed, limits)
    return str(caught.value)


# ------------------------------------------------------------------------------ honest


@pytest.mark.parametrize("tool", HONEST)
def test_what_usual_tools_write_is_taken(tmp_path: Path, tool: str) -> None:
    assert content(read(tmp_path, HONEST[tool])) == dict(sorted(GOOD.items()))


@pytest.mark.parametrize("tool", HONEST)
def test_what_usual_tools_write_is_the_same_to_every_program(tool: str) -> None:
    packed = HONEST[tool]
    for seen in (by_list(packed), from_start(packed)):
        assert seen is not None
        assert {name: seen[name] for name in GOOD} == GOOD


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
@pytest.mark.parametrize("tool", HONEST)
def test_what_usual_tools_write_is_whole_to_unzip(tmp_path: Path, tool: str) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(HONEST[tool])
    subprocess.run(["unzip", "-qq", path, "-d", tmp_path / "out"], check=True, timeout=60)
    assert {name: (tmp_path / "out" / name).read_bytes() for name in GOOD} == GOOD


def test_a_zip_within_a_zip_is_content(tmp_path: Path) -> None:
    data = [Item(name=b"a.csv", data=b"1,2\n"), Item(name=b"b.csv", data=b"3,4\n")]
    inner = zip_from(map(streamed, data))  # one with code in it is left out
    for item in (Item(name=b"a.zip", data=inner, method=0), Item(name=b"a.zip", data=inner)):
        for outer in (item, streamed(item)):
            assert read(tmp_path, zip_from([*good(), outer])).find("a.zip") == inner


def test_marks_of_entries_within_a_file_are_content(tmp_path: Path) -> None:
    marks = b"PK\x01\x02" * 51
    assert read(tmp_path, zip_of({"a": marks}, method=0), SMALL).find("a") == marks


def test_an_environment_of_links_that_macos_packed_is_left_out(tmp_path: Path) -> None:
    link = replace(Item(name=b".venv/bin/python", data=b"/usr/bin/python3"), attributes=0xA1ED0000)
    module = Item(name=b".venv/x.py", data=b"x = 1\n" * 50)
    packed = zip_from([*map(streamed, good()), streamed(link), streamed(module)])
    assert content(read(tmp_path, packed)) == dict(sorted(GOOD.items()))


# ----------------------------------------------------------------------- two descriptions


@pytest.mark.parametrize(
    "before",
    [
        {"name": b"app/mail.py"},
        {"method": 0},
        {"crc": 0},
        {"crc": 1},
        {"size": 0},
        {"size": 9},
        {"packed": 0},
        {"packed": 3},
        {"packed": FULL},
        {"flags": 8},
    ],
)
def test_a_field_that_differs_between_the_two_descriptions(
    tmp_path: Path, before: dict[str, int | bytes]
) -> None:
    packed = zip_from([*good(), replace(MORE, before=before)])
    assert "app/more.py" in refused(tmp_path, packed, "two descriptions do not agree")


def test_how_to_read_a_name_matters_where_it_is_no_plain_text(tmp_path: Path) -> None:
    plain, other = MORE, replace(MORE, name="app/é.py".encode())
    taken = read(tmp_path, zip_from([*good(), replace(plain, before={"flags": 0x800})]))
    assert taken.find("app/more.py") == MORE.data
    packed = zip_from([*good(), replace(other, before={"flags": 0x800})])
    refused(tmp_path, packed, "two descriptions do not agree")


def test_how_hard_the_deflater_tried_matters_where_there_is_none(tmp_path: Path) -> None:
    taken = read(tmp_path, zip_from([*good(), replace(MORE, before={"flags": 2})]))
    assert taken.find("app/more.py") == MORE.data
    packed = zip_from([replace(MORE, method=0, before={"flags": 2})])
    refused(tmp_path, packed, "two descriptions do not agree")


@pytest.mark.parametrize("told", [{"crc": 1}, {"size": 5}, {"packed": 5}])
def test_sizes_that_follow_the_data_are_not_told_wrong_before(
    tmp_path: Path, told: dict[str, int]
) -> None:
    refused(
        tmp_path, zip_from([*good(), streamed(MORE, told=told)]), "two descriptions do not agree"
    )


@pytest.mark.parametrize("where", ["before", "listed"])
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"needed": 47}, "asks for version 4.7"),
        ({"needed": 0x0A14}, "asks for version"),
        ({"flags": 0x10}, r"flags are unknown \(0x0010\)"),
        ({"flags": 0x20}, "flags are unknown"),
        ({"flags": 0x1000}, "flags are unknown"),
        ({"flags": 0x8000}, "flags are unknown"),
        ({"flags": 1}, "it is encrypted|two descriptions"),
        ({"flags": 0x2000}, "it is encrypted|two descriptions"),
        ({"method": 9}, "not the usual one|two descriptions"),
        ({"method": 12}, "not the usual one|two descriptions"),
    ],
)
def test_what_some_programs_leave_out(
    tmp_path: Path, where: str, change: dict[str, int | bytes], why: str
) -> None:
    # unzip, for one, passes over an entry of a newer version and goes on with the others.
    both = replace(MORE, before=change, listed=change)
    refused(tmp_path, zip_from([*good(), both]), why)
    one = replace(MORE, **{where: change})  # type: ignore[arg-type]
    refused(tmp_path, zip_from([*good(), one]), f"{why}|two descriptions do not agree")
    left_out = replace(one, name=b".venv/x.py")
    refused(tmp_path, zip_from([*good(), left_out]), f"{why}|two descriptions do not agree")


@pytest.mark.parametrize("disk", [1, 0xFFFF])
def test_an_entry_in_another_file(tmp_path: Path, disk: int) -> None:
    packed = zip_from([*good(), replace(MORE, listed={"disk": disk})])
    refused(tmp_path, packed, "it is in another file")


# --------------------------------------------------------------------------- extra fields


@pytest.mark.parametrize("where", ["extra_before", "extra_listed"])
def test_a_unicode_path_is_no_second_name(tmp_path: Path, where: str) -> None:
    hidden = unicode_path(MORE.name, b"app/main.py")
    packed = zip_from([CLEAN, replace(MORE, **{where: hidden})])  # type: ignore[arg-type]
    message = refused(tmp_path, packed, "an extra field gives it another name")
    assert "app/more.py" in message
    # What it is about: who knows the field sees one file where others see two.
    reader = from_start if where == "extra_before" else by_list
    assert reader(packed) == {"app/main.py": EVIL.data}


@pytest.mark.parametrize(
    "field",
    [
        unicode_path(b"other", b"app/x.py"),
        extra(0x7075, b"\2" + bytes(4) + b"app/more.py"),
        extra(0x7075, b"\1" + bytes(4) + b"app/more.py\0"),
        extra(0x7075, b"\1" + bytes(4)),
        extra(0x7075, b""),
    ],
)
def test_a_unicode_path_that_some_programs_ignore(tmp_path: Path, field: bytes) -> None:
    packed = zip_from([*good(), replace(MORE, extra_listed=field)])
    refused(tmp_path, packed, "gives it another name")


def test_a_unicode_comment_is_no_second_comment(tmp_path: Path) -> None:
    other = replace(MORE, comment=b"fine", extra_listed=extra(0x6375, b"\1abcdnot fine"))
    refused(tmp_path, zip_from([*good(), other]), "gives it another comment")
    same = replace(MORE, comment=b"fine", extra_listed=extra(0x6375, b"\1abcdfine"))
    assert read(tmp_path, zip_from([*good(), same])).find("app/more.py") == MORE.data


@pytest.mark.parametrize("where", ["extra_before", "extra_listed"])
@pytest.mark.parametrize(
    ("field", "why"),
    [
        (extra(0x756E, bytes(14)), r"other programs may go by \(0x756e\)"),  # a link, to 7-Zip
        (extra(0x6C78, b"\7\x14\3" + bytes(6)), "other programs may go by"),  # permissions
        (extra(0x9901, b"\2\0AE\3\x08\0"), "other programs may go by"),  # encryption
        (extra(0x000D, bytes(12) + b"/etc/passwd"), "other programs may go by"),
        (extra(0x1234, b""), r"other programs may go by \(0x1234\)"),
        (TIMES + TIMES, "two extra fields of the same kind"),
        (TIMES[:-1], "extra fields are broken"),
        (TIMES + b"\0\0\1", "extra fields are broken"),
        (extra(0, b"\0x"), "extra fields are broken"),
    ],
)
def test_extra_fields_that_programs_read_in_several_ways(
    tmp_path: Path, where: str, field: bytes, why: str
) -> None:
    packed = zip_from([*good(), replace(MORE, **{where: field})])  # type: ignore[arg-type]
    assert "app/more.py" in refused(tmp_path, packed, why)


def test_room_of_zeros_is_no_field(tmp_path: Path) -> None:
    packed = zip_from(good(extra_before=bytes(11), extra_listed=extra(0, bytes(3))))
    assert content(read(tmp_path, packed)) == dict(sorted(GOOD.items()))


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        ("extra_listed", (12, 14, 0, 0)),
        ("extra_listed", (13,)),
        ("extra_listed", (FULL + 1,)),
        ("extra_before", (11, 14)),
        ("extra_before", (12, 14, 0)),
    ],
)
def test_a_wide_size_repeats_the_size(tmp_path: Path, where: str, numbers: tuple[int, ...]) -> None:
    field = extra(1, struct.pack(f"<{len(numbers)}Q", *numbers))
    packed = zip_from([*good(), replace(MORE, **{where: field})])  # type: ignore[arg-type]
    refused(tmp_path, packed, "gives it another size")


@pytest.mark.parametrize("size", [FULL + 1, 1 << 60, (1 << 64) - 1])
def test_a_size_that_no_zip_of_this_size_can_hold(tmp_path: Path, size: int) -> None:
    wide = extra(1, struct.pack("<Q", size))
    for item in (MORE, streamed(MORE), replace(streamed(MORE), name=b".venv/x")):
        changed = replace(item, listed={"size": FULL}, extra_listed=wide)
        refused(tmp_path, zip_from([*good(), changed]), "not what its description says")


@pytest.mark.parametrize("field", [b"", extra(1, b""), extra(1, bytes(7))])
def test_a_wide_size_that_is_missing(tmp_path: Path, field: bytes) -> None:
    item = replace(MORE, listed={"packed": FULL}, extra_listed=field)
    refused(tmp_path, zip_from([*good(), item]), "overlaps other data|gives it another size")


# --------------------------------------------------------------- bytes that are nobody's


def test_an_entry_that_the_list_does_not_name(tmp_path: Path) -> None:
    for hidden in (EVIL, streamed(EVIL)):
        packed = zip_from([replace(CLEAN, behind=hidden.body())])
        assert by_list(packed) == {"app/main.py": CLEAN.data}
        assert from_start(packed) == {"app/main.py": EVIL.data}
        assert "app/main.py" in refused(tmp_path, packed, "belong to no entry follow its data")


@pytest.mark.parametrize("between", [b"\0", b"x" * 13, MORE.body(), b"PK\x06\x08\0\0\0\0"])
@pytest.mark.parametrize("write", [lambda item: item, streamed])
def test_bytes_between_entries(tmp_path: Path, between: bytes, write: object) -> None:
    assert callable(write)
    first, second = map(write, good())
    why = "belong to no entry|does not follow its data as it should"
    refused(tmp_path, zip_from([replace(first, behind=between), second]), why)
    refused(tmp_path, zip_from([first, second], gap=between), why)


@pytest.mark.parametrize("head", [EVIL.body(), zip_from([EVIL]), b"PK\x03\x04 nothing"])
def test_bytes_before_the_first_entry(tmp_path: Path, head: bytes) -> None:
    packed = zip_from([CLEAN], head=head)
    assert by_list(packed) == {"app/main.py": CLEAN.data}
    refused(tmp_path, packed, "bytes that belong to no entry stand before it")
    shifted = zip_from([CLEAN])
    refused(tmp_path, head + shifted, "list of entries is broken .it is not where its end says")


def test_an_empty_list_with_data_before_it(tmp_path: Path) -> None:
    refused(tmp_path, zip_from([], head=EVIL.body()), "it is empty, and data stand before it")


@pytest.mark.parametrize("tail", [b"x", b"\0x", b"\r\n", zip_from([EVIL]), EVIL.body()])
def test_bytes_after_the_end(tmp_path: Path, tail: bytes) -> None:
    refused(tmp_path, zip_from([CLEAN], tail=tail), "list of entries is broken")


def test_a_second_end_in_the_comment_of_the_first(tmp_path: Path) -> None:
    # Who searches from behind sees the second list, who counts the comment sees the first.
    first = zip_from([CLEAN])
    packed = zip_from([CLEAN], comment=zip_from([EVIL], head=first)[len(first) :])
    assert by_list(packed) == {"app/main.py": EVIL.data}
    assert from_start(packed) == {"app/main.py": CLEAN.data}
    refused(tmp_path, packed, "bytes that belong to no entry stand before it")
    refused(tmp_path, zip_from([CLEAN], comment=END + bytes(18)), "list of entries is broken")


@pytest.mark.parametrize("length", [1, 5, 0xFFFF])
def test_a_comment_that_is_shorter_than_it_says(tmp_path: Path, length: int) -> None:
    packed = zip_from([CLEAN])[:-2] + struct.pack("<H", length)
    refused(tmp_path, packed, "its end is not at the end of the file")


@pytest.mark.parametrize(
    ("end", "why"),
    [
        ({"disk": 1}, "one of several parts"),
        ({"first": 1}, "one of several parts"),
        ({"here": 1}, "one of several parts"),
        ({"count": 1}, "one of several parts"),
        ({"here": 1, "count": 1}, "holds more than its entries"),
        ({"here": 0, "count": 0}, "holds more than its entries|it is empty"),
        ({"here": 3, "count": 3}, "fewer entries than its end says"),
        ({"size": 0}, "not where its end says"),
        ({"size": 1}, "not where its end says"),
        ({"start": 0}, "not where its end says"),
        ({"start": 1}, "not where its end says"),
        ({"here": 0xFFFF, "count": 0xFFFF}, "more than 50 entries"),
        ({"size": FULL}, "not where its end says"),
    ],
)
def test_an_end_that_some_programs_do_not_check(
    tmp_path: Path, end: dict[str, int], why: str
) -> None:
    # A list of size 0 is an empty archive to the standard library and a full one to others.
    refused(tmp_path, zip_from(good(), end=end), why)


@pytest.mark.parametrize(
    "changed",
    [
        {"size": 45},
        {"disk": 1},
        {"count": 1},
        {"total": 1},
        {"length": 0},
        {"start": 1},
        {"place": 0},
        {"disks": 2},
    ],
)
def test_a_wide_end_that_says_something_else(tmp_path: Path, changed: dict[str, int]) -> None:
    refused(tmp_path, zip_from(good(), zip64=changed), "list of entries is broken")


@pytest.mark.parametrize("told", [{"count": 1, "here": 1}, {"size": 46}, {"start": 0}])
def test_two_ends_that_say_two_things(tmp_path: Path, told: dict[str, int]) -> None:
    # Who knows zip64 goes by the wide end, who does not by the plain one: here it is the liar.
    packed = zip_from(good(), zip64={}, end=told)
    refused(tmp_path, packed, "its two ends do not agree")
    assert content(read(tmp_path, zip_from(good(), zip64={}))) == dict(sorted(GOOD.items()))


def test_a_wide_end_that_is_not_there(tmp_path: Path) -> None:
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, 0, 1)
    plain = zip_from([])
    refused(tmp_path, b"PK\x03\x04" + locator + plain, "its zip64 end is cut off")
    remark = replace(MORE, comment=locator)
    refused(tmp_path, zip_from([*good(), remark]), "its zip64 end is broken")


@pytest.mark.parametrize("place", [0, 20])
def test_more_in_the_list_than_entries(tmp_path: Path, place: int) -> None:
    signature = b"PK\x05\x05" + struct.pack("<H", 4) + b"sign"
    packed = zip_from(good())
    start = packed.index(b"PK\x01\x02")
    listed = packed[start:-22] + signature
    sized = struct.pack("<2I", len(listed), start)
    changed = packed[:start] + listed + packed[-22:-10] + sized + packed[-2:]
    refused(tmp_path, changed, "holds more than its entries")
    broken = packed[: start + place] + b"\xff" + packed[start + place + 1 :]
    refused(tmp_path, broken, "damaged|two descriptions|overlaps|description says")


def test_a_list_that_runs_over_its_end(tmp_path: Path) -> None:
    packed = bytearray(zip_from([CLEAN]))
    place = packed.index(b"PK\x01\x02") + 32
    packed[place : place + 2] = struct.pack("<H", 9)
    refused(tmp_path, bytes(packed), "an entry of it is damaged")


# ------------------------------------------------------------- data that end somewhere else


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("mark", [False, True])
def test_what_follows_the_data_repeats_the_list(tmp_path: Path, *, wide: bool, mark: bool) -> None:
    fine = streamed(MORE, wide=wide, mark=mark)
    assert read(tmp_path, zip_from([*good(), fine])).find("app/more.py") == MORE.data
    assert fine.descriptor is not None
    for at in range(len(fine.descriptor)):
        wrong = bytearray(fine.descriptor)
        wrong[at] ^= 0x55
        packed = zip_from([*good(), replace(fine, descriptor=bytes(wrong))])
        refused(tmp_path, packed, "does not follow its data as it should")


def test_sizes_that_should_follow_and_do_not(tmp_path: Path) -> None:
    refused(
        tmp_path,
        zip_from([replace(streamed(CLEAN), descriptor=b""), MORE]),
        "does not follow its data as it should",
    )


def test_stored_data_that_hold_their_own_end(tmp_path: Path) -> None:
    # A program that reads from a pipe has to search for the end, and finds the one in the data.
    start = b"x = 1\n"
    end = b"PK\x07\x08" + struct.pack("<3I", zlib.crc32(start), len(start), len(start))
    data = start + end + replace(EVIL, name=b"app/main.py").body()
    for name in (b"app/data.py", b".venv/data.py"):
        packed = zip_from([CLEAN, streamed(Item(name=name, data=data, method=0))])
        seen = from_start(packed)
        assert seen is not None
        assert seen["app/main.py"] == EVIL.data
        assert name.decode() in refused(tmp_path, packed, "looks like their own end")


def test_marks_without_end_are_not_looked_at(tmp_path: Path) -> None:
    marks = Item(name=b"a", data=b"PK\x07\x08" * 100_001, method=0)
    refused(tmp_path, zip_from([streamed(marks)]), "looks like their own end", IntakeLimits())
    few = replace(marks, data=b"PK\x07\x08" * 1000)
    assert read(tmp_path, zip_from([streamed(few)])).find("a") == few.data


@pytest.mark.parametrize("name", [b".venv/x.py", b".git/x", b"app/a.pyc", b".venv/link"])
def test_what_is_left_out_ends_where_the_list_says(tmp_path: Path, name: bytes) -> None:
    # Nobody reads it here, but a program that reads from the start has to find its end.
    whole = Item(name=name, data=b"y = 2\n" * 9)
    attributes = 0xA1ED0000 if name.endswith(b"link") else FILE
    hidden = whole.packed + (streamed(whole).descriptor or b"") + EVIL.body()
    item = streamed(Item(name=name, data=hidden, method=0, attributes=attributes))
    lying = replace(
        item,
        before={**item.before, "method": 8},
        listed={"method": 8, "size": len(whole.data), "crc": zlib.crc32(whole.data)},
        descriptor=b"PK\x07\x08"
        + struct.pack("<3I", zlib.crc32(whole.data), len(hidden), len(whole.data)),
    )
    packed = zip_from([CLEAN, lying])
    seen = from_start(packed)
    assert seen is not None
    assert seen["app/main.py"] == EVIL.data
    assert name.decode() in refused(tmp_path, packed, "not what its description says")


@pytest.mark.parametrize(
    ("data", "size"), [(b"x" * 99, 98), (b"x" * 99, 100), (b"x" * 200_000, 70_000)]
)
def test_what_is_left_out_has_the_size_that_is_told(tmp_path: Path, data: bytes, size: int) -> None:
    item = streamed(Item(name=b".venv/x.py", data=data))
    told = struct.pack("<3I", zlib.crc32(data), len(item.packed), size)
    lying = replace(item, listed={"size": size}, descriptor=told)
    refused(tmp_path, zip_from([CLEAN, lying]), "not what its description says")


def test_what_is_left_out_is_no_broken_stream(tmp_path: Path) -> None:
    item = streamed(Item(name=b".venv/x.py", data=b"\xff" * 9, method=0))
    broken = replace(item, before={**item.before, "method": 8}, listed={"method": 8})
    refused(tmp_path, zip_from([CLEAN, broken]), "its content is damaged")


def test_how_much_is_left_out_is_bounded(tmp_path: Path) -> None:
    many = [streamed(Item(name=b".venv/%d" % n, data=bytes(90_000))) for n in range(4)]
    limits = IntakeLimits(left_out_bytes=300_000)
    refused(tmp_path, zip_from([CLEAN, *many]), "that are left out", limits)
    assert read(tmp_path, zip_from([CLEAN, *many[:3]]), limits).paths == {"app/main.py"}


# ------------------------------------------------------------------------- kinds of entries


@pytest.mark.parametrize(
    ("name", "attributes", "why"),
    [
        (b"app/x", 0o40755 << 16, "a file by its name and a folder otherwise"),
        (b"app/x", FILE | 0x10, "a file by its name and a folder otherwise"),
        (b"app/x", 0x10, "a file by its name and a folder otherwise"),
        (b"app/x", 0x08, "neither a file nor a folder"),
        (b"app/x", 0o160000 << 16, "neither a file nor a folder"),
        (b"app/x/", 0o110000 << 16, "neither a file nor a folder"),
    ],
)
def test_kinds_on_which_programs_do_not_agree(
    tmp_path: Path, name: bytes, attributes: int, why: str
) -> None:
    packed = zip_from([*good(), Item(name=name, attributes=attributes)])
    assert "app/x" in refused(tmp_path, packed, why)


def test_a_folder_hides_nothing_behind_its_empty_content(tmp_path: Path) -> None:
    empty = streamed(Item(name=b"app/x/", data=b"", attributes=0x10))
    assert read(tmp_path, zip_from([*good(), empty])).paths == set(GOOD)
    for hidden in (empty.packed + EVIL.body(), b"\x00\x00\x00\xff\xff", b"\xff"):
        item = Item(name=b"app/x/", data=hidden, method=0)
        lying = replace(
            item,
            before={"method": 8, "size": 0, "crc": 0},
            listed={"method": 8, "size": 0, "crc": 0},
        )
        refused(tmp_path, zip_from([*good(), lying]), "description says|damaged")


@pytest.mark.parametrize("name", [b"app/main.py;1", b"app/main.py;", b"app/x.py;0042"])
def test_a_name_whose_end_unzip_takes_off(tmp_path: Path, name: bytes) -> None:
    packed = zip_from([CLEAN, Item(name=name, data=EVIL.data)])
    assert name.decode() in refused(tmp_path, packed, "some programs cut the end of its name")


def test_a_semicolon_in_a_name_is_one(tmp_path: Path) -> None:
    odd = Item(name=b"app/a;b $(c);1.py", data=b"x")
    assert read(tmp_path, zip_from([*good(), odd])).find("app/a;b $(c);1.py") == b"x"


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_unzip_does_take_the_end_off(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_from([CLEAN, replace(EVIL, name=b"app/main.py;1")]))
    subprocess.run(["unzip", "-qqo", "a.zip"], cwd=tmp_path, check=True, timeout=60)
    assert (tmp_path / "app/main.py").read_bytes() == EVIL.data


def test_entries_in_another_order_than_the_list(tmp_path: Path) -> None:
    packed = raw_zip([(b"a", b"1"), (b"b", b"2")])
    start, end = packed.index(b"PK\x01\x02"), packed.index(END)
    first, second = packed[start : start + 47], packed[start + 47 : end]
    swapped = packed[:start] + second + first + packed[end:]
    assert content(read(tmp_path, swapped)) == {"a": b"1", "b": b"2"}


@pytest.mark.parametrize("count", [51, 60])
def test_a_list_that_is_too_long_is_not_read(tmp_path: Path, count: int) -> None:
    items = [Item(name=b"f%d" % number, method=zipfile.ZIP_STORED) for number in range(count)]
    refused(tmp_path, zip_from(items), "more than 50 entries")
