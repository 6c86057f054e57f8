"""The order of the work: read, copy, run the tools while the syntax trees are searched.

What one file does to a stage is that file's: it is listed as not analysable, with the reason, and
the others are analysed.
"""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from runner.analyser import limits
from runner.analyser.code_origins import CodeOrigins, code_origins
from runner.analyser.collect import place, places
from runner.analyser.declared import imported, undeclared
from runner.analyser.document import Analysis, Format, Sources
from runner.analyser.frames import frames
from runner.analyser.functions import Facts, facts_of, functions
from runner.analyser.layout import module_name, top_modules, tree_paths
from runner.analyser.lint import LintResult, lint, run_check, run_format
from runner.analyser.notes import notes
from runner.analyser.project import DEFAULT_LINE_LENGTH, format_style, signals
from runner.analyser.reading import Reading, read_sources
from runner.analyser.routes import FileRoutes, routes, routes_of
from runner.analyser.source import Source, is_test_path, parse, read
from runner.analyser.suite import SuiteFacts, asserting_helpers, suite, suite_facts
from runner.analyser.suspicions import file_suspicions, source_suspicions
from runner.analyser.tally import Tally
from runner.analyser.tools import attempted
from runner.analyser.typecheck import TypeResult, run_mypy, types
from runner.analyser.unread import UNKNOWN_PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from runner.analyser.document import Place, ToolRun
    from runner.analyser.project import Files
    from runner.analyser.unread import Program


@dataclass(slots=True)
class Syntax:
    """What the syntax trees show, file by file; no tree is kept."""

    functions: list[Facts] = field(default_factory=list)
    suites: list[SuiteFacts] = field(default_factory=list)
    routes: list[FileRoutes] = field(default_factory=list)
    suspicions: Tally = field(default_factory=Tally)
    undeclared: tuple[str, ...] = ()


def analyse(
    files: Files,
    starter: Files,
    *,
    changed_minimum: int,
    scratch: Path,
    program: Program = UNKNOWN_PROGRAM,
) -> Analysis:
    """The whole analysis. `scratch` is an empty folder on memory; nothing else is written."""
    clock = {"start": time.monotonic()}
    reading = read_sources(files, starter)
    placed = tree_paths(source.path for source in reading.sources)
    folder = scratch / "tree"
    write_tree(folder, reading.sources, placed)
    back = {inside: path for path, inside in placed.items()}
    changed = [placed[source.path] for source in reading.sources if source.touched]
    clock["read"] = time.monotonic()
    with ThreadPoolExecutor(max_workers=3) as pool:
        checking = pool.submit(attempted, _no_types, run_mypy, folder, scratch, back)
        linting = pool.submit(attempted, _no_lint, run_check, folder, back)
        style = format_style(files)
        formatting = pool.submit(attempted, _no_format, run_format, folder, back, changed, style)
        origins = read_origins(reading, files, starter, program)
        syntax = read_syntax(reading, files)
        used = frames(reading.sources, reading.refused)
        syntax.suspicions.add(origins.suspicions)
        syntax.suspicions.add(file_suspicions(files, starter, reading.refused))
        given = starter_suites(starter)
        clock["syntax"] = time.monotonic()
        linted, checked, formatted = linting.result(), checking.result(), formatting.result()
    clock["tools"] = time.monotonic()
    return Analysis(
        kind="analysis",
        sources=_sources(reading, changed_minimum),
        lint=lint(linted, reading.sources),
        format=formatted,
        types=types(checked, reading.sources, back),
        functions=functions(syntax.functions, linted.complexity),
        frames=used,
        suppressions=places(_suppressions(reading.sources)),
        suite=suite(syntax.suites, given),
        packaging=signals(files, starter, syntax.undeclared),
        notes=notes(files, starter),
        routes=routes(syntax.routes)[: limits.SHOWN],
        unread=origins.unread,
        suspicions=syntax.suspicions.shown,
        tools={name: version(name) for name in ("mypy", "ruff")},
        seconds=_seconds(clock),
    )


def _suppressions(sources: Iterable[Source]) -> Iterator[tuple[str, Place]]:
    for source in sources:
        for each in source.suppressions:
            yield each.kind, place(source.path, each.line, each.text)


def _no_types(run: ToolRun) -> TypeResult:
    return TypeResult(run=run)


def _no_lint(run: ToolRun) -> LintResult:
    return LintResult(run=run, complexity={})


def _no_format(run: ToolRun) -> Format:
    return Format(run=run, line_length=DEFAULT_LINE_LENGTH)


def read_origins(reading: Reading, files: Files, starter: Files, program: Program) -> CodeOrigins:
    """Where the code comes from; what the program runs is no test from here on."""
    origins = code_origins(reading.sources, files, starter, program, reading.refused)
    reading.sources = [
        replace(source, in_program=source.path in origins.program) for source in reading.sources
    ]
    return origins


def write_tree(folder: Path, sources: list[Source], placed: Mapping[str, str]) -> None:
    """The copy that tools see: sources only, with inert comments; no stub, no configuration."""
    folder.mkdir()
    for source in sources:
        target = folder / placed[source.path]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.neutral, encoding="utf-8", newline="\n")


def read_syntax(reading: Reading, files: Files) -> Syntax:
    """Facts of every file, one syntax tree at a time."""
    found = Syntax()
    helpers: set[str] = set()
    imports: set[str] = set()
    for source in reading.sources:
        with reading.refused.around(source.path):
            tree, _ = parse(source.text)
            found.suspicions.add(source_suspicions(source, tree))
            if source.is_test:
                helpers |= asserting_helpers(tree)
            else:
                imports |= imported(tree)
                found.functions += facts_of(tree, source)
                found.routes.append(routes_of(tree, source.path, module_name(source.path)))
    for source in filter(_is_test, reading.sources):
        with reading.refused.around(source.path):
            tree, _ = parse(source.text)
            facts = suite_facts(tree, source.path, source.touched, frozenset(helpers))
            found.suites.append(facts)
    own = top_modules(source.path for source in reading.sources)
    found.undeclared = undeclared(imports, own, files)
    return found


def _is_test(source: Source) -> bool:
    return source.is_test


def starter_suites(starter: Files) -> list[SuiteFacts]:
    """Facts of the test files that the candidate was given."""
    found = []
    for path, data in starter.items():
        if path.endswith(".py") and is_test_path(path):
            source = read(path, data, frozenset())
            tree, _ = parse(source.text)
            found.append(suite_facts(tree, path, frozenset(), frozenset()))
    return found


def _sources(reading: Reading, changed_minimum: int) -> Sources:
    tests = sum(len(source.changed) for source in reading.sources if source.is_test)
    code = sum(len(source.changed) for source in reading.sources if not source.is_test)
    return Sources(
        python_files=reading.python_files,
        changed_files=reading.changed_files,
        changed_lines=tests + code,
        application_lines=code,
        test_lines=tests,
        changed_minimum=changed_minimum,
        not_analysable=reading.refused.shown,
        not_analysable_total=len(reading.refused.reasons),
        unforeseen_total=reading.refused.unforeseen,
    )


def _seconds(clock: Mapping[str, float]) -> dict[str, float]:
    """Seconds of each stage: reading, syntax trees, and waiting for tools after that."""
    names = list(clock)
    return {
        after: round(clock[after] - clock[before], 3) for before, after in itertools.pairwise(names)
    }
