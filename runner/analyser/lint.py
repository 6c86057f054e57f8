"""ruff on the candidate's files with our selection, whatever they configured.

Which rules are graded and which are only shown: probes-and-libraries, section E, in short:
graded are likely bugs, blocking calls in coroutines, unsafe calls, swallowed errors and
complexity; shown are matters of style. Line length, quotes, import order, naming and
docstring form are left out.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.analyser.collect import place, places
from runner.analyser.document import Format, Lint, ToolRun
from runner.analyser.tools import run_tool, script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from runner.analyser.document import Place
    from runner.analyser.source import Source

GRADED = (
    *("F", "B", "E7", "E9", "ASYNC", "BLE001", "TRY203", "TRY400", "RUF006", "RUF012"),
    *("PLE", "PLW", "C901", "PERF401", "DTZ", "NPY002", "FAST003"),
    *("S105", "S106", "S107", "S113", "S301", "S307", "S324", "S501", "S506", "S602"),
    *("S603", "S604", "S605", "S606", "S607", "S608", "S701"),
)
NOTED = ("SIM1", "T20", "ARG", "ERA", "PLR0912", "PLR0915", "FAST001", "FAST002")
MODERN = ("UP",)

COMPLEXITY_LIMIT = 10
"""McCabe complexity above which a function is a finding; the bound of McCabe's paper."""

_COMPLEXITY = re.compile(r"\((\d+) > ")
_IMMUTABLE_CALLS = tuple(
    f"fastapi.{name}"
    for name in ("Depends", "Security", "Query", "Path", "Body", "Header", "Cookie", "File", "Form")
)
"""Calls that FastAPI expects as defaults; B008 would report every one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One diagnostic, at its place in the submission."""

    path: str
    line: int
    end_line: int
    code: str
    message: str

    @property
    def place(self) -> Place:
        """Where it is, with code and message."""
        return place(self.path, self.line, f"{self.code} {self.message}")


def _python_version() -> str:
    return f"py{sys.version_info.major}{sys.version_info.minor}"


def _check_arguments() -> tuple[str, ...]:
    immutable = json.dumps(_IMMUTABLE_CALLS)
    return (
        *(script("ruff"), "check", "--isolated", "--ignore-noqa", "--no-respect-gitignore"),
        *("--no-cache", "--exit-zero", "--quiet", "--output-format", "json-lines"),
        *("--target-version", _python_version(), "--config", "exclude=[]"),
        # Zero lists the complexity of every function, so that the worst can be shown.
        *("--config", "lint.mccabe.max-complexity=0"),
        *("--config", f"lint.flake8-bugbear.extend-immutable-calls={immutable}"),
        *("--select", ",".join((*GRADED, *NOTED, *MODERN))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LintResult:
    """Findings on all lines, and the complexity of each function by (path, line)."""

    run: ToolRun
    findings: tuple[Finding, ...] = ()
    complexity: Mapping[tuple[str, int], int]


def run_check(folder: Path, tree: Mapping[str, str]) -> LintResult:
    """`ruff check` on the files of the copy; `tree` is path in the copy → path submitted."""
    if not tree:
        return LintResult(run=ToolRun(state="idle"), complexity={})
    finished = run_tool((*_check_arguments(), "--", *tree), folder)
    run = finished.run(crashed=finished.last_words if finished.code else "")
    if run.state != "measured":
        return LintResult(run=run, complexity={})
    found = [_finding(row, folder, tree) for row in _rows(finished.output)]
    levels = {
        (finding.path, finding.line): int(level[1])
        for finding in found
        if finding.code == "C901" and (level := _COMPLEXITY.search(finding.message))
    }
    kept = tuple(
        finding
        for finding in found
        if finding.code != "C901" or levels.get((finding.path, finding.line), 0) > COMPLEXITY_LIMIT
    )
    return LintResult(run=run, findings=kept, complexity=levels)


def _rows(output: bytes) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, output.splitlines())


def _finding(row: Mapping[str, Any], folder: Path, tree: Mapping[str, str]) -> Finding:
    inside = Path(row["filename"]).relative_to(folder).as_posix()
    return Finding(
        path=tree[inside],
        line=row["location"]["row"],
        end_line=row["end_location"]["row"],
        code=row["code"] or "syntax",
        message=row["message"].replace(" > 0)", f" > {COMPLEXITY_LIMIT})"),
    )


def lint(result: LintResult, sources: Iterable[Source]) -> Lint:
    """The findings on lines that the candidate wrote, by what they are used for."""
    by_path = {source.path: source for source in sources}
    kinds: dict[str, list[Finding]] = {"graded": [], "noted": [], "modern": [], "left out": []}
    for finding in result.findings:
        source = by_path[finding.path]
        if not source.touched.isdisjoint(range(finding.line, finding.end_line + 1)):
            kinds[_kind(finding, source)].append(finding)
    graded, noted, modern = (
        places((finding.code, finding.place) for finding in kinds[kind])
        for kind in ("graded", "noted", "modern")
    )
    return Lint(run=result.run, graded=graded, noted=noted, modern=modern)


def _kind(finding: Finding, source: Source) -> str:
    code = finding.code
    if source.is_test and (code.startswith(("ARG",)) or re.fullmatch(r"S\d+", code)):
        return "left out"  # fixtures that are only requested; secrets that guard nothing
    if code == "F401" and source.path.endswith("__init__.py"):
        return "noted"  # a package that re-exports is unusual without __all__, not wrong
    if code.startswith(MODERN):
        return "modern"
    return "noted" if code.startswith(NOTED) else "graded"


def run_format(
    folder: Path, tree: Mapping[str, str], changed: Sequence[str], style: Mapping[str, str | int]
) -> Format:
    """`ruff format --check` on the changed files (paths in the copy) at their line length."""
    length = int(style["line-length"])
    if not changed:
        return Format(run=ToolRun(state="idle"), line_length=length)
    finished = run_tool(
        (
            *(script("ruff"), "format", "--check", "--isolated", "--no-cache", "--quiet"),
            *("--output-format", "json-lines", "--no-respect-gitignore"),
            *("--target-version", _python_version(), "--config", "exclude=[]"),
            *("--config", f"line-length={length}"),
            *("--config", f'format.quote-style="{style["quote-style"]}"'),
            *("--", *changed),
        ),
        folder,
    )
    run = finished.run(crashed=finished.last_words if finished.code not in {0, 1} else "")
    rows = _rows(finished.output) if run.state == "measured" else ()
    rewritten = sorted({_finding(row, folder, tree).path for row in rows})
    return Format(
        run=run,
        line_length=length,
        files=len(changed),
        unformatted=places(("file", place(path)) for path in rewritten),
    )
