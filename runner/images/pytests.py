"""Runs the candidate's own tests once; inside the subject, trusted by nobody.

`python -I pytests.py` takes `/in/plan.json`:

    own        [[path, name], …]: the tests that are the candidate's; no other one is set up
    skip       node ids of tests to leave out
    last       node ids of tests to run after all others
    coverage   whether to measure which lines they run

It copies the submission from `/in/src` to `/tmp/repo` (no links, no virtual environments) and runs
pytest there as `python -m pytest` does. It prints a line of its own when a test has failed: whoever
started it may end it then. `/out` then holds

    outcomes.json   how pytest ended (`exit`, null while it runs) and every test that has ended;
                    written anew as the tests go, so that an end from outside leaves the rest
    coverage.json   for each Python file of the repository the lines that ran and those that
                    did not, whatever the repository's own configuration excludes

Either is bounded in tests, files and lines, and each text in bytes: who reads more reads a forgery.

Exit code 0 when the documents were written.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import takehome_coverage

RECORDER = Path(__file__).with_name("recorder.py")

INTERNAL_ERROR, USAGE_ERROR = 3, 4
NOT_STARTED = (INTERNAL_ERROR, USAGE_ERROR)
"""How pytest ends without a single test: an option that it does not know, a plugin (`-p`) that
cannot be imported, a conftest that breaks."""

SIGNALLED = 128
FAILING = frozenset({"failed", "error"})
FAILED = "\ntakehome: a test has failed\n"
FORGED = "the journal of the tests holds a line that is not the recorder's"
TORN = "the journal of the tests ends in the middle of a line: is their disk full?"
PERIOD_SECONDS = 0.5
LOOK_SECONDS = 0.05
"""How often the document is written while nothing fails, and how often the journal is read."""

RANKS = frozenset({"passed", "skipped", "failed", "error"})
TESTS, PROBLEMS, TEXT_BYTES, MOST = 1000, 20, 300, 1_000_000
"""What the recorder lists, bytes of one of its texts as JSON in ASCII, its largest number."""

LINE_BYTES, JOURNAL_BYTES = 4096, 16 * 1024 * 1024
"""Of one line of the journal, and of all of it. A thousand tests need 400 KB."""

FILES, LINES, PATH_BYTES = 2000, 250_000, 600
"""What is listed of coverage: files, lines of all of them, bytes of a path as JSON in ASCII."""

LEFT_OUT = frozenset({".git", ".venv", "__pycache__"})
"""Folders that are no source. Compiled files among them: they could hide a changed module."""

TEXTS = frozenset({".py", ".toml", ".ini", ".cfg"})
PLUGINS = {
    "anyio": (b"anyio",),
    "faker": (b"faker",),
    "hypothesispytest": (b"hypothesis",),
    "pytest_httpx2": (b"httpx2_mock", b"respx"),
    "respx": (b"respx",),
}
"""Plugins that cost a good part of a second at each start, and what a repository that uses them
has to mention."""

GREENLET = "greenlet"
USES_OF_GREENLET = (b"greenlet", b"ext.asyncio", b"gevent")
"""SQLAlchemy's asyncio runs on greenlets. To follow them costs as much again as to measure."""

ALWAYS = (
    *("-p", "no:cacheprovider"),
    # It would measure in place of ours. Asked for in `addopts`, it is a plugin that is not here.
    *("-p", "no:pytest_cov"),
    # One broken file does not hide what the others show.
    "--continue-on-collection-errors",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders of a run; tests of this program choose others."""

    inputs: Path
    outputs: Path
    scratch: Path

    @property
    def source(self) -> Path:
        """The submission."""
        return self.inputs / "src"

    @property
    def repository(self) -> Path:
        """The copy that the tests run in."""
        return self.scratch / "repo"

    @property
    def files(self) -> Path:
        """Our own files, beside the copy."""
        return self.scratch / "takehome"


@dataclass(slots=True, kw_only=True)
class Outcomes:
    """The document: what pytest has done so far.

    Of the tests `collected` those that are to run are `selected`; `left_out` have ended and are
    too many to be listed; the ids of `shortened` are cut and end in a digest. It is `forged` when
    somebody else wrote to the journal.
    """

    exit: int | None = None
    without_addopts: bool = False
    collected: int = 0
    selected: int = 0
    outcomes: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    left_out: int = 0
    shortened: int = 0
    forged: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def failing(self) -> bool:
        """Whether a test has failed."""
        return not FAILING.isdisjoint(self.outcomes.values())

    def take(self, line: bytes) -> None:
        """One line of the recorder's journal, which tests can write to as well."""
        match facts_of(line):
            case {"test": str(test), "outcome": str(outcome), "seconds": float(seconds)} if (
                fits(test) and outcome in RANKS and 0 <= seconds <= MOST and self._has_room(test)
            ):
                self.outcomes[test] = outcome
                self.seconds[test] = round(seconds, 3)
            case {"problem": str(problem)} if fits(problem):
                self._tell(problem)
            case {"collected": int(every), "selected": int(chosen), "shortened": int(long)} if (
                are_counts(every, chosen, long)
            ):
                self.collected, self.selected, self.shortened = every, chosen, long
            case {"left_out": int(left_out)} if are_counts(left_out):
                self.left_out = left_out
            case None if is_torn(line):
                self._tell(TORN)
            case _:
                self.forged = True
                self._tell(FORGED)

    def _has_room(self, test: str) -> bool:
        return test in self.outcomes or len(self.outcomes) < TESTS

    def _tell(self, problem: str) -> None:
        if problem not in self.problems and len(self.problems) < PROBLEMS:
            self.problems.append(problem)


def facts_of(line: bytes) -> object:
    """What a line says, None when it is no JSON, or longer than any of the recorder's."""
    if len(line) > LINE_BYTES:
        return None
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def are_counts(*numbers: int) -> bool:
    """Whether all of them are numbers and not truths, and not beyond all measure."""
    return all(type(number) is int and 0 <= number <= MOST for number in numbers)


def is_torn(line: bytes) -> bool:
    """Whether a line may be the beginning of one of the recorder's."""
    return len(line) <= LINE_BYTES and line.startswith(b"{") and not line.endswith(b"}")


def fits(text: str, most: int = TEXT_BYTES) -> bool:
    """Whether a text is short enough, and can be sent at all."""
    whole = not any("\ud800" <= character <= "\udfff" for character in text)
    return whole and len(json.dumps(text)) <= most + 2


class Journal:
    """Reads what the recorder has appended since the last time, line by line."""

    def __init__(self, path: Path) -> None:
        """Start with an empty file."""
        path.write_bytes(b"")
        self.path = path
        self._file = path.open("rb")
        self._rest = b""
        self._left = JOURNAL_BYTES

    def lines(self) -> list[bytes]:
        """The lines that have been finished; what is being written waits for the next time.

        A line that is too long comes in pieces. What is beyond all measure is one that is none.
        """
        new = self._file.read(self._left)
        self._left -= len(new)
        *lines, self._rest = (self._rest + new).split(b"\n")
        if len(self._rest) > LINE_BYTES or not self._left:
            lines.append(self._rest)
            self._rest = b""
        return lines


def copied(places: Places) -> None:
    """Make the repository: what is in the submission."""
    for folder, folders, files in os.walk(places.source, onerror=_raised):
        here = Path(folder)
        folders[:] = [name for name in folders if _is_source(here / name)]
        target = places.repository / here.relative_to(places.source)
        target.mkdir(parents=True, exist_ok=True)
        for name in files:
            _copy(here / name, target / name)


def _raised(error: OSError) -> None:
    raise error


def _is_source(folder: Path) -> bool:
    """Whether to copy a folder; a link to one is followed by nobody."""
    is_environment = (folder / "pyvenv.cfg").exists()
    return folder.name not in LEFT_OUT and not folder.is_symlink() and not is_environment


def _copy(source: Path, target: Path) -> None:
    mode = source.lstat().st_mode
    if stat.S_ISREG(mode):
        shutil.copyfile(source, target, follow_symlinks=False)
        target.chmod(stat.S_IMODE(mode) & 0o777 | 0o600)


def unused(repository: Path) -> set[str]:
    """Which of the plugins, and of greenlets, nothing in the repository can be using."""
    waiting = {**PLUGINS, GREENLET: USES_OF_GREENLET}
    for path in repository.rglob("*"):
        if path.suffix in TEXTS and path.is_file():
            text = path.read_bytes().lower()
            waiting = {
                name: words
                for name, words in waiting.items()
                if not any(word in text for word in words)
            }
    return set(waiting)


def published(places: Places, name: str, document: object) -> None:
    """Write a document of the outputs, whole at every moment."""
    draft = places.outputs / f"{name}.new"
    draft.write_text(json.dumps(document), encoding="ascii")
    draft.replace(places.outputs / name)


def ended(places: Places, options: list[str], measured: Path | None) -> Outcomes:
    """Run pytest to its end, once more without their `addopts` where it cannot even start."""
    outcomes = run(places, options, measured, Outcomes())
    if outcomes.exit in NOT_STARTED and not outcomes.collected:
        # What it asks for may be a plugin that is not here.
        again = [*options, "-o", "addopts="]
        outcomes = run(places, again, measured, Outcomes(without_addopts=True))
    return outcomes


def run(places: Places, options: list[str], measured: Path | None, outcomes: Outcomes) -> Outcomes:
    """Run pytest once and keep the document up to date until it ends."""
    environment = dict(os.environ)
    if measured is not None:
        environment[takehome_coverage.VARIABLE] = str(measured)
    journal = Journal(places.files / "journal")
    published(places, "outcomes.json", asdict(outcomes))
    process = subprocess.Popen(  # noqa: S603 - in a container of the candidate's own
        [sys.executable, RECORDER, places.inputs / "plan.json", journal.path, *options],
        cwd=places.repository,
        env=environment,
    )
    news, due, said = False, 0.0, False
    while outcomes.exit is None:
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(LOOK_SECONDS)
            outcomes.exit = code if code >= 0 else SIGNALLED - code
        for line in journal.lines():
            outcomes.take(line)
            news = True
        failed = outcomes.failing and not said
        if outcomes.exit is not None or failed or (news and time.monotonic() >= due):
            published(places, "outcomes.json", asdict(outcomes))
            news, due = False, time.monotonic() + PERIOD_SECONDS
        if failed:
            said = True
            os.write(2, FAILED.encode())
    return outcomes


def configured(places: Places, concurrency: str) -> Path:
    """Write the configuration of coverage; its path."""
    path = places.files / "coverage.rc"
    text = takehome_coverage.CONFIGURATION.format(
        source=places.repository,
        data=places.files / "measured" / "data",
        concurrency=concurrency,
    )
    path.write_text(text, encoding="utf-8")
    return path


def lines_of(configuration: Path, places: Places, paths: list[Path]) -> dict[str, object]:
    """For each of the files which lines ran and which did not; not for what is no Python."""
    # Not at the top: most runs are not measured.
    from coverage import Coverage  # noqa: PLC0415
    from coverage.exceptions import CoverageException  # noqa: PLC0415

    coverage = Coverage(config_file=str(configuration))
    coverage.combine()
    found: dict[str, dict[str, list[int]]] = {}
    for path in paths:
        with suppress(CoverageException):
            _, statements, _, missing, _ = coverage.analysis2(str(path))
            executed = sorted({*statements} - {*missing})
            name = path.relative_to(places.repository).as_posix()
            found[name] = {"executed": executed, "missing": missing}
    return listed(found)


def listed(found: dict[str, dict[str, list[int]]]) -> dict[str, object]:
    """As many files as are listed, in their order: those with the fewest lines are chosen."""
    sizes = {name: sum(map(len, lines.values())) for name, lines in found.items()}
    left = LINES
    kept: set[str] = set()
    for name in sorted(filter(lambda name: fits(name, PATH_BYTES), sizes), key=sizes.__getitem__):
        left -= sizes[name]
        if left < 0 or len(kept) == FILES:
            break
        kept.add(name)
    return {name: lines for name, lines in found.items() if name in kept}


def follow(places: Places) -> None:
    """Do what the plan says."""
    plan = json.loads((places.inputs / "plan.json").read_bytes())
    places.files.mkdir(mode=0o700)
    copied(places)
    # Before any test runs: what tests leave behind is no part of the repository.
    sources = sorted(path for path in places.repository.rglob("*.py") if path.is_file())
    idle = unused(places.repository)
    options = [word for name in sorted(idle & PLUGINS.keys()) for word in ("-p", f"no:{name}")]
    options += [*ALWAYS, f"--rootdir={places.repository}"]
    if not plan["coverage"]:
        ended(places, options, None)
        return
    measured = configured(places, "thread" if GREENLET in idle else "thread, greenlet")
    ended(places, options, measured)
    takehome_coverage.end(takehome_coverage.started_with(str(measured)))
    published(places, "coverage.json", lines_of(measured, places, sources))


def main() -> int:
    """Follow the plan; the exit code."""
    places = Places(
        inputs=Path(os.environ.get("TAKEHOME_IN", "/in")),
        outputs=Path(os.environ.get("TAKEHOME_OUT", "/out")),
        scratch=Path(os.environ.get("TAKEHOME_TMP", "/tmp")).resolve(),  # noqa: S108
    )
    try:
        follow(places)
    except OSError as error:
        print(
            f"The tests cannot be run to their end: {error}. Check that {places.inputs} holds a"
            f" plan and that {places.scratch} and {places.outputs} have room.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
