"""Code of the program that nobody has read: imports that lead to no Python file, and the like.

The program is what is reached from its entry files. Whatever an import of it means has to be a
Python file of the submission, or the standard library, or a package that the subject has. What is
none of these fails when it is imported, unless the program has means to get it from elsewhere.
"""

from __future__ import annotations

import posixpath
import sys
from collections import deque
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from runner.analyser import limits
from runner.analyser.collect import place, places
from runner.analyser.document import Unread
from runner.analyser.submission import PYTHON, Paths, Sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from runner.analyser.document import Place
    from runner.analyser.imports import Import, Imports


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is known about a program from outside: see the fields of `Request`."""

    entries: tuple[str, ...] = ()
    provided: frozenset[str] = frozenset()
    packed: frozenset[str] = frozenset()
    disguised: frozenset[str] = frozenset()


UNKNOWN_PROGRAM = Program()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What one Python file says about where its code comes from.

    `roots` are folders that it adds to `sys.path`, `loaded` are Python files that it runs by their
    path. `namespace` are the names that it has as a
    module, None when they cannot be read off. `signs` are those of lines of the candidate's.
    """

    path: str
    is_test: bool
    imports: Imports
    namespace: frozenset[str] | None
    roots: frozenset[str] = frozenset()
    loaded: frozenset[str] = frozenset()
    signs: tuple[Sign, ...] = ()


ENTRIES = 10
"""Entry files from which what always runs is followed; a challenge has three at most."""

ROOTS = 50
"""Folders in which modules are looked for. Hand-written programs have one or two."""

DISGUISED = "code in a file whose name says that it is something else"


@dataclass(slots=True)
class Meaning:
    """What an import leads to.

    `files` are the Python files that it runs, `folder` that of the package when it is one. A `hole`
    is a module that a package of the submission lacks; `nothing` is what nobody is known to have.
    """

    files: list[str] = field(default_factory=list)
    folder: str | None = None
    hole: str = ""
    nothing: str = ""


class Modules:
    """Finds modules the way that Python does."""

    def __init__(
        self, paths: Paths, facts: Mapping[str, FileFacts], roots: Iterable[str], outside: set[str]
    ) -> None:
        """`roots` are the folders in which modules are looked for, `outside` other modules."""
        self._paths = paths
        self._facts = facts
        self._roots = ["", *sorted({*roots} - {""})]
        self._outside = outside

    def look(self, found: Import, beside: str) -> Meaning:
        """What an import leads to; `beside` is the folder of the file that imports."""
        # A folder that is no package holds scripts, which find what is beside them.
        script = f"{beside}/__init__.py" not in self._paths.python
        roots = [*self._roots, *([beside] if script and beside not in self._roots else [])]
        meaning = self._module(found.module, roots)
        if meaning.folder is not None:
            self._names(found, meaning)
        return meaning

    def _module(self, dotted: str, roots: list[str]) -> Meaning:
        parts = dotted.split(".")
        if "" in parts:
            return Meaning(hole=dotted)
        regular = [root for root in roots if self._is_regular(posixpath.join(root, parts[0]))]
        if not regular and parts[0] in self._outside:
            return Meaning()
        for root in regular or roots:
            meaning = self._walk(root, parts)
            if meaning is not None:
                return meaning
        return Meaning(hole=dotted) if regular else Meaning(nothing=parts[0])

    def _is_regular(self, path: str) -> bool:
        """Whether a path is a module or a package with an `__init__.py`."""
        return not {f"{path}.py", f"{path}/__init__.py"}.isdisjoint(self._paths.python)

    def _walk(self, root: str, parts: list[str]) -> Meaning | None:
        """What a dotted name leads to from a folder, None when there is no such module."""
        files: list[str] = []
        folder = root
        for number, part in enumerate(parts, 1):
            folder = posixpath.join(folder, part)
            if f"{folder}/__init__.py" in self._paths.python:
                files.append(f"{folder}/__init__.py")
            elif f"{folder}.py" in self._paths.python:
                return Meaning(files=[*files, f"{folder}.py"]) if number == len(parts) else None
            elif folder not in self._paths.packages:
                return None
        return Meaning(files=files, folder=folder)

    def _names(self, found: Import, meaning: Meaning) -> None:
        """Of `from package import name`: what each name is."""
        init = f"{meaning.folder}/__init__.py"
        facts = self._facts.get(init)
        # A folder without `__init__.py` has no names but those of its modules.
        known = facts.namespace if facts else None if init in self._paths.python else frozenset()
        for name in found.names:
            inner = self._walk(meaning.folder or "", [name])
            if inner is not None:
                meaning.files += inner.files
            elif name != "*" and known is not None and name not in known:
                meaning.nothing = f"{found.module}.{name}"


class Search:
    """Goes through a program from its entry files; `reached` are the files that it may run."""

    def __init__(self, facts: Mapping[str, FileFacts], paths: Paths, program: Program) -> None:
        """`facts` are those of all Python files of the submission."""
        self._facts = facts
        self._paths = paths
        self._disguised = program.disguised
        self._provided = program.provided
        roots = {"src", *(root for each in facts.values() for root in each.roots)}
        outside = {*sys.stdlib_module_names, *sys.builtin_module_names, *program.provided}
        self._modules = Modules(paths, facts, sorted(roots & paths.folders)[:ROOTS], outside)
        entries = [path for path in program.entries if path in facts]
        self._entries = entries or [path for path, each in facts.items() if not each.is_test]
        self._meanings: dict[tuple[str, Import], Meaning] = {}
        self._started = [{*self._reached([entry], start=True)} for entry in self._entries[:ENTRIES]]
        self.reached = self._reached(self._entries, start=False)
        if any(facts[path].imports.opaque for path in self.reached):
            # What is imported under a name that cannot be read off may be any module.
            rest = (path for path, each in facts.items() if not each.is_test)
            self.reached = self._reached([*self._entries, *rest], start=False)

    def unread(self) -> Unread:
        """Everything that is unread, in order of path and line."""
        reached = self.reached
        signs = [(path, sign) for path in reached for sign in self._facts[path].signs]
        means = any(sign.means for _, sign in signs)
        code = [*self._imported(reached, means=means)]
        code += ((path, sign) for path, sign in signs if sign.unread)
        code.sort(key=lambda one: (one[0], one[1].line))
        return Unread(
            code=places(
                chain(
                    ((each.kind, place(path, each.line, each.summary)) for path, each in code),
                    ((DISGUISED, place(path, note=DISGUISED)) for path in sorted(self._disguised)),
                )
            ),
            missing=places(self._missing()),
            tests=tuple(place(path) for path in reached if _is_in_tests(path))[: limits.SHOWN],
        )

    def _imported(self, reached: list[str], *, means: bool) -> Iterator[tuple[str, Sign]]:
        """Imports that lead to nothing, where there are means to make them lead somewhere.

        A hole in a package of the submission needs no means: it is a part that is not there.
        """
        started = set[str]().union(*self._started)
        for path in reached:
            imports = self._facts[path].imports
            for each in imports.found:
                meaning = self._meaning(path, each)
                name = meaning.hole or meaning.nothing
                certain = each.at_start and not each.optional and path in started
                if name and (means or (certain and meaning.hole)):
                    summary = f"`{name}` is in no Python file of the submission"
                    yield path, Sign(line=each.line, kind=name, summary=summary)
            for line in imports.opaque if means else ():
                summary = "the name of the module that is imported cannot be read off"
                yield path, Sign(line=line, kind="?", summary=summary)

    def _missing(self) -> Iterator[tuple[str, Place]]:
        """Imports that lead to nothing and happen whichever entry the program is started by."""
        always = set[str].intersection(*self._started) if self._started else ()
        for path in sorted(always):
            for each in self._facts[path].imports.found:
                nothing = self._meaning(path, each).nothing
                if nothing and each.at_start and not each.optional:
                    yield nothing, place(path, each.line, nothing)

    def _meaning(self, path: str, each: Import) -> Meaning:
        key = (path, each)
        if key not in self._meanings:
            meaning = self._modules.look(each, posixpath.dirname(path))
            if not self._provided and "." not in meaning.nothing:
                meaning.nothing = ""  # what the subject has is not known
            self._meanings[key] = meaning
        return self._meanings[key]

    def _reached(self, entries: Iterable[str], *, start: bool) -> list[str]:
        """The files that may run from `entries`; with `start`, those that always do."""
        seen: set[str] = set()
        waiting = deque(entries)
        while waiting:
            path = waiting.popleft()
            if path in seen or path not in self._facts:
                continue
            seen.add(path)
            waiting += _packages_of(path)
            facts = self._facts[path]
            for each in facts.imports.found:
                if not start or (each.at_start and not each.optional):
                    waiting += self._meaning(path, each).files
            if not start:
                waiting += facts.loaded
                waiting += self._mentioned(facts.imports)
        return sorted(seen)

    def _mentioned(self, imports: Imports) -> Iterator[str]:
        """Files that a text names: by path, as a module, or by how the module's name begins."""
        modules = self._paths.modules
        for text in imports.mentions:
            path = posixpath.normpath(text.removeprefix("/src/"))
            name = text.partition(":")[0]
            for candidate in (name, name.rpartition(".")[0]):
                if candidate in modules:
                    yield modules[candidate]
            if path.endswith(PYTHON) and path in self._paths.python:
                yield path
        for prefix in imports.prefixes:
            yield from (path for name, path in modules.items() if name.startswith(prefix))


def _packages_of(path: str) -> Iterator[str]:
    """The packages that a module is in: they run before it."""
    folder = posixpath.dirname(path)
    while folder:
        yield f"{folder}/__init__.py"
        folder = posixpath.dirname(folder)


def _is_in_tests(path: str) -> bool:
    return not {"test", "tests"}.isdisjoint(posixpath.dirname(path).split("/"))
