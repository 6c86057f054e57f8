"""Code in files that no reader opens: archives that Python imports from, and compiled code.

They are known by what is in them, whatever they are called. They are left out, so that they cannot
run, and an alarm says so. Archives and pictures and tables that hold data only are kept.
"""

from __future__ import annotations

import struct
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from runner.intake import clutter
from runner.model import Alarm, Location
from runner.text import visible_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.intake.names import Parts
    from runner.intake.tray import Tray

_END = b"PK\5\6"
_END_SIZE = 22
_LONGEST_COMMENT = 0xFFFF
"""The end of a zip is looked for in its last bytes: a comment of this length may follow it. What
stands before the archive may be anything; Python's importer takes it as well."""

_ENTRY = b"PK\1\2"
_ENTRY_SIZE = 46
_NAME_LENGTH = 28

_CODE = (b".py", b".pyc", b".pyo", b".pyw", b".pyd", b".so", b".dylib", b".dll")

_ENDING = max(map(len, _CODE))

_OPEN_ARCHIVES = frozenset({".zip", ".whl", ".egg", ".pyz", ".pyzw", ".pex", ".shiv"})
"""Endings that say what the file is."""

_OPEN_PROGRAMS = frozenset({"", ".exe", ".o", ".out", ".elf", ".node", ".com"})

_COMPILED = (
    (b"\x7fELF", "ELF"),
    (b"\xfe\xed\xfa\xce", "Mach-O"),
    (b"\xfe\xed\xfa\xcf", "Mach-O"),
    (b"\xce\xfa\xed\xfe", "Mach-O"),
    (b"\xcf\xfa\xed\xfe", "Mach-O"),
    (b"\xca\xfe\xba\xbe", "Mach-O"),
)

_PE_OFFSET = 0x3C
_PYTHON_MAGICS = range(3000, 4000)
"""The number that a compiled Python 3 file begins with, by version; a line end follows it."""

_PYTHON_FLAGS = frozenset({0, 1, 3})
"""How such a file is checked against its source (PEP 552)."""

_PYTHON_HEADER = 16
_CODE_OBJECT = frozenset(b"\x63\xe3")


def leave_out(tray: Tray) -> None:
    """Take every file with code in it that nobody can read from the tray, with an alarm each."""
    kept = []
    for each in tray.kept:
        found = _found(each.parts, each.data)
        if found is None:
            kept.append(each)
            continue
        reason, alarm = found
        tray.dropped[each.parts] = reason
        tray.alarms.append((each.parts, alarm))
    tray.kept = kept


def archive_in(tray: Tray) -> str:
    """An archive that was left out and may be the submission itself, or nothing."""
    paths = [parts for parts, reason in sorted(tray.dropped.items()) if reason == clutter.PACKED]
    return visible_name("/".join(paths[0])) if paths else ""


def _found(parts: Parts, data: bytes) -> tuple[str, Alarm] | None:
    """Why a file is left out, and the alarm; None to keep it."""
    ending = PurePosixPath(parts[-1]).suffix.lower()
    archive, compiled = _code_in_zip(data), _compiled(data)
    if archive:
        what, is_open = f"an archive with code in it ({archive})", ending in _OPEN_ARCHIVES
        reason = clutter.PACKED if is_open else clutter.DISGUISED
        return reason, _alarm("intake.packed_code", parts, what, is_open=is_open)
    if compiled:
        is_open = ending in _OPEN_PROGRAMS and compiled != _BYTECODE
        reason = clutter.NATIVE if is_open else clutter.DISGUISED
        what = f"compiled code ({compiled})"
        return reason, _alarm("intake.compiled_code", parts, what, is_open=is_open)
    return None


def _alarm(name: str, parts: Parts, what: str, *, is_open: bool) -> Alarm:
    if is_open:
        summary = f"note: {what} was left out: nobody can read it"
    else:
        summary = f"{what} is in a file whose name says something else; it was left out"
    return Alarm(id=name, summary=summary, location=Location(path="/".join(parts)))


def _code_in_zip(data: bytes) -> str:
    """The first code file that a zip names in its directory, or nothing."""
    if data.find(_END, max(0, len(data) - _END_SIZE - _LONGEST_COMMENT)) < 0:
        return ""
    for number, (start, end) in enumerate(_names(data)):
        if data[max(start, end - _ENDING) : end].lower().endswith(_CODE):
            return visible_name(data[start:end])
        if number > len(data) // _ENTRY_SIZE:
            return "entries that overlap"
    return ""


def _names(data: bytes) -> Iterator[tuple[int, int]]:
    """Begin and end of the name in everything that could be an entry of a zip's directory.

    No name is copied: entries may overlap, and each may claim 64 KiB.
    """
    at = data.find(_ENTRY)
    while at >= 0:
        length = int.from_bytes(data[at + _NAME_LENGTH : at + _NAME_LENGTH + 2], "little")
        start = at + _ENTRY_SIZE
        yield start, min(start + length, len(data))
        at = data.find(_ENTRY, at + 1)


_BYTECODE = "Python"


def _compiled(data: bytes) -> str:
    """What kind of compiled code a file is, or nothing."""
    for magic, name in _COMPILED:
        if data.startswith(magic):
            return name
    if data.startswith(b"MZ"):
        (offset,) = struct.unpack_from("<I", data.ljust(_PE_OFFSET + 4, b"\0"), _PE_OFFSET)
        return "PE" if data[offset : offset + 4] == b"PE\0\0" else ""
    return _BYTECODE if _is_python(data) else ""


def _is_python(data: bytes) -> bool:
    """Whether a file is what Python compiles a module to."""
    if len(data) <= _PYTHON_HEADER or data[2:4] != b"\r\n":
        return False
    magic, flags = struct.unpack_from("<H2xI", data)
    return (
        magic in _PYTHON_MAGICS and flags in _PYTHON_FLAGS and data[_PYTHON_HEADER] in _CODE_OBJECT
    )
