"""A tar says each thing once, or in the same words: no two programs see two submissions in it."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
from typing import TYPE_CHECKING

import pytest

from runner.errors import UsageError
from runner.intake import read_submission
from tests.unit.intake.archives import (
    GOOD,
    content,
    gz,
    honest_tar,
    member,
    pax,
    read,
    record,
    sealed,
    tar_of,
    zip_of,
)
from tests.unit.intake.crafted import Item, zip_from

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG_NAME = tarfile.GNUTYPE_LONGNAME
DEEP = "app/" + "d" * 60 + "/" + "e" * 60 + ".py"


def refused(tmp_path: Path, packed: bytes, why: str, name: str = "submission") -> str:
    path = tmp_path / name
    path.write_bytes(packed)
    with pytest.raises(UsageError, match=why) as caught:
        read_submission(path)
    return str(caught.value)


def patched(block: bytes, at: int, new: bytes) -> bytes:
    """A header with some bytes replaced and its checksum made right; its data stay."""
    changed = block[:at] + new + block[at + len(new) : 512]
    return sealed(changed) + block[512:]


# ------------------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    "number", [b"0000_001000\0", b"0o000001000\0", b"+0000001000\0", b"00001000\0001\0\0"]
)
def test_a_size_that_programs_read_in_several_ways(tmp_path: Path, number: bytes) -> None:
    # The standard library takes what Python takes for a number, others stop at the odd sign.
    packed = tar_of(patched(member("a", b"x" * 512), 124, number), member("b"))
    assert "entry a" in refused(tmp_path, packed, "a number in its header can be read in several")


@pytest.mark.parametrize("number", [b"    1000   \0", b"1000\0\0\0\0\0\0\0\0", b"000000001000"])
def test_a_size_as_old_and_new_tools_write_it(tmp_path: Path, number: bytes) -> None:
    packed = tar_of(patched(member("a", b"x" * 512), 124, number))
    assert read(tmp_path, packed).find("a") == b"x" * 512


def test_a_size_in_bytes_as_gnu_tar_writes_it(tmp_path: Path) -> None:
    number = b"\x80" + struct.pack(">3xQ", 512)
    packed = tar_of(patched(member("a", b"x" * 512), 124, number))
    assert read(tmp_path, packed).find("a") == b"x" * 512


# -------------------------------------------------------------------------------- names


@pytest.mark.parametrize("magic", [b"ustar  \0", bytes(8), b"ustar 00"])
def test_two_parts_of_a_name_that_not_every_program_joins(tmp_path: Path, magic: bytes) -> None:
    odd = patched(patched(member("main.py", b"evil"), 257, magic), 345, b"app")
    packed = gz(tar_of(member("README.md", b"x"), odd))
    message = refused(tmp_path, packed, "two parts that not every program joins")
    assert "main.py" in message


def test_two_parts_of_a_name_as_posix_says(tmp_path: Path) -> None:
    joined = patched(patched(member("main.py", b"x"), 257, b"ustar\00000"), 345, b"app")
    assert content(read(tmp_path, tar_of(joined, member("a")))) == {"a": b"", "app/main.py": b"x"}


@pytest.mark.parametrize("place", [5, 99, 350, 475])
def test_a_header_has_nothing_behind_its_name(tmp_path: Path, place: int) -> None:
    # It could be the header of another kind of archive, for which some programs look first.
    odd = patched(member("a", b"x"), place, b"x")
    refused(tmp_path, tar_of(member("b"), odd), "more than a name where its name is")


def test_the_times_that_star_writes_behind_a_name_are_none(tmp_path: Path) -> None:
    times = patched(patched(member("a", b"x"), 257, b"ustar\00000"), 476, b"00000000000 ")
    assert read(tmp_path, tar_of(patched(times, 508, b"tar\0"), member("b"))).find("a") == b"x"


@pytest.mark.parametrize(
    ("before", "name"),
    [
        (pax(record(b"path", b"app/main.py")), "app/evil.py"),
        (pax(record(b"path", b"app/main.py")), "app/main.p"),
        (pax(record(b"path", b"app/main.py"), tarfile.SOLARIS_XHDTYPE), "app/evil.py"),
        (member("././@LongLink", b"app/main.py\0", LONG_NAME), "app/evil.py"),
    ],
)
def test_two_headers_with_two_names(tmp_path: Path, before: bytes, name: str) -> None:
    # An old program passes over the extended header and sees the other name.
    packed = tar_of(before, member(name, b"x"), member("README.md"))
    assert "app/main.py" in refused(tmp_path, packed, "two headers give it two names")


@pytest.mark.parametrize("short", ["app/x.py", "./app/x.py"])
def test_two_headers_with_one_name(tmp_path: Path, short: str) -> None:
    packed = tar_of(pax(record(b"path", b"app/x.py")), member(short, b"x"), member("a"))
    assert read(tmp_path, packed).find("app/x.py") == b"x"


@pytest.mark.parametrize(
    "long", [record(b"path", DEEP.encode()), record(b"path", "app/é.py".encode())]
)
def test_a_long_name_is_not_short_for_another_file(tmp_path: Path, long: bytes) -> None:
    honest = tar_of(pax(long), member(DEEP[:100], b"x"), member("app/main.py", b"clean"))
    assert len(read(tmp_path, honest).files) == 2
    hidden = tar_of(member("app/main.py", b"clean"), pax(long), member("app/main.py", b"evil"))
    refused(tmp_path, hidden, "its short name is that of another file")
    cut = tar_of(pax(long), member("app/\udcc3", b"x"), member("a"))
    assert len(read(tmp_path, cut).files) == 2


def test_a_name_of_two_extended_headers(tmp_path: Path) -> None:
    other = member("././@LongLink", DEEP.encode() + b"\0", LONG_NAME)
    for before in (pax(record(b"path", b"a")), pax(b"", tarfile.SOLARIS_XHDTYPE)):
        for order in ((before, other), (other, before)):
            packed = tar_of(*order, member(DEEP[:100]))
            refused(tmp_path, packed, "two extended headers may name the same member")


def test_a_folder_by_its_name_only(tmp_path: Path) -> None:
    old = patched(member("app/"), 156, tarfile.AREGTYPE)
    assert read(tmp_path, tar_of(old, member("app/x", b"1"), member("a"))).paths == {"a", "app/x"}
    message = refused(tmp_path, tar_of(member("app/"), member("a")), "a folder by its name and a")
    assert "app/" in message
    renamed = tar_of(pax(record(b"path", b"app")), old, member("a"))
    refused(tmp_path, renamed, "two headers give it two names")


# ------------------------------------------------------------------------------ records


@pytest.mark.parametrize(
    "records",
    [
        b"8 =skip\n" + record(b"path", b"b"),  # the standard library stops here
        record(b"a\0b", b"1"),
        record(b"a b", b"1"),
        record(b"mtime", b"1\0"),  # 7-Zip gives the whole header up
        record(b"path", b"b") * 2,
        b"0" + record(b"comment", b"1"),
    ],
)
def test_records_at_which_some_programs_stop(tmp_path: Path, records: bytes) -> None:
    packed = tar_of(pax(records), member("b"))
    refused(tmp_path, packed, "an extended header in it is damaged")


@pytest.mark.parametrize("key", [b"SCHILY.realsize", b"SUN.holesdata", b"GNU.sparse.map"])
def test_records_that_put_gaps_into_a_file(tmp_path: Path, key: bytes) -> None:
    packed = tar_of(pax(record(key, b"0")), member("a"))
    refused(tmp_path, packed, "it holds a sparse file")


@pytest.mark.parametrize("key", [b"linkpath", b"hdrcharset", b"GNU.sparse.name", b"VENDOR.name"])
def test_a_record_for_all_members_says_nothing_of_them(tmp_path: Path, key: bytes) -> None:
    packed = tar_of(pax(record(key, b"x"), tarfile.XGLTYPE), member("a"))
    refused(tmp_path, packed, "says what they are|a sparse file")


def test_attributes_of_macos_may_be_any_bytes(tmp_path: Path) -> None:
    attributes = record(b"SCHILY.xattr.com.apple.provenance", b"\1\2\0\xff")
    attributes += record(b"LIBARCHIVE.xattr.com.apple.provenance", b"AQIA/w")
    comment = pax(record(b"comment", b"0123"), tarfile.XGLTYPE)
    packed = tar_of(comment, pax(attributes), member("a", b"x"))
    assert content(read(tmp_path, packed)) == {"a": b"x"}


# ------------------------------------------------------- one file that is two archives


def test_a_gzip_header_holds_a_name_and_no_fields(tmp_path: Path) -> None:
    packed = gz(honest_tar(GOOD))
    fields = b"XX" + struct.pack("<H", 4) + b"zip!"
    extra = packed[:3] + b"\x04" + packed[4:10] + struct.pack("<H", 8) + fields + packed[10:]
    refused(tmp_path, extra, "its gzip header holds more than a name")
    named = packed[:3] + b"\x08" + packed[4:10] + b"work.tar\0" + packed[10:]
    assert content(read(tmp_path, named)) == dict(sorted(GOOD.items()))


def stored_gz(data: bytes) -> bytes:
    """Gzipped without being packed, so that what it holds stands in it as it is."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=0, mtime=0) as file:
        file.write(data)
    return buffer.getvalue()


@pytest.mark.parametrize("form", [bytes, stored_gz])
def test_a_tar_that_others_take_for_a_zip(tmp_path: Path, form: Callable[[bytes], bytes]) -> None:
    packed = form(tar_of(member("app.py", b"clean"), member("z", zip_of({"app.py": b"evil"}))))
    for name in ("work.zip", "work", "work.pdf"):
        refused(tmp_path, packed, "a tar that other programs may take for a zip", name)
    path = tmp_path / ("work.tar" if form is bytes else "work.tgz")
    path.write_bytes(packed)
    assert read_submission(path).find("app.py") == b"clean"


@pytest.mark.parametrize("name", ["BZh91AY&SY", "LZIP", "LRZI", "xar!", "MSCF", "Rar!"])
def test_a_tar_that_begins_like_something_else(tmp_path: Path, name: str) -> None:
    packed = tar_of(member(name, b"x"), member("app/main.py"))
    refused(tmp_path, packed, "it is packed with")
    assert len(read(tmp_path, tar_of(member("app/main.py"), member(name, b"x"))).files) == 2


def test_a_zip_that_is_the_image_of_a_disk_as_well(tmp_path: Path) -> None:
    # The first 32 KiB of such an image are free for anything. libarchive, and with it `tar` of
    # macOS and of Windows, takes the image where it finds both.
    name = b"assets/logo.bin"
    image = bytes(32_768) + b"\1CD001\1" + bytes(2041)
    item = Item(name=name, data=image[30 + len(name) :], method=0)
    packed = zip_from([item, Item(name=b"app/main.py", data=b"clean")])
    refused(tmp_path, packed, "a zip and the image of a disk at the same time")
    inside = zip_from([Item(name=b"disk.iso", data=image), Item(name=b"app/main.py")])
    assert read(tmp_path, inside).find("disk.iso") == image


def test_a_zip_that_is_a_tar_as_well(tmp_path: Path) -> None:
    # The local header and the first name and data of a zip, laid out as the header of a tar.
    hidden = member("app/main.py", b"evil")
    name = b"n" * 70 + b"0000644 0000000 0000000 00000000000 00000000000 " + b" " * 8 + b"0"
    item = Item(name=name, data=bytes(512 - 30 - len(name)) + hidden + bytes(1024), method=0)
    packed = bytearray(zip_from([item, Item(name=b"app/main.py", data=b"clean")]))
    packed[148:156] = b" " * 8
    listed = packed.index(b"PK\x01\x02") + 46
    total = b"%06o\0 " % sum(packed[:512])
    packed[148:156] = packed[listed + 118 : listed + 126] = total
    assert tarfile.TarInfo.frombuf(bytes(packed[:512]), "utf-8", "surrogateescape").size == 0
    refused(tmp_path, bytes(packed), "a zip and a tar at the same time")
