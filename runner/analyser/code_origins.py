"""Whether all code of a submission can be read: file by file, then as one program."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runner.analyser.code_readers import code_readers
from runner.analyser.foreign_code import annotated_texts, foreign_code
from runner.analyser.handed_on import handed_on
from runner.analyser.import_paths import path_edits
from runner.analyser.imports import imports_of, merged, namespace_of
from runner.analyser.processes import process_signs
from runner.analyser.refusals import Refusals
from runner.analyser.source import NotAnalysableError, decode, parse
from runner.analyser.submission import File, Loaded, Paths, Root, Sign, Written
from runner.analyser.tally import Suspicion
from runner.analyser.unread import FileFacts, Program, Search

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.analyser.document import Unread
    from runner.analyser.project import Files
    from runner.analyser.source import Source

TEXTS = 50
"""Texts of one file that are run as code and read like code. Honest programs have one or two."""

DEPTH = 2
"""Texts within texts that are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeOrigins:
    """What is unread in a submission, what looks like hiding, and which files the program runs."""

    unread: Unread
    suspicions: tuple[Suspicion, ...]
    program: frozenset[str]


def code_origins(
    sources: Iterable[Source],
    files: Files,
    starter: Files,
    program: Program,
    refused: Refusals | None = None,
) -> CodeOrigins:
    """Look through all Python files of a submission.

    A file that something goes wrong with is noted among the `refused`.
    """
    refused = refused or Refusals()
    known, given = Paths(files, program.packed), Paths(starter)
    facts: dict[str, FileFacts] = {}
    suspicions: list[Suspicion] = []
    for source in sources:
        with refused.around(source.path):
            found = _facts(source, known, _given_signs(source, starter, given))
            facts[source.path] = found
            suspicions += (
                Suspicion(each.kind, each.summary, source.path, each.line) for each in found.signs
            )
    search = Search(facts, known, program)
    unread = search.unread()
    return CodeOrigins(
        unread=unread,
        suspicions=(*suspicions, *_unread(unread)),
        program=frozenset(search.reached),
    )


def _facts(source: Source, paths: Paths, before: frozenset[tuple[str, str]]) -> FileFacts:
    """What a file says, with the signs that the starter's version did not show `before`."""
    tree, _ = parse(source.text)
    found = file_facts(File(source.path, tree, paths))
    signs = tuple(each for each in found.signs if _words(each) not in before)
    return replace(found, signs=signs if source.touched else ())


def _given_signs(source: Source, starter: Files, paths: Paths) -> frozenset[tuple[str, str]]:
    """What the starter's own version of a file shows as well.

    Lines do not tell: those of a statement can be the starter's and the candidate's, and within
    a text with gaps Python counts them in its own way.
    """
    given = starter.get(source.path)
    if given is None or not source.touched:
        return frozenset()
    tree, _ = parse(decode(given))
    return frozenset(map(_words, file_facts(File(source.path, tree, paths)).signs))


def _words(sign: Sign) -> tuple[str, str]:
    return sign.kind, sign.summary


def file_facts(file: File, depth: int = 0) -> FileFacts:
    """What one file says about its code."""
    found = [*path_edits(file), *foreign_code(file), *handed_on(file), *process_signs(file)]
    found += code_readers(file) if file.is_test else ()
    if file.bindings.patience.is_over:
        summary = "names in this file stand for so much that it cannot be followed"
        found.append(Sign(line=1, kind="loader", summary=summary, unread=True))
    signs = {each for each in found if isinstance(each, Sign)}
    facts = FileFacts(
        path=file.path,
        is_test=file.is_test,
        imports=imports_of(file),
        namespace=namespace_of(file),
        roots=frozenset(str(each) for each in found if isinstance(each, Root)),
        loaded=frozenset(str(each) for each in found if isinstance(each, Loaded)),
        signs=tuple(sorted(signs, key=lambda each: (each.line, each.kind, each.summary))),
    )
    texts = [each for each in (*found, *annotated_texts(file)) if isinstance(each, Written)]
    return _with_texts(file, facts, texts[:TEXTS], depth) if depth < DEPTH else facts


def _with_texts(file: File, facts: FileFacts, texts: list[Written], depth: int) -> FileFacts:
    """The facts of a file together with those of the texts that it runs as code."""
    for text in texts:
        try:
            tree, _ = parse(text.text.strip())
        except NotAnalysableError:
            continue  # Python cannot run it either, or it is over a limit and counted by its lines
        inner = file_facts(File(file.path, tree, file.paths), depth + 1)
        facts = replace(
            facts,
            imports=merged(facts.imports, inner.imports, text.line),
            roots=facts.roots | inner.roots,
            loaded=facts.loaded | inner.loaded,
            signs=(*facts.signs, *(replace(each, line=text.line) for each in inner.signs)),
        )
    return facts


def _unread(unread: Unread) -> Iterator[Suspicion]:
    for each in unread.code.shown:
        summary = f"part of the program could not be read: {each.note}"
        yield Suspicion("unread-code", summary, each.path, each.line)
    for each in unread.tests:
        summary = "the program runs code from a folder of tests"
        yield Suspicion("program-in-tests", summary, each.path)
