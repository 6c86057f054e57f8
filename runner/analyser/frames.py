"""How the candidate's code works on data frames, by its syntax: evidence, not a verdict.

Counted is what costs time on every row (`iterrows`, `apply(axis=1)`, a loop that looks rows up
by number or label), a frame that is copied in every round of a loop, and an assignment that
is lost. A loop over a summary, or one that draws, is short by nature and only noted;
`itertuples` and `inplace` are only noted too, because sound code uses them as often as not.
Only files that import pandas or polars are looked at, only lines that the candidate wrote,
and no tests: what a test builds is small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analyser.collect import place, places
from runner.analyser.document import Frames
from runner.analyser.frame_kinds import Flow, library_names
from runner.analyser.frame_reader import Reader
from runner.analyser.frame_rules import ROWWISE
from runner.analyser.source import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.analyser.document import Place
    from runner.analyser.frame_rules import Remark
    from runner.analyser.refusals import Refusals
    from runner.analyser.source import Source

ROUNDS = 6
"""Readings of all files at most. Each knows what went through functions in the one before it:
what one returns, a second passes on, a class keeps and a method goes over is known after four."""

ROUND_NODES = 100_000
"""With more syntax nodes than this in all, one round has to do. A long submission has 30,000."""


def frames(sources: Iterable[Source], refused: Refusals) -> Frames:
    """What all files together show; nothing where none of them uses a frame library."""
    read = [source for source in sources if not source.is_test]
    if not any(_mentions(source.text) for source in read):
        return Frames()
    rounds = ROUNDS if sum(source.nodes for source in read) <= ROUND_NODES else 1
    known, (found, seen) = Flow(), _read(read, Flow(), refused)
    while (rounds := rounds - 1) and seen != known:
        known, (found, seen) = seen, _read(read, seen, refused)
    counted = [(source, remark) for source, remark in found if not remark.excused]
    noted = [(source, remark) for source, remark in found if remark.excused]
    return Frames(
        files=sum(bool(source.changed) and _uses(source) for source in read),
        found=places(_placed(counted)),
        noted=places(_placed(noted)),
        rowwise=sum(remark.name in ROWWISE for _, remark in counted),
    )


def _read(
    sources: Iterable[Source], known: Flow, refused: Refusals
) -> tuple[list[tuple[Source, Remark]], Flow]:
    """Remarks on the candidate's lines, and what goes through functions and attributes."""
    found, seen = [], Flow()
    for source in sources:
        with refused.around(source.path):
            tree, _ = parse(source.text)
            libraries = library_names(tree)
            reader = Reader(libraries, known=known, seen=seen)
            reader.visit(tree)
            if libraries:
                found += [(source, remark) for remark in reader.remarks if _own(remark, source)]
    return found, seen


def _uses(source: Source) -> bool:
    return bool(library_names(parse(source.text)[0])) if _mentions(source.text) else False


def _mentions(text: str) -> bool:
    return "pandas" in text or "polars" in text


def _own(remark: Remark, source: Source) -> bool:
    return not source.touched.isdisjoint(range(remark.line, remark.end_line + 1))


def _placed(found: Iterable[tuple[Source, Remark]]) -> Iterator[tuple[str, Place]]:
    """Names and places, in the order of paths and lines."""
    for source, remark in sorted(found, key=lambda pair: (pair[0].path, pair[1].line)):
        yield remark.name, place(source.path, remark.line, remark.note)
