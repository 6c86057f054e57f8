"""Other programs that a submission starts: a Python that runs what is in no Python file."""

from __future__ import annotations

import ast
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analyser.submission import File, Loaded, Sign, argument
from runner.analyser.whereabouts import ROOT, inside, is_written_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analyser.bindings import Scope

_STARTS = re.compile(
    r"^(subprocess\.(run|call|check_call|check_output|Popen|getoutput|getstatusoutput)"
    r"|asyncio\.(subprocess\.)?create_subprocess_(exec|shell)"
    r"|os\.(system|popen|posix_spawnp?|(exec|spawn)[lv]p?e?)|pty\.spawn)$"
)
_PYTHON = re.compile(r"^(python|pypy)[\d.]*$")
_INTERPRETERS = frozenset({"sh", "bash", "dash", "perl", "awk", "env", "busybox", "exec"})
_REDIRECTIONS = frozenset({"<", "<<", "|", "-"})
_OPTIONS_WITH_VALUE = frozenset({"-W", "-X", "--check-hash-based-pycs"})
WORDS = 40
"""Words of one command that are looked at."""


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a command: its text if that can be read off, and the expression."""

    text: str
    node: ast.expr
    scope: Scope
    python: bool = False


def process_signs(file: File) -> Iterator[Sign | Loaded]:
    """What a file starts as another program."""
    for call, scope, names in file.calls:
        if any(map(_STARTS.match, names)):
            words = list(_words(file, call, scope))[:WORDS]
            yield from _judged(file, call, words)


def _words(file: File, call: ast.Call, scope: Scope) -> Iterator[_Word]:
    """The words of the command, whichever way they are given."""
    first = argument(call, 0, "args", "cmd", "command", "program", "path")
    parts = [*([first] if first is not None else []), *call.args[1:]]
    for part in parts:
        for value in file.bindings.values(part, scope).found:
            if isinstance(value.node, ast.List | ast.Tuple):
                for element in value.node.elts:
                    yield from _word(file, element, value.scope)
            else:
                yield from _word(file, value.node, value.scope)


def _word(file: File, node: ast.expr, scope: Scope) -> Iterator[_Word]:
    if "sys.executable" in file.names(node, scope):
        yield _Word("python", node, scope, python=True)
        return
    texts = file.reading.texts(node, scope)
    if not texts.found:
        yield _Word("", node, scope)
    for text in sorted(texts.found):
        for word in text.split()[:WORDS]:
            python = _PYTHON.match(posixpath.basename(word)) is not None
            yield _Word(word, node, scope, python=python)


def _judged(file: File, call: ast.Call, words: list[_Word]) -> Iterator[Sign | Loaded]:
    for number, word in enumerate(words):
        if word.python:
            found = list(_python(file, call, words[number + 1 :]))
            yield from found or _piped(file, call, words)
            return
    for word in words[:2]:
        place = posixpath.normpath(posixpath.join(ROOT, word.text)) if word.text else ""
        starts = word is words[0] or posixpath.basename(words[0].text) in _INTERPRETERS
        if place and starts and file.is_other_file(place):
            summary = f"another program runs {inside(place)}, which is no Python file"
            yield _sign(call, summary, unread=True)


def _python(file: File, call: ast.Call, words: list[_Word]) -> Iterator[Sign | Loaded]:
    """What a Python is told to run."""
    waiting = iter(words)
    for word in waiting:
        if word.text in _OPTIONS_WITH_VALUE:
            next(waiting, None)
        elif word.text == "-c":
            yield from _text(file, call, next(waiting, None))
            return
        elif word.text == "-m":
            return  # the name of the module is among the texts of the file
        elif word.text not in _REDIRECTIONS and not word.python and word.text[:1] != "-":
            yield from _script(file, call, word)
            return


def _piped(file: File, call: ast.Call, words: list[_Word]) -> Iterator[Sign]:
    """A Python that gets its program from elsewhere than its arguments."""
    given = {keyword.arg for keyword in call.keywords} & {"input", "stdin"}
    others = [word for word in words if word.text and _place_of(file, word)]
    module = any(word.text == "-m" for word in words)
    if (given or others) and not module:
        yield _sign(call, "a Python is started that is given its program", unread=True)


def _place_of(file: File, word: _Word) -> str:
    """The file of the submission, other than Python, that a word names."""
    place = posixpath.normpath(posixpath.join(ROOT, word.text))
    return place if file.is_other_file(place) else ""


def _text(file: File, call: ast.Call, word: _Word | None) -> Iterator[Sign]:
    if word is None:
        return
    origin = file.origins.of(word.node, word.scope)
    if origin.kinds <= {"written"}:
        yield _sign(call, "note: a Python is started with a text that is written there")
    else:
        yield _sign(
            call, "a Python is started with a text that the analysis does not see", unread=True
        )


def _script(file: File, call: ast.Call, word: _Word) -> Iterator[Sign | Loaded]:
    places = file.whereabouts.of(word.node, word.scope).found
    if word.text:
        # A shell may have changed the folder before.
        ending = f"/{word.text.removeprefix('./')}"
        same = {f"{ROOT}/{path}" for path in file.paths.files if f"/{path}".endswith(ending)}
        places |= {posixpath.normpath(posixpath.join(ROOT, word.text)), *same}
    yield from file.own(places)
    others = sorted(each for each in places if file.is_other_file(each) or is_written_to(each))
    if others:
        shown = inside(others[0]) or others[0]
        summary = f"a Python is started with {shown}, which is no Python file of the submission"
        yield _sign(call, summary, unread=True)
    elif not any(map(file.is_readable, places)):
        yield _sign(call, "note: a Python is started with a file that cannot be read off")


def _sign(call: ast.Call, summary: str, *, unread: bool = False) -> Sign:
    return Sign(line=call.lineno, kind="loader", summary=summary, unread=unread)
