"""What the candidate's tests are tried with: which tests are their own, and mutants of the code."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from runner.analyser.analysis import read_sources, read_syntax, starter_suites
from runner.analyser.document import Change, OwnTest, OwnTests
from runner.analyser.mutants import mutants
from runner.analyser.suite import own_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analyser.project import Files
    from runner.analyser.source import Source

TESTS = 1000
"""So many tests are tried at most; what a run of all of them may take is limited anyway."""

TEXT_CHARACTERS = 2_000_000
"""Of all mutants' texts, so that the document stays a line that can be handed on."""


def trials(files: Files, starter: Files, *, seed: int) -> OwnTests:
    """The candidate's own tests, the lines that they should reach, changes to notice."""
    sources = read_sources(files, starter).sources
    own = own_tests(read_syntax(sources, files).suites, starter_suites(starter))
    written = [source for source in sources if source.changed and not source.is_test]
    return OwnTests(
        kind="tests",
        tests=tuple(
            OwnTest(path=test.path, name=test.name, line=test.line) for test in own[:TESTS]
        ),
        lines={source.path: tuple(sorted(source.changed)) for source in written},
        mutants=tuple(_changes(written, seed)),
    )


def _changes(sources: list[Source], seed: int) -> Iterator[Change]:
    texts = {source.path: source.text for source in sources}
    touched = {source.path: source.touched for source in sources}
    left = TEXT_CHARACTERS
    drawn = mutants(texts, changed=touched, seed=seed)
    # Without the neutral ones the others say nothing.
    for mutant in sorted(drawn, key=lambda each: not each.neutral):
        left -= len(mutant.text)
        if left < 0:
            return
        yield Change(**asdict(mutant))
