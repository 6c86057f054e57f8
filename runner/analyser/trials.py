"""What the candidate's tests are tried with: which tests are their own, and mutants of the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analyser import limits
from runner.analyser.analysis import read_origins, read_syntax, starter_suites
from runner.analyser.collect import sent_bytes
from runner.analyser.document import OwnTest, OwnTests, Splice
from runner.analyser.mutants import mutants
from runner.analyser.reading import read_sources
from runner.analyser.suite import own_tests
from runner.analyser.unread import UNKNOWN_PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.analyser.mutants import Mutant
    from runner.analyser.project import Files
    from runner.analyser.suite import TestFacts
    from runner.analyser.unread import Program

TESTS = 1000
"""So many tests are tried at most; what a run of all of them may take is limited anyway."""


def trials(
    files: Files, starter: Files, *, seed: int, program: Program = UNKNOWN_PROGRAM
) -> OwnTests:
    """The candidate's own tests, the lines that they should reach, changes to notice."""
    reading = read_sources(files, starter)
    read_origins(reading, files, starter, program)
    own = own_tests(read_syntax(reading, files).suites, starter_suites(starter))
    written = [source for source in reading.sources if source.changed and not source.is_test]
    texts = {source.path: source.text for source in written}
    touched = {source.path: source.touched for source in written}
    drawn = mutants(texts, changed=touched, seed=seed, refused=reading.refused)
    tests, (sent, splices) = _tests(own), _splices(drawn, texts)
    return OwnTests(
        kind="tests",
        tests=tests,
        lines={source.path: tuple(sorted(source.changed)) for source in written},
        texts=sent,
        splices=splices,
        left_out=len(own) - len(tests) + len(drawn) - len(splices),
        not_analysable=reading.refused.shown,
        not_analysable_total=len(reading.refused.reasons),
        unforeseen_total=reading.refused.unforeseen,
    )


def _tests(own: Iterable[TestFacts]) -> tuple[OwnTest, ...]:
    """The first of them. A name that is longer than any message is no name for a test."""
    named = (test for test in own if sent_bytes(test.name) <= limits.MESSAGE_BYTES)
    found = (OwnTest(path=test.path, name=test.name, line=test.line) for test in named)
    return tuple(found)[:TESTS]


def _splices(
    drawn: Iterable[Mutant], texts: Mapping[str, str]
) -> tuple[dict[str, str], tuple[Splice, ...]]:
    """The mutants for whose files there is room, the neutral ones first, and those files.

    Without the neutral ones the others say nothing.
    """
    left = limits.TEXTS_BYTES
    sent: dict[str, str] = {}
    splices = []
    for mutant in sorted(drawn, key=lambda each: not each.neutral):
        text = texts[mutant.path]
        size = 0 if mutant.path in sent else sent_bytes(text)
        if size <= left:
            left -= size
            sent[mutant.path] = text
            splices.append(_splice(mutant))
    return sent, tuple(splices)


def _splice(mutant: Mutant) -> Splice:
    fields = {name: getattr(mutant, name) for name in Splice.model_fields}
    return Splice.model_validate(fields)
