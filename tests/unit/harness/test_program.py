"""Commands of the submission, with a host that plays along."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any, cast

import pytest

from runner.harness import program as module
from runner.harness.errors import SubjectError
from runner.harness.program import DEPTH_LIMIT, Program, Result, taken
from runner.harness.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from runner.harness.channel import Channel

ANSWER = {
    "how": "it exited with code 0",
    "limit": False,
    "exit_code": 0,
    "wall_seconds": 1.0,
    "output": "done",
    "cpu_seconds": None,
    "peak_memory_bytes": None,
}


class Host:
    """Lets `act` play the command, and keeps what was asked."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act = act
        self.asked: list[dict[str, Any]] = []

    def call(self, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
        assert verb == "run"
        self.asked.append(arguments)
        self.act()
        return dict(ANSWER)


def result(**changes: Any) -> Result:
    parts = ANSWER | {"command": "python -m work", "files": {}} | changes
    return Result(**cast("dict[str, Any]", parts))


def reason(act: Callable[[], object]) -> str:
    with pytest.raises(SubjectError) as caught:
        act()
    return str(caught.value)


def test_a_command_sees_its_inputs_only_and_its_files_come_back(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    seen: list[Mapping[str, bytes]] = []

    def act() -> None:
        seen.append({path.name: path.read_bytes() for path in inside.rglob("*") if path.is_file()})
        (outside / "charts").mkdir(exist_ok=True)
        (outside / "charts" / "a.svg").write_bytes(b"<svg/>")

    async def go() -> tuple[Host, Result]:
        host = Host(act)
        program = Program(
            cast("Channel", host), Waiting(), seconds=9.0, inputs=inside, outputs=outside
        )
        await program.run(["python", "a.py"], inputs={"deep/a.csv": b"1", "b.csv": b"2"})
        return host, await program.run(
            ["python", "-m", "work"], inputs={"c.csv": b"3"}, seconds=99.0, usage=True
        )

    host, last = asyncio.run(go())

    assert seen == [{"a.csv": b"1", "b.csv": b"2"}, {"c.csv": b"3"}]
    assert host.asked[0] == {"argv": ["python", "a.py"], "seconds": 9.0, "usage": False}
    assert host.asked[1]["seconds"] == 9.0
    assert host.asked[1]["usage"]
    assert last.expect().file("charts/a.svg") == b"<svg/>"
    assert last.command == "python -m work"


def test_only_regular_files_are_results(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("s")
    out = tmp_path / "out"
    (out / "real").mkdir(parents=True)
    (out / "real" / "a").write_text("a")
    (out / "link").symlink_to(secret / "key")
    (out / "folder").symlink_to(secret)
    os.mkfifo(out / "pipe")

    assert taken(out, "x") == {"real/a": b"a"}


def test_what_a_command_writes_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BYTES_LIMIT", 1000)
    monkeypatch.setattr(module, "FILES_LIMIT", 3)
    big, many, deep = tmp_path / "big", tmp_path / "many", tmp_path / "deep"
    big.mkdir()
    with (big / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    many.mkdir()
    for number in range(4):
        (many / str(number)).touch()
    deep.joinpath(*"x" * (DEPTH_LIMIT + 1)).mkdir(parents=True)

    for folder in (big, many):
        assert "more than 3 files or 1000 bytes" in reason(lambda folder=folder: taken(folder, "x"))  # type: ignore[misc]
    assert f"more than {DEPTH_LIMIT} deep" in reason(lambda: taken(deep, "x"))


def test_an_end_that_was_not_due_is_told_with_the_last_words() -> None:
    failed = result(exit_code=1, how="it exited with code 1", output="Traceback\nKeyError: 'x'\n")
    killed = result(exit_code=None, how="it ran into its wall-clock limit", limit=True)

    assert failed.expect(1) is failed
    assert reason(failed.expect) == (
        "python -m work: it exited with code 1 where exit code 0 is due; its last words: "
        "Traceback KeyError: 'x'"
    )
    with pytest.raises(SubjectError, match="wall-clock limit where") as caught:
        killed.expect()
    assert caught.value.limit


def test_files_that_are_not_what_they_should_be_are_told() -> None:
    given = result(
        files={"a.json": b'{"x": 1}', "b.json": b"[1]", "c.json": b"{", "d.md": b"\xff", "e": b""}
    )

    assert given.object("a.json").integer("x") == 1
    assert "b.json should be a JSON object" in reason(lambda: given.object("b.json"))
    assert "c.json is not JSON" in reason(lambda: given.object("c.json"))
    assert "d.md is not UTF-8 (byte 0)" in reason(lambda: given.text("d.md"))
    assert given.text("e") == ""
    assert "wrote no file z (there is: a.json, b.json" in reason(lambda: given.file("z"))
    assert "there is: nothing" in reason(lambda: result().file("z"))
