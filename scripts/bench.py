"""Measure what isolation, start-up and memory cost, and write docs/benchmarks.md. `make bench`.

    python -m scripts.bench [--rounds 3] [--starts 30] [CHALLENGE ...]

Every figure comes with its spread (minimum, median, maximum). What is compared alternates, so
that a slow minute of the machine touches both sides. Nothing here passes or fails: the
budgets stand beside the figures for a reader to compare.
"""

from __future__ import annotations

import json
import os
import platform
import re
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
from rich.console import Console

from runner.analyser.typecheck import CACHE_VARIABLE
from runner.catalog.places import challenge_ids
from runner.jobs import prepare
from runner.pipeline import assess
from scripts.bare import BareSandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parent.parent
CHALLENGES = challenge_ids(None)
LEVEL = "senior"
COMMAND = Path(sys.executable).with_name("takehome")
LOCKS = ROOT / "runner" / "images"
PAGE = ROOT / "docs" / "benchmarks.md"

SAMPLE_SECONDS = 0.02
"""Between two readings of a process's peak memory; the kernel keeps the peak in between."""

PLENTY_SECONDS = 900.0
"""For all runs of the candidate's tests of one kind."""

MIB = 1024.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Minimum, median and maximum of repeated measurements."""

    least: float
    median: float
    most: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of `values`, at least one."""
        return cls(
            least=min(values),
            median=statistics.median(values),
            most=max(values),
            count=len(values),
        )

    def cells(self, digits: int) -> str:
        """Three table cells, the median first."""
        return " | ".join(f"{v:.{digits}f}" for v in (self.median, self.least, self.most))


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """One grading: seconds from start to exit, its own timings, peak memory in MiB."""

    wall: float
    timings: dict[str, float]
    peak: float = 0.0

    @property
    def parts(self) -> dict[str, float]:
        """Seconds by stage; `command` is start-up, reading, judging and writing reports."""
        stages = {name: value for name, value in self.timings.items() if name.endswith(".total")}
        named = {name.removesuffix(".total"): value for name, value in stages.items()}
        named["clean-up"] = self.timings.get("clean-up", 0.0)
        return {"command": self.wall - self.timings["total"], **named}


# ---------------------------------------------------------------------------- gradings


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What both sides grade: a challenge from `folder`; the bare one by these interpreters."""

    challenge: str
    folder: Path
    pythons: dict[str, str]
    cache: Path

    @property
    def submission(self) -> Path:
        """The reference solution."""
        return self.folder / "challenges" / self.challenge / "solution"


def unhurried(challenge: str, scratch: Path) -> Path:
    """A folder with the challenge, in which nothing is left out for want of time.

    Otherwise the faster side would try more changes of the code, and not be faster.
    """
    target = scratch / "challenges" / challenge
    shutil.copytree(ROOT / "challenges" / challenge, target)
    path = target / "challenge.toml"
    before, mark, tests = path.read_text("utf-8").partition("\n[tests]\n")
    after, changed = re.subn(r"(?m)^((?:changed_)?seconds) = .*$", rf"\1 = {PLENTY_SECONDS}", tests)
    if not changed:
        sys.exit(f"{challenge} states no time for the candidate's tests")
    path.write_text(before + mark + after, encoding="utf-8")
    return scratch


def pythons(specialization: str, imports: Sequence[str], scratch: Path) -> dict[str, str]:
    """An interpreter with the packages of each image, from the same lock files.

    As in the images, an empty folder beside the harness stands for a package without types.
    """
    found = {}
    for role in ("subject", "harness"):
        folder, lock = scratch / role, LOCKS / f"{role}-{specialization}.txt"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        found[role] = str(folder / "bin" / "python")
        install = [found[role], "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
        subprocess.run([*install, "-r", str(lock)], check=True, stdout=sys.stderr)
    (packages,) = (scratch / "harness" / "lib").glob("python3.*/site-packages")
    for name in {one.partition(".")[0] for one in imports}:
        if not (packages / f"{name}.py").exists():
            (packages / name).mkdir(exist_ok=True)
    return found


def isolated(work: Work) -> Graded:
    """`takehome grade` as a user runs it, images built before."""
    options = {
        "--challenge": work.challenge,
        "--challenges": work.folder,
        "--level": LEVEL,
        "--out": work.folder / "out",
    }
    words = ["grade", work.submission, *(word for pair in options.items() for word in pair)]
    begun = time.monotonic()
    with subprocess.Popen(
        [COMMAND, *map(str, words), "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        peak = 0.0
        while process.poll() is None and not _readable(process.stdout, SAMPLE_SECONDS):
            peak = max(peak, peak_memory(process.pid))
        peak = max(peak, peak_memory(process.pid))
        record = json.load(process.stdout)
    _check(record)
    return Graded(wall=time.monotonic() - begun, timings=record["timings"], peak=peak)


def bare(work: Work) -> Graded:
    """The same suites and the same tools as plain processes, without command and reports."""
    prepared = prepare(
        work.submission,
        challenge=work.challenge,
        level=LEVEL,
        candidate=None,
        folder=work.folder,
    )
    job = prepared.with_images(work.pythons)
    os.environ[CACHE_VARIABLE] = str(work.cache)
    begun = time.monotonic()
    record = assess(job, BareSandbox(apart=True))
    wall = time.monotonic() - begun
    _check(record.model_dump(mode="json"))
    return Graded(wall=wall, timings=dict(record.timings))


def _check(record: dict[str, Any]) -> None:
    """Figures of a grading that did not find the reference correct would compare nothing.

    What an analysis finds nothing to measure in is no loss, as without data frames in the code.
    """
    lost = [
        one
        for one in record["criteria"]
        if one["status"] not in ("passed", "pending")
        and (one["category"], one["status"]) != ("quality", "not_measured")
    ]
    if record["outcome"] != "graded" or lost:
        isolation = record["isolation"]["engine"]
        told = "; ".join(f"{one['id']} {one['status']}: {one['summary']}" for one in lost)
        sys.exit(f"the reference did not get full marks ({isolation}): {record['outcome']}, {told}")


def _readable(stream: IO[bytes], seconds: float) -> bool:
    return bool(select.select([stream], [], [], seconds)[0])


def peak_memory(pid: int) -> float:
    """Peak resident memory of a process in MiB, 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / MIB if found else 0.0


def workplace(challenge: str, scratch: Path, say: Callable[[str], None]) -> Work:
    """Give the bare side what the images have baked in: packages, and mypy's cache of types."""
    say(f"{challenge}: installing what the images hold, filling the type cache")
    specialization = challenge.partition("/")[0]
    lines = (LOCKS / f"imports-{specialization}.txt").read_text("utf-8").splitlines()
    imports = [line for line in lines if not line.startswith("#")]
    work = Work(
        challenge=challenge,
        folder=unhurried(challenge, scratch / "unhurried"),
        pythons=pythons(specialization, imports, scratch),
        cache=scratch / "mypy-cache",
    )
    warm = [work.pythons["harness"], "-m", "runner.analyser.warm", str(work.cache), *imports]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(warm, check=True, env=environment, stdout=sys.stderr)
    return work


def gradings(
    work: Work, rounds: int, say: Callable[[str], None]
) -> tuple[list[Graded], list[Graded]]:
    """Alternate isolated and bare gradings."""
    walled, plain = [], []
    for number in range(1, rounds + 1):
        walled.append(isolated(work))
        plain.append(bare(work))
        seconds = f"isolated {walled[-1].wall:.1f} s, bare {plain[-1].wall:.1f} s"
        say(f"{work.challenge}, round {number} of {rounds}: {seconds}")
    return walled, plain


# --------------------------------------------------------------------------- start-up


def starts(rounds: int) -> tuple[Spread, Spread]:
    """Milliseconds of `takehome --help` and of `python -c 'import click'`, alternating."""
    commands = ([str(COMMAND), "--help"], [sys.executable, "-c", "import click"])
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 2):
        for command, values in zip(commands, taken, strict=True):
            begun = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            if number >= 2:  # noqa: PLR2004 - two rounds fill the disk cache
                values.append((time.perf_counter() - begun) * 1000)
    return Spread.of(taken[0]), Spread.of(taken[1])


# ------------------------------------------------------------------------------ report


def machine() -> list[str]:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    version = ["docker", "version", "--format", "{{.Server.Version}}"]
    engine = subprocess.run(version, capture_output=True, text=True, check=False).stdout.strip()
    return [
        f"- {datetime.now(UTC).date()}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB",
        f"- Docker Engine {engine or 'unknown'}, Python {platform.python_version()}",
        f"- Linux {platform.release().partition('-')[0]}",
    ]


def part_rows(walled: list[Graded], plain: list[Graded]) -> list[str]:
    """One row a stage: medians on both sides and what isolation adds."""
    rows = []
    for name in walled[0].parts:
        inside = statistics.median(item.parts[name] for item in walled)
        outside = statistics.median(item.parts.get(name, 0.0) for item in plain)
        shown = f"{outside:.2f}" if name in plain[0].parts and name != "command" else "–"
        rows.append(f"| {name} | {inside:.2f} | {shown} |")
    return rows


def page(
    graded: dict[str, tuple[list[Graded], list[Graded]]], startup: tuple[Spread, Spread]
) -> str:
    """The document."""
    peak = Spread.of([item.peak for walled, _ in graded.values() for item in walled])
    command, click_only = startup
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Figures of one machine on one day; the budgets are goals.",
        "",
        *machine(),
        "",
        "## Grading in containers against the same tools run bare",
        "",
        f"The reference solution, level {LEVEL}: `takehome grade` from start to exit, images built",
        "before, against the same hidden suite, the same static analysis and the same tests on the",
        "same services and changes as plain processes of this machine (each harness keeps a",
        "loopback of its own: ports are the same). Both have the packages and the type cache that",
        "the images carry, and time for everything: a grading leaves out what does not fit into",
        "the time that the challenge states for the candidate's tests. The sides alternate.",
        "Budget: at most 1.25 times.",
        "",
        *(line for name, sides in sorted(graded.items()) for line in section(name, *sides)),
        "`command` is everything around the stages: start-up of Python, reading the submission,",
        "looking up the images, judging, writing the reports. The bare side has no such part.",
        "`analysis` and `tests` begin when the suite's probes are over, beside the rest of it.",
        "",
        "## Start-up",
        "",
        f"{command.count} alternating runs. Budget: 2.5 times the bare import.",
        "",
        "| ms | median | least | most |",
        "| --- | ---: | ---: | ---: |",
        f"| `takehome --help` | {command.cells(0)} |",
        f"| `python -c 'import click'` | {click_only.cells(0)} |",
        f"| ratio of the medians | {command.median / click_only.median:.2f} | | |",
        "",
        "## Memory of the orchestrator",
        "",
        "Peak resident memory of the `takehome grade` process in the runs above, as the kernel",
        "keeps it. Containers are not part of it. Budget: 120 MiB.",
        "",
        "| | median | least | most |",
        "| --- | ---: | ---: | ---: |",
        f"| peak, MiB | {peak.cells(0)} |",
        "",
    ]
    return "\n".join(lines)


def section(challenge: str, walled: list[Graded], plain: list[Graded]) -> list[str]:
    """The gradings of one challenge."""
    inside = Spread.of([item.wall for item in walled])
    outside = Spread.of([item.wall for item in plain])
    ratios = Spread.of([a.wall / b.wall for a, b in zip(walled, plain, strict=True)])
    return [
        f"### `{challenge}`",
        "",
        f"Rounds: {inside.count}.",
        "",
        "| | median | least | most |",
        "| --- | ---: | ---: | ---: |",
        f"| in containers, s | {inside.cells(2)} |",
        f"| bare, s | {outside.cells(2)} |",
        f"| ratio, round by round | {ratios.cells(2)} |",
        "",
        "| stage, median s | in containers | bare |",
        "| --- | ---: | ---: |",
        *part_rows(walled, plain),
        "",
    ]


@click.command()
@click.argument("challenges", nargs=-1)
@click.option("--rounds", default=3, show_default=True, help="Pairs of gradings.")
@click.option("--starts", "start_rounds", default=30, show_default=True, help="Pairs of starts.")
def main(challenges: tuple[str, ...], rounds: int, start_rounds: int) -> None:
    """Measure, and write docs/benchmarks.md when that was all CHALLENGES."""
    console = Console(stderr=True, highlight=False)
    say = console.print
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        works = [workplace(name, Path(scratch) / name, say) for name in challenges or CHALLENGES]
        startup = starts(start_rounds)
        graded = {work.challenge: gradings(work, rounds, say) for work in works}
    text = page(graded, startup)
    print(text)
    if set(graded) == set(CHALLENGES):
        PAGE.write_text(text, encoding="utf-8")
        say(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
