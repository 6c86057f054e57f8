"""A function on a candidate's bytes in a process of its own: what that does is their doing."""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from runner.harness import bounded as module
from runner.harness.bounded import apart
from runner.harness.errors import HarnessError, SubjectError

MIB = 1024 * 1024


def length(data: bytes) -> dict[str, Any]:
    return {"bytes": len(data), "half": ["\ud800", float("1.5"), None]}


def refuses(data: bytes) -> None:
    message = f"no: {data.decode()}"
    raise SubjectError(message)


def breaks(data: bytes) -> None:
    raise OverflowError(data)


def deep(data: bytes) -> None:
    deep(data)


def dies(data: bytes) -> None:
    os.kill(os.getpid(), int(data))


def ends(data: bytes) -> None:
    os._exit(int(data))


def spins(_data: bytes) -> None:
    while True:
        pass


def waits(_data: bytes) -> None:
    import time  # noqa: PLC0415

    time.sleep(60)


def swells(_data: bytes) -> int:
    return len(bytearray(module.MEMORY_BYTES))


def floods(_data: bytes) -> str:
    return "x" * (MIB + 1)


def unsayable(_data: bytes) -> object:
    return object()


def chatters(_data: bytes) -> None:
    sys.stdout.write("[1, 2")


def test_a_result_comes_back_as_json() -> None:
    assert apart(length, b"x" * 3 * MIB) == {"bytes": 3 * MIB, "half": ["\ud800", 1.5, None]}


def test_what_it_refuses_is_refused_in_its_words() -> None:
    with pytest.raises(SubjectError, match=r"^no: abc$") as raised:
        apart(refuses, b"abc")
    assert not raised.value.limit


@pytest.mark.parametrize(
    ("work", "data", "why"),
    [
        (breaks, b"x", r"it cannot be read \(OverflowError: b'x'\)"),
        (deep, b"x", r"it cannot be read \(RecursionError"),
        (swells, b"", r"it cannot be read \(MemoryError"),
        (unsayable, b"", "its reader ended with 1"),
        (chatters, b"", "its reader said nonsense"),
        (dies, b"11", "its reader was ended by signal 11"),
        (ends, b"7", "its reader ended with 7"),
        (ends, b"0", "its reader said nonsense"),
        (spins, b"", "its reader was ended by signal"),
        (floods, b"", "its reader "),
    ],
)
def test_whatever_becomes_of_the_process_the_bytes_did_it(
    monkeypatch: pytest.MonkeyPatch, work: Any, data: bytes, why: str
) -> None:
    monkeypatch.setattr(module, "WALL_SECONDS", 120.0)
    monkeypatch.setattr(module, "CPU_SECONDS", 1)
    monkeypatch.setattr(module, "RESULT_BYTES", MIB)
    with pytest.raises(SubjectError, match=why):
        apart(work, data)


def test_who_waits_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WALL_SECONDS", 1.0)
    with pytest.raises(SubjectError, match="within 1 s") as raised:
        apart(waits, b"")
    assert raised.value.limit


def test_a_function_of_a_suite_is_found_beside_its_test(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "json_of_ours.py").write_text("def work(data): return data.decode()\n")
    monkeypatch.syspath_prepend(tmp_path)
    import json_of_ours  # type: ignore[import-not-found]  # noqa: PLC0415 - written just now

    assert apart(json_of_ours.work, "é".encode()) == "é"


def test_a_function_that_cannot_be_imported_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(HarnessError, match="cannot be imported"):
        apart(lambda _data: 1, b"")
    bare = types.ModuleType("bare")
    monkeypatch.setitem(sys.modules, "bare", bare)
    monkeypatch.setattr(length, "__module__", "bare")
    with pytest.raises(HarnessError, match="in no file"):
        apart(length, b"")


def test_a_process_that_cannot_be_started_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(Path("/nonexistent/python")))
    with pytest.raises(HarnessError, match="could be started"):
        apart(length, b"")
