"""Attacks 41 to 47: archives that want to be unpacked. Each is refused with the entry named.

Nothing is ever written, so what is asserted is that they are refused, that the message can be
shown, and by counters that little was inflated before.
"""

from __future__ import annotations

import dataclasses
import stat
import struct
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.errors import UsageError
from runner.intake import IntakeLimits, Submission
from runner.intake.stream import TarStream
from runner.intake.ziparchive import read_zip
from tests.unit.intake.archives import (
    GOOD,
    SMALL,
    gz,
    honest_tar,
    member,
    pax,
    raw_zip,
    read,
    record,
    sealed,
    tar_of,
    tray_for,
    zip_entry,
    zip_of,
)
from tests.unit.intake.test_names import HOSTILE

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE_NAMES = [name for name in HOSTILE if name]


def _refused(tmp_path: Path, packed: bytes, why: str, limits: IntakeLimits = SMALL) -> str:
    with pytest.raises(UsageError, match=why) as caught:
        read(tmp_path, packed, limits)
    message = str(caught.value)
    assert message.isprintable()
    message.encode()
    assert [path.name for path in tmp_path.iterdir()] == ["submission"]
    return message


def _attempt(tmp_path: Path, packed: bytes) -> Submission | str:
    try:
        return read(tmp_path, packed)
    except UsageError as error:
        return str(error)


# ------------------------------------------------------------------------------- names


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_in_a_zip(tmp_path: Path, name: bytes) -> None:
    # Flagged as UTF-8, names of other bytes already break the list of entries.
    message = _refused(tmp_path, raw_zip([(name, b"evil")]), "its name|list of entries")
    assert "\\x1b" in message if b"\x1b" in name else True


def test_a_name_that_is_not_utf8_in_a_zip_without_the_flag(tmp_path: Path) -> None:
    packed = raw_zip([(b"caf\xe9", b"")]).replace(struct.pack("<H", 0x800), b"\0\0")
    assert "caf\\xe9" in _refused(tmp_path, packed, "its name is not valid UTF-8")


@pytest.mark.parametrize("name", [name for name in HOSTILE_NAMES if b"\0" not in name])
@pytest.mark.parametrize("way", ["plain", "pax", "gnu"])
def test_a_hostile_name_in_a_tar(tmp_path: Path, name: bytes, way: str) -> None:
    before = {
        "plain": b"",
        "pax": pax(record(b"path", name)),
        "gnu": member("././@LongLink", name + b"\0", tarfile.GNUTYPE_LONGNAME),
    }[way]
    plain = name.decode("utf-8", "surrogateescape") if way == "plain" else "harmless"
    for packed in (tar_of(before, member(plain, b"evil")), gz(tar_of(before, member(plain)))):
        _refused(tmp_path, packed, "its name")


def test_a_nul_in_a_long_name(tmp_path: Path) -> None:
    _refused(
        tmp_path, tar_of(pax(record(b"path", b"a\0b")), member("x")), "its name holds a control"
    )


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["a", "a"], "another entry of that name"),
        (["a/b", "a"], "another entry of that name"),
        (["a", "a/b"], "refused for its entry a/b: because other systems take it"),
        (["a.py", "A.py"], r"a\.py"),
        (["x/a", "X/b"], "other systems take it for the same as x"),
        (["caf\u00e9", "cafe\u0301"], "other systems"),
        (["1/2/3/4/5"], "more than 4 folders deep"),
        (["x" * 61], "over 60 bytes long"),
        (["é" * 31], "over 60 bytes long"),
        ([f"f{number}" for number in range(51)], "more than 50 entries"),
        ([f"{number}/a/f" for number in range(20)], "more than 50 files and folders"),
        ([f".git/f{number}" for number in range(51)], "more than 50 entries"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_cannot_live_together(tmp_path: Path, names: list[str], why: str) -> None:
    _refused(tmp_path, zip_of([(name, b"x") for name in names]), why)
    _refused(tmp_path, tar_of(*(member(name, b"x") for name in names)), why)
    packed = gz(tar_of(*(member(name, b"x") for name in names)))
    _refused(tmp_path, packed, why, dataclasses.replace(SMALL, ratio=1000))


def test_an_invisible_name_raises_an_alarm(tmp_path: Path) -> None:
    submission = read(tmp_path, zip_of({"a.py": b"", "evil\u202eyp.py": b""}))
    assert [alarm.id for alarm in submission.alarms] == ["intake.hidden_name"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=4))
def test_any_names_at_all_end_in_files_or_a_clear_refusal(
    tmp_path: Path, names: list[bytes]
) -> None:
    entries = [(name, b"x") for name in names]
    members = [member(name.decode("utf-8", "surrogateescape"), b"x") for name in names]
    for packed in (raw_zip(entries), tar_of(*members)):
        outcome = _attempt(tmp_path, packed)
        if isinstance(outcome, str):
            assert outcome.isprintable()
        else:
            assert all(".." not in file.path.split("/") for file in outcome.files)
            outcome.to_tar()


# ------------------------------------------------------------------- links and devices


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        (stat.S_IFLNK | 0o777, "a symbolic link"),
        (stat.S_IFIFO | 0o644, "a named pipe"),
        (stat.S_IFCHR | 0o644, "a device"),
        (stat.S_IFBLK | 0o644, "a device"),
        (stat.S_IFSOCK | 0o644, "a socket"),
    ],
)
def test_special_entries_of_a_zip(tmp_path: Path, mode: int, why: str) -> None:
    entry = (zip_entry("model.json", mode), b"/etc/passwd")
    message = _refused(tmp_path, zip_of([("app.py", b""), entry]), f"it is {why}, not a regular")
    assert "model.json" in message
    kept = (zip_entry(".venv/bin/python", mode), b"/usr/bin/python3")
    assert read(tmp_path, zip_of([("app.py", b""), kept])).paths == {"app.py"}


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (tarfile.SYMTYPE, "a symbolic link"),
        (tarfile.LNKTYPE, "a hard link"),
        (tarfile.FIFOTYPE, "a named pipe"),
        (tarfile.CHRTYPE, "a device"),
        (tarfile.BLKTYPE, "a device"),
    ],
)
def test_special_members_of_a_tar(tmp_path: Path, kind: bytes, why: str) -> None:
    packed = tar_of(member("app.py"), member("model.json", kind=kind))
    assert "model.json" in _refused(tmp_path, packed, f"it is {why}, not a regular")
    kept = tar_of(member("app.py"), member(".venv/bin/python", kind=kind))
    assert read(tmp_path, kept).paths == {"app.py"}


def test_a_link_that_a_later_member_goes_through(tmp_path: Path) -> None:
    link = member("data", kind=tarfile.SYMTYPE)
    _refused(tmp_path, tar_of(link, member("data/evil", b"x")), "data/evil")


def test_setuid_raises_an_alarm_and_is_not_kept(tmp_path: Path) -> None:
    entry = (zip_entry("run", stat.S_IFREG | 0o4755), b"")
    submission = read(tmp_path, zip_of([entry, ("a", b"")]))
    assert [alarm.id for alarm in submission.alarms] == ["intake.setuid"]


# ------------------------------------------------------------------------------- bombs


def test_a_zip_that_packs_too_well(tmp_path: Path) -> None:
    packed = zip_of({"zeros": b"\0" * 90_000})
    _refused(tmp_path, packed, "more than 10 times its packed size")
    tray = tray_for(packed)
    with pytest.raises(UsageError):
        read_zip(packed, tray)
    assert tray.bytes_read == 0


def test_a_gzip_that_packs_too_well(tmp_path: Path) -> None:
    packed = gz(tar_of(member("zeros", b"\0" * 10_000_000)))
    _refused(tmp_path, packed, "larger than 0 MiB|times its packed size")
    huge = IntakeLimits(file_bytes=1 << 40, unpacked_bytes=1 << 40, ratio_free_bytes=200_000)
    tray = tray_for(packed, huge)
    stream = TarStream(packed, tray)
    with pytest.raises(UsageError, match="times its packed size"):
        stream.skip(1 << 40)
    assert stream.inflated <= tray.ceiling + 65_536


@pytest.mark.parametrize("hidden", [".venv/zeros", "zeros"])
def test_what_is_left_out_counts_while_it_is_inflated(tmp_path: Path, hidden: str) -> None:
    packed = gz(tar_of(*(member(f"{hidden}{n}", b"\0" * 90_000) for n in range(9))))
    _refused(tmp_path, packed, "times its packed size")


@pytest.mark.parametrize("form", ["zip", "tar", "tgz"])
def test_ceilings_of_size(tmp_path: Path, form: str) -> None:
    noise = bytes((n * n * 31 >> 3) % 251 for n in range(90_000))
    roomy = IntakeLimits(
        unpacked_bytes=300_000, file_bytes=100_000, ratio=1000, ratio_free_bytes=300_000
    )

    def packed(entries: dict[str, bytes]) -> bytes:
        return (
            zip_of(entries)
            if form == "zip"
            else honest_tar(entries, {"tar": "w"}.get(form, "w:gz"))
        )

    _refused(tmp_path, packed({"big": noise * 2}), "entry big: because it is larger", roomy)
    many = packed({f"f{n}": noise for n in range(4)})
    _refused(tmp_path, many, "it holds more than 0 MiB", roomy)
    assert len(read(tmp_path, packed({f"f{n}": noise for n in range(3)}), roomy).files) == 3


def test_a_packed_file_over_its_ceiling(tmp_path: Path) -> None:
    packed = zip_of({"noise": bytes(range(256)) * 1000}, method=0)
    _refused(tmp_path, packed, "it is larger than 0 MiB")


def test_entries_that_share_their_data(tmp_path: Path) -> None:
    # The directory names one local entry twice: the trick of zip bombs of a few kilobytes.
    packed = raw_zip([(b"a", b"\0" * 1000), (b"b", b"\0" * 1000)])
    second = packed.rindex(b"PK\x01\x02") + 42
    shared = packed[:second] + struct.pack("<I", 0) + packed[second + 4 :]
    _refused(tmp_path, shared, "overlaps other data")


def test_entries_that_quote_the_ones_after(tmp_path: Path) -> None:
    packed = raw_zip([(b"a", b"x" * 10), (b"b", b"y" * 10)])
    first = packed.index(b"PK\x01\x02") + 20
    longer = packed[:first] + struct.pack("<I", 30) + packed[first + 4 :]
    _refused(tmp_path, longer, "overlaps other data")


def test_data_that_reach_into_the_directory(tmp_path: Path) -> None:
    packed = raw_zip([(b"a", b"x" * 10)])
    first = packed.index(b"PK\x01\x02") + 20
    longer = packed[:first] + struct.pack("<I", 60) + packed[first + 4 :]
    _refused(tmp_path, longer, "overlaps other data")


@pytest.mark.parametrize("offset", [1, 5_000, 0xFFFFFFFE])
def test_an_entry_that_is_not_where_it_is_said_to_be(tmp_path: Path, offset: int) -> None:
    packed = raw_zip([(b"a", b"x" * 10)])
    place = packed.index(b"PK\x01\x02") + 42
    moved = packed[:place] + struct.pack("<I", offset) + packed[place + 4 :]
    _refused(tmp_path, moved, "overlaps other data or is missing")


def test_two_names_for_one_entry(tmp_path: Path) -> None:
    packed = raw_zip([(b"app.py", b"x")])
    _refused(tmp_path, packed.replace(b"app.py", b"bad.py", 1), "two descriptions do not agree")


@pytest.mark.parametrize("claimed", [0, 1, 999, 1001, 9_000])
def test_a_size_that_is_not_true(tmp_path: Path, claimed: int) -> None:
    packed = raw_zip([(b"a", b"\0" * 1000)], size=claimed)
    _refused(tmp_path, packed, "not what its description says")


def test_a_small_size_for_a_large_content_inflates_little() -> None:
    packed = raw_zip([(b"a", b"\0" * 50_000_000)], size=10)
    tray = tray_for(packed)
    with pytest.raises(UsageError, match="not what its description says"):
        read_zip(packed, tray)
    assert tray.bytes_read == 0


def test_a_stored_size_that_is_not_true(tmp_path: Path) -> None:
    packed = zip_of({"a": b"x" * 10}, method=0)
    place = packed.index(b"PK\x01\x02") + 24
    lying = packed[:place] + struct.pack("<I", 9) + packed[place + 4 :]
    _refused(tmp_path, lying, "not what its description says")


def test_content_that_was_changed(tmp_path: Path) -> None:
    _refused(tmp_path, zip_of({"a": b"abc"}, method=0).replace(b"abc", b"abd"), "description says")


def test_content_that_is_no_deflate(tmp_path: Path) -> None:
    packed = raw_zip([(b"a", b"x" * 20)])
    start = 30 + len(b"a")
    _refused(tmp_path, packed[:start] + b"\xff" + packed[start + 1 :], "damaged")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions(tmp_path: Path, method: int) -> None:
    _refused(tmp_path, zip_of({"a": b"x" * 100}, method=method), "not the usual one")


@pytest.mark.parametrize("flag", [0x1, 0x40, 0x2000])
def test_encrypted_entries(tmp_path: Path, flag: int) -> None:
    packed = bytearray(raw_zip([(b"a", b"x")]))
    place = packed.index(b"PK\x01\x02") + 8
    packed[place : place + 2] = struct.pack("<H", 0x800 | flag)
    _refused(tmp_path, bytes(packed), "it is encrypted. Pack it without a password")


def test_folders_have_no_content(tmp_path: Path) -> None:
    _refused(tmp_path, raw_zip([(b"a/", b"hidden"), (b"b", b"")]), "a folder with content")
    folder = (zip_entry("a", stat.S_IFDIR | 0o755), b"hidden")
    _refused(tmp_path, zip_of([folder, ("b", b"")]), "a folder with content")
    assert read(tmp_path, zip_of([("a/", b""), ("b", b"")])).paths == {"b"}


@pytest.mark.parametrize("cut", [1, 10, 30, 60])
def test_a_zip_that_is_cut_short(tmp_path: Path, cut: int) -> None:
    _refused(tmp_path, zip_of(GOOD)[:-cut], "list of entries is broken")


def test_a_zip_of_several_disks_or_a_future_version(tmp_path: Path) -> None:
    packed = zip_of(GOOD)
    place = packed.index(b"PK\x01\x02") + 6
    future = packed[:place] + b"\xff\0" + packed[place + 2 :]
    assert "app/main.py" in _refused(tmp_path, future, "it asks for version 25.5 of the format")
    end = packed.index(b"PK\x05\x06") + 4
    parts = packed[:end] + b"\1" + packed[end + 1 :]
    _refused(tmp_path, parts, "list of entries is broken .it is one of several parts")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_damage_anywhere_ends_in_files_or_a_clear_refusal(
    tmp_path: Path, data: st.DataObject
) -> None:
    entries = {**GOOD, "x" * 120: b"long"}
    forms = (zip_of(entries), honest_tar(entries), honest_tar(entries, "w:gz"))
    packed = bytearray(data.draw(st.sampled_from(forms)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(packed) - 1))
        packed[place] = data.draw(st.integers(0, 255))
    outcome = _attempt(tmp_path, bytes(packed))
    assert not isinstance(outcome, str) or outcome.isprintable()


# --------------------------------------------------------------------------------- tar


def test_a_negative_size(tmp_path: Path) -> None:
    # A general reader goes back by that much and reads the same header for ever.
    info = tarfile.TarInfo("a")
    info.size = -512
    block = info.tobuf(tarfile.GNU_FORMAT)
    _refused(tmp_path, tar_of(block), "its size cannot be true")
    _refused(tmp_path, tar_of(sealed(block[:156] + b"x" + block[157:])), "too large")


@pytest.mark.parametrize("size", [b"-512", b"5x", b"", b"9" * 30])
def test_a_size_that_is_no_number(tmp_path: Path, size: bytes) -> None:
    packed = tar_of(pax(record(b"size", size)), member("a"))
    _refused(tmp_path, packed, "an extended header in it is damaged")


def test_a_size_in_a_pax_header_is_that_of_the_plain_one(tmp_path: Path) -> None:
    block = member("a")
    # Who passes over the extended header takes the data for the next header.
    packed = tar_of(pax(record(b"size", b"3")), block + b"abc" + bytes(509))
    _refused(tmp_path, packed, "two headers of one member give it two sizes")
    same = tar_of(pax(record(b"size", b"3")), member("a", b"abc"))
    assert read(tmp_path, same).find("a") == b"abc"
    _refused(tmp_path, tar_of(pax(record(b"size", b"9" * 18)), block), "two sizes")


@pytest.mark.parametrize("kind", [tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_only_files_have_a_size(tmp_path: Path, kind: bytes) -> None:
    _refused(tmp_path, tar_of(member("a", b"hidden", kind)), "its size cannot be true")
    _refused(tmp_path, tar_of(member("a/", b"hidden")), "its size cannot be true")


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_SPARSE, b"M", b"V", b"A", b"7"])
def test_other_kinds_of_members(tmp_path: Path, kind: bytes) -> None:
    _refused(tmp_path, tar_of(member("a", kind=kind)), "neither a file nor a folder")


def test_sparse_files(tmp_path: Path) -> None:
    packed = tar_of(pax(record(b"GNU.sparse.realsize", b"9" * 12)), member("a"))
    _refused(tmp_path, packed, "a sparse file. Pack it without --sparse")


@pytest.mark.parametrize("key", [b"path", b"size"])
def test_a_name_for_everybody(tmp_path: Path, key: bytes) -> None:
    packed = tar_of(pax(record(key, b"7"), tarfile.XGLTYPE), member("a"))
    _refused(tmp_path, packed, "one name or size to all")


@pytest.mark.parametrize(
    "records",
    [
        b"junk",
        b"5",
        b"0 a=b\n",
        b"99 path=x\n",
        b"9 path=xyz",
        b"8 a b c\n",
        b"-8 path=\n",
        b" a=b\n",
    ],
)
def test_damaged_records(tmp_path: Path, records: bytes) -> None:
    _refused(tmp_path, tar_of(pax(records), member("a")), "extended header in it is damaged")


def test_extended_headers_without_end(tmp_path: Path) -> None:
    once = pax(record(b"path", b"x"))
    _refused(tmp_path, tar_of(once, once, member("a")), "repeats an extended header")
    large = pax(record(b"comment", b"x" * 70_000))
    _refused(tmp_path, tar_of(large, member("a")), "too large")
    many = pax(record(b"a", b"") * 1001)
    _refused(tmp_path, tar_of(many, member("a")), "too large")


@pytest.mark.parametrize("keep", [100, 512, 600, 1023, 1024, 1030, 1536])
def test_a_tar_that_is_cut_short(tmp_path: Path, keep: int) -> None:
    for first in (member("a" * 10, b"x" * 600), pax(record(b"comment", b"x" * 580))):
        packed = first[:keep] if keep < len(first) else first
        limits = IntakeLimits()
        _refused(tmp_path, packed if keep > 262 else gz(packed), "cut short", limits)


@pytest.mark.parametrize("keep", [512, 1000])
def test_what_is_left_out_is_not_cut_short_either(tmp_path: Path, keep: int) -> None:
    _refused(tmp_path, member(".venv/x", b"x" * 600)[:keep], "cut short")


def test_a_damaged_header(tmp_path: Path) -> None:
    block = bytearray(tar_of(member("a"), member("b")))
    block[512] ^= 1
    _refused(tmp_path, bytes(block), "a header in it is damaged")


def test_data_after_the_end(tmp_path: Path) -> None:
    _refused(tmp_path, tar_of(member("a")) + tar_of(member("b")), "more data follows its end")
    assert read(tmp_path, tar_of(member("a")) + bytes(9000)).paths == {"a"}


def test_zeros_without_end_after_the_end(tmp_path: Path) -> None:
    packed = gz(tar_of(member("a")) + bytes(5_000_000))
    _refused(tmp_path, packed, "times its packed size")


@pytest.mark.parametrize("cut", [1, 8, 20])
def test_a_gzip_that_is_cut_short(tmp_path: Path, cut: int) -> None:
    _refused(tmp_path, gz(tar_of(member("a")))[:-cut], "gzip stream is cut short")


def test_a_damaged_gzip(tmp_path: Path) -> None:
    packed = gz(tar_of(member("a")))
    _refused(tmp_path, packed[:-8] + bytes(8), "gzip stream is damaged")
    _refused(tmp_path, b"\x1f\x8b" + b"\xfb" * 100, "gzip stream is damaged")


def test_more_than_one_gzip_stream(tmp_path: Path) -> None:
    packed = gz(tar_of(member("a")))
    _refused(tmp_path, packed + gz(tar_of(member("b"))), "more data follows its gzip stream")
    _refused(tmp_path, packed + bytes(70_000) + b"x", "more data follows its gzip stream")
    assert read(tmp_path, packed + bytes(512)).paths == {"a"}
