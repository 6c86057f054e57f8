"""Code in files that no reader opens is left out, whatever they are called; data is kept."""

from __future__ import annotations

import importlib.util
import io
import marshal
import py_compile
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from runner.errors import UsageError
from runner.intake import Submission, read_submission
from tests.unit.intake.archives import GOOD, folder_of, honest_tar, read, zip_of

if TYPE_CHECKING:
    from pathlib import Path

CORE = {"core.py": b"app = 1\n"}
ELF = b"\x7fELF\x02\x01\x01" + bytes(57)
MACH_O = bytes.fromhex("cffaedfe") + bytes(28)
PE = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + bytes(20)


def bytecode() -> bytes:
    """What Python itself makes of a module."""
    code = marshal.dumps(compile("app = 1\n", "core.py", "exec"))
    return importlib.util.MAGIC_NUMBER + bytes(12) + code


def with_comment(entries: dict[str, bytes], comment: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
        archive.comment = comment
    return buffer.getvalue()


def seen(tmp_path: Path, entries: dict[str, bytes]) -> tuple[Submission, list[tuple[str, str]]]:
    """A submission with the ids and summaries of its alarms."""
    path = tmp_path / "submission.tar"  # a tar without this ending may hold no zip
    path.write_bytes(honest_tar({**GOOD, **entries}))
    submission = read_submission(path)
    return submission, [(alarm.id, alarm.summary) for alarm in submission.alarms]


HIDDEN = {
    "a zip": zip_of(CORE),
    "a zip in which nothing is packed": zip_of(CORE, method=0),
    "a zip with something before it": b"\x89PNG\r\n" + bytes(5000) + zip_of(CORE),
    "a zip with the longest comment": with_comment(CORE, b"x" * 0xFFFF),
    "a zip of packages": zip_of({"core/__init__.py": b"", "core/a.txt": b""}),
    "a zip of compiled modules": zip_of({"core.pyc": b"x"}),
    "a zip with a library": zip_of({"core.so": b"x"}),
    "a zip with code among data": zip_of({"a.csv": b"1", "B.PY": b"x"}),
}


@pytest.mark.parametrize("path", ["app/data.bin", "logo.png", "app/core", "sales.csv", "x.xlsx"])
@pytest.mark.parametrize("what", HIDDEN)
def test_an_archive_with_code_is_left_out_under_any_name(
    tmp_path: Path, what: str, path: str
) -> None:
    submission, alarms = seen(tmp_path, {path: HIDDEN[what]})
    assert submission.paths == set(GOOD)
    assert submission.packed == submission.disguised == (path,)
    [(name, summary)] = alarms
    assert name == "intake.packed_code"
    assert "whose name says something else" in summary
    assert submission.alarms[0].location is not None
    assert submission.alarms[0].location.path == path


def test_python_itself_imports_from_what_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "data.bin"
    for what, data in HIDDEN.items():
        path.write_bytes(data)
        names = zipfile.ZipFile(path).namelist()
        assert any(name.lower().startswith(("core", "b.py")) for name in names), what


@pytest.mark.parametrize("path", ["old.zip", "vendor/tool-1.0-py3-none-any.whl", "app.PYZ"])
def test_an_archive_that_says_what_it_is_is_only_noted(tmp_path: Path, path: str) -> None:
    submission, [(name, summary)] = seen(tmp_path, {path: zip_of(CORE)})
    assert submission.paths == set(GOOD)
    assert (submission.packed, submission.disguised) == ((path,), ())
    assert name == "intake.packed_code"
    assert summary.startswith("note: an archive with code in it (core.py)")


COMPILED = {"Python": bytecode(), "ELF": ELF, "Mach-O": MACH_O, "PE": PE}


@pytest.mark.parametrize("path", ["app/data.bin", "logo.png", "core.txt", "lib.json"])
@pytest.mark.parametrize("kind", COMPILED)
def test_compiled_code_is_left_out_under_any_name(tmp_path: Path, kind: str, path: str) -> None:
    submission, [(name, summary)] = seen(tmp_path, {path: COMPILED[kind]})
    assert submission.paths == set(GOOD)
    assert submission.disguised == (path,)
    assert (name, f"({kind})" in summary) == ("intake.compiled_code", True)


@pytest.mark.parametrize(
    "mode",
    [
        py_compile.PycInvalidationMode.TIMESTAMP,
        py_compile.PycInvalidationMode.CHECKED_HASH,
        py_compile.PycInvalidationMode.UNCHECKED_HASH,
    ],
)
def test_every_way_to_compile_a_module_is_known(
    tmp_path: Path, mode: py_compile.PycInvalidationMode
) -> None:
    source = tmp_path / "core.py"
    source.write_text("app = 1\n")
    made = py_compile.compile(str(source), str(tmp_path / "core.bin"), invalidation_mode=mode)
    data = (tmp_path / "core.bin").read_bytes()
    assert made is not None
    assert seen(tmp_path, {"core.bin": data})[0].disguised == ("core.bin",)


@pytest.mark.parametrize("path", ["tool", "bin/setup.exe", "a.out"])
def test_a_program_that_says_what_it_is_is_only_noted(tmp_path: Path, path: str) -> None:
    submission, [(name, summary)] = seen(tmp_path, {path: ELF})
    assert (submission.packed, submission.disguised) == ((), ())
    assert submission.paths == set(GOOD)
    assert name == "intake.compiled_code"
    assert summary.startswith("note: ")


DATA = {
    "report.docx": zip_of({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
    "sales.xlsx": zip_of({"xl/workbook.xml": b"", "xl/vbaProject.bin": b"\xd0\xcf"}),
    "weights.npz": zip_of({"a.npy": b"\x93NUMPY", "b.npy": b"\x93NUMPY"}, method=0),
    "model.skp": zip_of({"schema.json": b"{}", "1.npy": b""}),
    "sales.zip": zip_of({"sales.csv": b"1", "readme.txt": b"see load.py"}),
    "data.parquet": b"PAR1" + bytes(40) + b"PAR1",
    "empty.zip": zip_of({}),
    "nested.zip": zip_of({"inner.zip": zip_of(CORE)}, method=zipfile.ZIP_DEFLATED),
    "text.md": b"PK\1\2 and PK\5\6 are how the parts of a zip begin: core.py\n",
    "lines.csv": b"a\r\r\nb\r\n" + bytes(20),
    "short.bin": b"\xa7\r\r\n" + bytes(12),
    "flags.bin": b"\xa7\r\r\n" + b"\2" + bytes(11) + b"\xe3",
    "start.bin": b"\xa7\r\r\n" + bytes(12) + b"x",
    "old.bin": b"\x03\xf3\r\n" + bytes(12) + b"\xe3",
    "mz.txt": b"MZ is how it begins",
    "mz.bin": b"MZ" + b"\xff" * 80,
    "photo.jpg": b"\xff\xd8\xff\xe0" + bytes(100),
    "app/extra.py": b"x = 1\n",
}


@pytest.mark.parametrize("path", DATA)
def test_data_is_kept_and_raises_nothing(tmp_path: Path, path: str) -> None:
    submission, alarms = seen(tmp_path, {path: DATA[path]})
    assert submission.find(path) == DATA[path]
    assert alarms == []
    assert (submission.packed, submission.dropped) == ((), ())


def test_entries_that_overlap_take_no_time_and_are_no_data(tmp_path: Path) -> None:
    flood = b"PK\1\2" * 300_000 + zip_of({})
    submission, [(_, summary)] = seen(tmp_path, {"a.bin": flood})
    assert submission.disguised == ("a.bin",)
    assert "entries that overlap" in summary


def test_what_stands_in_an_environment_raises_nothing(tmp_path: Path) -> None:
    inside = {".venv/lib/x.whl": zip_of(CORE), "env/pyvenv.cfg": b"", "env/lib/x.so.txt": ELF}
    submission, alarms = seen(tmp_path, inside)
    assert alarms == []
    assert submission.packed == ()


def test_the_wrapper_comes_off_their_paths(tmp_path: Path) -> None:
    entries = {f"mine/{path}": data for path, data in {**GOOD, "a.bin": zip_of(CORE)}.items()}
    submission = read(tmp_path, zip_of(entries))
    assert submission.disguised == ("a.bin",)
    assert submission.alarms[0].location is not None
    assert submission.alarms[0].location.path == "a.bin"


def test_a_folder_with_the_archive_of_the_submission_says_so(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in", {"orders-api.zip": zip_of(GOOD)})
    with pytest.raises(UsageError) as caught:
        read_submission(folder)
    assert caught.value.do == "Give what orders-api.zip holds"
    (folder / "core.bin").write_bytes(zip_of(CORE))
    (folder / "orders-api.zip").unlink()
    with pytest.raises(UsageError) as caught:
        read_submission(folder)
    assert caught.value.do == "Check that this is the right path"
