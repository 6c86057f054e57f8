"""Archives come from our own intake: anything unusual is our fault and stops the run."""

from __future__ import annotations

import io
import tarfile

import pytest

from runner.analyser.unpack import ProtocolError, unpack
from tests.unit.analyser.build import tar_of


def special(name: str, kind: bytes = tarfile.REGTYPE) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.type = kind
        member.linkname = "/etc/passwd"
        archive.addfile(member)
    return buffer.getvalue()


def test_files_come_sorted_and_folders_are_left_out() -> None:
    assert unpack(tar_of({"b.py": "b", "a/c.py": "c"})) == {"a/c.py": b"c", "b.py": b"b"}
    assert unpack(special("folder", tarfile.DIRTYPE)) == {}


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", "a//b", "./a"])
def test_unclean_names_are_refused(name: str) -> None:
    with pytest.raises(ProtocolError, match="unexpected member"):
        unpack(special(name))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_only_regular_files_are_taken(kind: bytes) -> None:
    with pytest.raises(ProtocolError, match="unexpected member"):
        unpack(special("x", kind))


def test_a_name_may_come_only_once() -> None:
    twice = io.BytesIO()
    with tarfile.open(fileobj=twice, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.py"))
        archive.addfile(tarfile.TarInfo("a.py"))
    with pytest.raises(ProtocolError, match=r"a\.py"):
        unpack(twice.getvalue())


@pytest.mark.parametrize("data", [b"no tar at all" * 100, tar_of({"a": b"x" * 5000})[:2000]])
def test_a_damaged_archive_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError, match=r"cannot be read"):
        unpack(data)
