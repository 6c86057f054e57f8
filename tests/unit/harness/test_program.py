"""Commands of the submission, with a host that plays along."""

from __future__ import annotations

import asyncio
import math
import os
import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from runner.harness import program as module
from runner.harness import slots as slots_module
from runner.harness.errors import HarnessError, SubjectError
from runner.harness.program import Budget, Program, Result, taken
from runner.harness.slots import Slots
from runner.harness.waiting import Waiting
from tests.unit.harness.picture import slots_below

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


MOST = 1000


class Host:
    """Lets `act` play the command in its slot below `root`, and keeps what was asked."""

    def __init__(self, root: Path, act: Callable[[Path], None] = lambda _slot: None) -> None:
        self.root = root
        self.act = act
        self.asked: list[dict[str, Any]] = []

    def call(self, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
        assert verb == "run"
        self.asked.append(arguments)
        self.act(self.root / "slots" / str(arguments["slot"]))
        return dict(ANSWER)


def result(**changes: Any) -> Result:
    parts = ANSWER | {"command": "python -m work", "files": {}, "left_out": {}} | changes
    return Result(**cast("dict[str, Any]", parts))


def reason(act: Callable[[], object]) -> str:
    with pytest.raises(SubjectError) as caught:
        act()
    return str(caught.value)


def test_a_command_sees_its_inputs_only_and_its_files_come_back(tmp_path: Path) -> None:
    seen: list[Mapping[str, bytes]] = []

    def act(slot: Path) -> None:
        found = (slot / "in").rglob("*")
        seen.append({path.name: path.read_bytes() for path in found if path.is_file()})
        (slot / "out" / "charts").mkdir()
        (slot / "out" / "charts" / "a.svg").write_bytes(b"<svg/>")

    async def go() -> tuple[Host, Result]:
        host = Host(tmp_path, act)
        mine = program(host)
        await mine.run(["python", "a.py"], inputs={"deep/a.csv": b"1", "b.csv": b"2"})
        return host, await mine.run(["python", "-m", "work"], inputs={"c.csv": b"3"}, seconds=99.0)

    host, last = asyncio.run(go())

    assert seen == [{"a.csv": b"1", "b.csv": b"2"}, {"c.csv": b"3"}]
    slots = [asked.pop("slot") for asked in host.asked]
    assert len(set(slots)) == 2
    assert host.asked[0] == {
        "argv": ["python", "a.py"],
        "seconds": 9.0,
        "usage": False,
        "joined": False,
        "reference": False,
        "stop": "",
    }
    assert host.asked[1]["seconds"] == 9.0
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

    files, left_out = taken(out, MOST)

    assert files == {"real/a": b"a"}
    link = "is a link, and links are not followed"
    assert left_out == {"link": link, "folder": link, "pipe": "is not a regular file"}
    asked = result(files=files, left_out=left_out)
    assert f"python -m work: link {link}" in reason(lambda: asked.file("link"))


def test_what_a_command_writes_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FILES_LIMIT", 3)
    out, many = tmp_path / "out", tmp_path / "many"
    out.mkdir()
    (out / "a").write_bytes(b"x" * 600)
    with (out / "b-sparse").open("wb") as file:
        file.truncate(1 << 40)
    (out / "c").write_bytes(b"y" * 400)
    many.mkdir()
    for number in range(4):
        (many / str(number)).touch()

    files, left_out = taken(out, MOST)
    assert {name: len(content) for name, content in files.items()} == {"a": 600, "c": 400}
    assert left_out == {"b-sparse": "is larger than the 400 bytes that are left to read"}
    assert len(taken(many, MOST)[0]) == 3


def test_deep_folders_with_long_names_end_somewhere(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    (tmp_path / "a").touch()

    assert taken(tmp_path, MOST) == ({"a": b""}, {})


def test_what_cannot_be_read_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").touch()

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert taken(tmp_path, MOST) == ({}, {"a": "cannot be read (Permission denied)"})


def program(
    host: Host, left: float = math.inf, waiting: Waiting | None = None, *, slots: int = 2
) -> Program:
    return Program(
        cast("Channel", host),
        waiting or Waiting(),
        Budget(command_seconds=9.0, output_bytes=MOST, left=lambda: left),
        slots=Slots(slots_below(host.root, slots)),
    )


def test_the_reference_takes_no_time_of_the_submission(tmp_path: Path) -> None:
    waiting = Waiting()

    def act(slot: Path) -> None:
        time.sleep(0.01)
        (slot / "out" / "answer").write_text("ours" if host.asked[-1]["reference"] else "theirs")

    async def go() -> tuple[bytes, float, bytes]:
        mine = program(host, waiting=waiting)
        ours = await mine.run(["x"], reference=True)
        waited = waiting.seconds
        return ours.file("answer"), waited, (await mine.run(["x"])).file("answer")

    host = Host(tmp_path, act)
    ours, waited, theirs = asyncio.run(go())

    assert [asked["reference"] for asked in host.asked] == [True, False]
    assert (ours, theirs) == (b"ours", b"theirs")
    assert waited == 0
    assert waiting.seconds > 0


def test_a_suite_that_runs_more_commands_than_it_may_is_told_how_to(tmp_path: Path) -> None:
    async def go() -> None:
        mine = program(host)
        for _ in range(2):
            await mine.run(["x"])
        with pytest.raises(
            HarnessError, match=r"more than 2 commands: .* `commands` under \[suite"
        ):
            await mine.run(["x"])

    host = Host(tmp_path)
    asyncio.run(go())
    assert len(host.asked) == 2


def test_what_cannot_be_removed_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else may empty a folder that a killed command made for itself alone."""
    monkeypatch.setattr(slots_module, "clear", lambda _folder: False)
    monkeypatch.setattr(slots_module, "held", lambda _folder: 5 * MOST)

    async def go() -> None:
        mine = program(host, slots=3)
        for _ in range(2):
            await mine.run(["x"])
        with pytest.raises(SubjectError, match="left too much") as caught:
            await mine.run(["x"])
        assert caught.value.limit

    host = Host(tmp_path)
    asyncio.run(go())
    assert len(host.asked) == 2


def test_what_the_reference_does_wrong_is_ours(tmp_path: Path) -> None:
    ours = result(reference=True, how="it exited with code 1", files={"a": b"\xff"}, exit_code=1)
    for act in (ours.expect, lambda: ours.file("z"), lambda: ours.text("a")):
        with pytest.raises(HarnessError, match=r"^the reference's python -m work: "):
            act()
    run = program(Host(tmp_path)).run(["x"], usage=True, reference=True)
    with pytest.raises(HarnessError, match="before its use of resources could be measured"):
        asyncio.run(run)


def test_no_command_outlives_its_test(tmp_path: Path) -> None:
    host = Host(tmp_path)

    asyncio.run(program(host, 5.0).run(["x"]))
    assert host.asked[0]["seconds"] == 2.0
    late = program(host, 2.0)
    assert "time was used up" in reason(lambda: asyncio.run(late.run(["x"])))


def test_resources_that_were_asked_for_are_there(tmp_path: Path) -> None:
    host = Host(tmp_path)

    told = reason(lambda: asyncio.run(program(host).run(["x"], usage=True)))
    assert told == "x: it exited with code 0 before its use of resources could be measured"


def test_documents_that_are_too_large_are_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DOCUMENT_LIMIT", 3)
    given = result(files={"a.json": b"{  }", "b": b"abc"})

    assert given.text("b") == "abc"
    assert "has 4 bytes, over 3" in reason(lambda: given.object("a.json"))


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
