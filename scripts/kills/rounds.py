"""One disturbed grading after the other, and what became of each."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.kills import small
from scripts.kills.engine import Engine
from scripts.kills.faults import Moment
from scripts.kills.verdict import Aftermath, outcome, violations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.kills.engine import SecondEngine
    from scripts.kills.faults import Fault, Setting

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 600.0
"""After this a grading of seconds hangs, whatever the machine is doing beside it."""

_GC_TRIES = 3
_GC_PAUSE_SECONDS = 1.0
"""What was asked of the engine by a process that was killed may still be made for a moment."""

Process = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """The undisturbed grading of a challenge: its record, seconds, and bytes of its reports."""

    record: dict[str, Any]
    seconds: float
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One round: its number, whether its fault struck, what became of the grading."""

    number: int
    fault: str
    struck: bool
    outcome: str
    violations: tuple[str, ...]
    seconds: float
    pid: int


class Rounds:
    """The rounds below one folder, against one engine and maybe a second one."""

    def __init__(
        self, root: Path, engine: Engine, second: SecondEngine | None, *, seed: int, strict: bool
    ) -> None:
        """Write the challenges; nothing is graded yet."""
        self._root = root
        self._engine = engine
        self._second = second
        self._seed = seed
        self._strict = strict
        self._good: dict[str, Good] = {}
        small.write(root)

    def undisturbed(self, challenge: str) -> Good:
        """Grade without a fault; raises `RuntimeError` when even that does not work."""
        folder = self._folder(f"good-{challenge.partition('/')[2]}")
        begun = time.monotonic()
        process = self._start(folder, challenge, (), self._engine.host, as_json=False)
        code = process.wait()
        reports = _reports(folder)
        if code or [report["score"]["automatic"]["percent"] for report in reports] != [100]:
            error = (folder / "stderr").read_text()
            raise RuntimeError(f"{challenge} cannot be graded (exit code {code}): {error}")
        size = sum(path.stat().st_size for path in (folder / "out").rglob("*") if path.is_file())
        good = Good(record=reports[0], seconds=time.monotonic() - begun, size=size)
        self._good[challenge] = good
        return good

    def disturbed(self, fault: Fault, number: int) -> Result:
        """One grading with the fault; its folder stays where something must not have happened."""
        good, folder = self._good[fault.challenge], self._folder(f"round-{number}")
        rng = random.Random(f"{self._seed}/{number}")
        moment = Moment(
            rng=rng,
            seconds=good.seconds,
            size=good.size,
            folder=folder,
            out=folder / "out",
            engine=self._engine,
            second=self._second,
        )
        begun = time.monotonic()
        with fault.make(moment) as setting:
            process = self._start(
                folder,
                fault.challenge,
                setting.prefix,
                setting.host or self._engine.host,
                as_json=rng.random() < 0.5,  # noqa: PLR2004 - one of the two
            )
            struck, hung = _struck(setting, process)
            engine = Engine(setting.host) if setting.second else self._engine
            after = self._after(folder, process, engine, setting, hung=hung)
        found = violations(after, good.record, strict=self._strict)
        if not found:
            shutil.rmtree(folder)
        word, seconds = outcome(after, good.record), time.monotonic() - begun
        if word == "graded" and seconds < self._good[fault.challenge].seconds:
            # The machine was busy before: later faults would come too late.
            self._good[fault.challenge] = replace(good, seconds=seconds)
        return Result(
            number=number,
            fault=fault.name,
            struck=struck,
            outcome=word,
            violations=found,
            seconds=seconds,
            pid=process.pid,
        )

    def _folder(self, name: str) -> Path:
        folder = self._root / name
        (folder / "tmp").mkdir(parents=True)
        return folder

    def _start(
        self, folder: Path, challenge: str, prefix: tuple[str, ...], host: str, *, as_json: bool
    ) -> Process:
        words = [
            *("grade", str(self._root / "answer"), "--challenge", challenge),
            *("--challenges", str(self._root), "--out", str(folder / "out")),
            *["--json"] * as_json,
        ]
        with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as error:
            return subprocess.Popen(
                # A shell that runs this in the background makes its children ignore SIGINT.
                [
                    *(*prefix, "env", "--default-signal=INT"),
                    *(sys.executable, "-m", "runner", *words),
                ],
                cwd=ROOT,
                stdout=out,
                stderr=error,
                env=_environment(folder, host),
            )

    def _after(
        self, folder: Path, process: Process, engine: Engine, setting: Setting, *, hung: bool
    ) -> Aftermath:
        left, hidden = engine.left(process.pid), _hidden(folder)
        back = left
        for attempt in range(_GC_TRIES):
            time.sleep(_GC_PAUSE_SECONDS * bool(attempt))
            swept = _gc(folder, engine.host)
            back = (*engine.left(process.pid), *_hidden(folder))
            if swept and not back:
                break
        return Aftermath(
            code=None if hung else process.returncode,
            out=(folder / "stdout").read_text("utf-8", "replace"),
            error=(folder / "stderr").read_text("utf-8", "replace"),
            reports=_reports(folder),
            hidden=hidden,
            temporary=tuple(path.name for path in (folder / "tmp").iterdir()),
            left=left,
            kept_back=back,
            cut=setting.cut,
        )


def clean(engine: Engine, folder: Path, pids: set[int]) -> tuple[str, ...]:
    """What is left of all of them on the engine after one more `takehome gc`."""
    _gc(folder, engine.host)
    return tuple(name for pid in pids for name in engine.left(pid))


def _struck(setting: Setting, process: Process) -> tuple[bool, bool]:
    """Whether the fault struck, and whether the grading hung and had to be ended."""
    ended = threading.Event()

    def end() -> None:
        ended.set()
        process.kill()

    watch = threading.Timer(PATIENCE_SECONDS, end)
    watch.daemon = True
    watch.start()
    try:
        struck = setting.strike(process)
        process.wait()
    finally:
        watch.cancel()
    return struck, ended.is_set()


def _environment(folder: Path, host: str) -> dict[str, str]:
    return os.environ | {"DOCKER_HOST": host, "TMPDIR": str(folder / "tmp")}


def _gc(folder: Path, host: str) -> bool:
    words = ["gc", "--out", str(folder / "out")]
    done = subprocess.run(
        [sys.executable, "-m", "runner", *words],
        cwd=ROOT,
        capture_output=True,
        env=_environment(folder, host),
        check=False,
    )
    return done.returncode == 0


def _hidden(folder: Path) -> tuple[str, ...]:
    return tuple(path.name for path in _listed(folder / "out") if path.name.startswith("."))


def _listed(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() else iter(())


def _reports(folder: Path) -> tuple[dict[str, Any], ...]:
    return tuple(
        json.loads((path / "report.json").read_text("utf-8"))
        for path in _listed(folder / "out")
        if not path.name.startswith(".")
    )
