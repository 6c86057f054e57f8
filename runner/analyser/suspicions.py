"""Signs of tampering, and text made to mislead a reader or a machine.

Each is shown with its place and changes no number. What the starter holds as well is left
out: a candidate answers for their own text only.
"""

from __future__ import annotations

import ast
import re
import sys
import unicodedata
from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from runner.analyser import document, limits
from runner.analyser.collect import cut, place
from runner.analyser.names import dotted
from runner.analyser.project import Files, ini_section, mypy_sections, table, toml_of
from runner.analyser.source import foreign_codec
from runner.analyser.written import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from runner.analyser.document import Place
    from runner.analyser.refusals import Refusals
    from runner.analyser.source import Source

PER_KIND = 5
"""Suspicions of one kind that are listed; the last one says how many there are."""

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_ZERO_WIDTH = frozenset("\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\u180e")
_JOINERS = frozenset("\u200c\u200d")
_UNSEEN = dict.fromkeys(map(ord, _ZERO_WIDTH | _JOINERS))
_TAGS = range(0xE0000, 0xE0080)
_IMPORT_HOOKS = frozenset({"sys.meta_path", "sys.path_hooks"})
_LOADER = re.compile(
    r"^(builtins\.)?(exec|eval|compile)$|^(marshal|runpy|zipimport)\.\w+$"
    r"|(^|\.)(SourceFileLoader|SourcelessFileLoader|ExtensionFileLoader|zipimporter)$"
    r"|(^|\.)(spec_from_file_location|spec_from_loader|run_path)$"
)

_SUSPECT = re.compile(
    "[\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)

_READER = re.compile(
    r"^(inspect\.getsource(lines)?|ast\.parse|(tokenize|dis|linecache)\.\w+)$|(^|\.)__code__$"
)
"""How a test looks at the text of code in place of what it does: changes of it are noticed then,
whatever they change."""

_PLUGINS = frozenset({"pydantic.mypy", "pydantic.v1.mypy", "sqlalchemy.ext.mypy.plugin"})
_PLUGINS_NUMPY = "numpy.typing.mypy_plugin"

_REPORT_HOOKS = frozenset(
    {
        "pytest_runtest_makereport",
        "pytest_runtest_logreport",
        "pytest_runtest_protocol",
        "pytest_report_teststatus",
        "pytest_report_to_serializable",
        "pytest_report_from_serializable",
        "pytest_sessionfinish",
        "pytest_pyfunc_call",
        "pytest_cmdline_main",
        "pytest_unconfigure",
    }
)
"""Hooks that can change what a test run reports. Hooks that only select or mark are common."""

_BETWEEN = r"[\s#*/\"'>_-]{1,20}"
_PHRASES = (
    (
        r"(ignore|disregard|forget|override) (all |any |the |your |these ){0,3}(previous|prior"
        r"|earlier|above|preceding|system) (instruction|prompt|rule|direction)s?"
    ),
    (
        r"(you are|acting as|as) (an? |the )(ai|llm|automated|language) "
        r"(reviewer|grader|assessor|evaluator|judge|model)"
    ),
    (
        r"(give|award|assign|grant) (this |the |my |it ){0,2}(submission |candidate |code )?"
        r"(a |the )?(full|maximum|perfect|highest|top) (mark|score|point|grade|rating)s?"
    ),
    (
        r"(attention|note to|message to|instructions? for) (all |any |the ){0,2}"
        r"(ai|llm|automated|language model) (reviewer|grader|assessor|evaluator|model|agent)s?"
    ),
)
_ADDRESS = re.compile("|".join(_PHRASES).replace(" ", _BETWEEN), re.IGNORECASE)
"""Sentences that speak to an automated reviewer. `_BETWEEN` lets them run over comment lines."""

_TOLD = (
    *("instruction", "prompt", "rule", "direction", "mark", "score", "point", "grade", "rating"),
    *("reviewer", "assessor", "evaluator", "judge", "model", "agent"),
)
"""What such a sentence ends with. Where none of these words is, nobody has to look closer."""


class Suspicion(NamedTuple):
    """A sign as it is found: there may be millions, and only the first of a kind are sent."""

    id: str
    summary: str
    path: str
    line: int | None = None

    @property
    def place(self) -> Place:
        """Where it is."""
        return place(self.path, self.line)


def file_suspicions(files: Files, starter: Files, refused: Refusals) -> Iterator[Suspicion]:
    """What file names, texts and configurations show, whatever the language."""
    left = limits.ALL_TEXT_BYTES
    unread = 0
    for path, data in files.items():
        if starter.get(path) != data:
            yield from _named(path)
            left -= min(len(data), limits.TEXT_BYTES)
            unread += left < 0
            with refused.around(path):
                yield from _in_file(path, data, starter.get(path, b"")) if left >= 0 else ()
    if unread:
        size = limits.ALL_TEXT_BYTES // 2**20
        summary = f"note: over {size} MiB of text: {unread} files were not searched for hidden text"
        yield _suspicion("unsearched-text", summary, ".")
    yield from _configured(files, starter)


def _in_file(path: str, data: bytes, before: bytes) -> Iterator[Suspicion]:
    text = data[: limits.TEXT_BYTES].decode("utf-8", "ignore")
    given = before.decode("utf-8", "ignore")
    yield from _invisible(path, text, given)
    yield from _addressed(path, text, given)
    codec = foreign_codec(text) if path.endswith(".py") else None
    if codec:
        yield _suspicion("foreign-encoding", f"declares the encoding {codec}", path, 1)


def _named(path: str) -> Iterator[Suspicion]:
    name = PurePosixPath(path).name
    if name in {"sitecustomize.py", "usercustomize.py"} or name.endswith(".pth"):
        yield _suspicion("start-up-file", f"{name} runs whenever Python starts", path)
    module = path.removesuffix("/__init__.py").removesuffix(".py")
    if path.endswith(".py") and module in sys.stdlib_module_names and module != "test":
        yield _suspicion("hides-module", f"hides the standard library's {module}", path)


def _invisible(path: str, text: str, given: str) -> Iterator[Suspicion]:
    known = set(given.splitlines())
    for number, line in enumerate(text.split("\n"), start=1):
        # A byte order mark at the very start is ordinary.
        body = line[1:] if number == 1 and line.startswith("\ufeff") else line
        found = {*_SUSPECT.findall(body)}
        if not found or line in known:
            continue
        kinds = {_kind_of(c, code=path.endswith(".py")) for c in found} - {""}
        for kind in sorted(kinds):
            names = sorted(f"U+{ord(c):04X}" for c in found if _kind_of(c, code=True) == kind)
            summary = f"{kind} in the text: {', '.join(names[:4])}"
            yield _suspicion("invisible-text", summary, path, number)


def _kind_of(character: str, *, code: bool) -> str:
    if character in _BIDI:
        return "bidirectional control"
    if ord(character) in _TAGS:
        return "tag character"
    # Joiners are part of many emoji and scripts; in code they have no business.
    invisible = character in _ZERO_WIDTH or (code and character in _JOINERS)
    return "zero-width character" if invisible else ""


def _addressed(path: str, text: str, given: str) -> Iterator[Suspicion]:
    visible = text.translate(_UNSEEN)
    lowered = visible.casefold()
    if not any(word in lowered for word in _TOLD):
        return
    line, seen = 1, 0
    for found in _ADDRESS.finditer(visible):
        line += visible.count("\n", seen, found.start())
        seen = found.start()
        if found[0] not in given:
            summary = f"note: text speaks to an automated reviewer: {' '.join(found[0].split())}"
            yield _suspicion("addresses-reviewer", summary, path, line)


def _configured(files: Files, starter: Files) -> Iterator[Suspicion]:
    before = mypy_sections(starter)
    for path, options in mypy_sections(files).items():
        given = before.get(path, {})
        plugins = _listed(options.get("plugins")) - _listed(given.get("plugins"))
        strange = sorted(plugins - _PLUGINS - {_PLUGINS_NUMPY})
        if strange:
            summary = f"mypy would run the plugin {strange[0]}"
            yield _suspicion("mypy-plugin", summary, path, _line(files[path], "plugins"))
        key = "python_executable"
        if key in options and options[key] != given.get(key):
            summary = f"mypy would run the interpreter {options[key]}"
            yield _suspicion("mypy-interpreter", summary, path, _line(files[path], key))
    given_options = _pytest_options(starter)
    for path, text in _pytest_options(files).items():
        found = re.search(r"(?:^|\s)-p\s*(?!no:)(\S+)", text)
        if found and text != given_options.get(path):
            summary = f"pytest would load the plugin {found[1]}"
            yield _suspicion("pytest-plugin", summary, path, _line(files[path], "addopts"))


def _listed(value: object) -> set[str]:
    """A plugin list in either notation, `name:function` reduced to the name."""
    items = value if isinstance(value, list) else re.split(r"[,\s]+", str(value or ""))
    return {str(item).partition(":")[0] for item in items if str(item)}


def _pytest_options(files: Mapping[str, bytes]) -> dict[str, str]:
    """File → its `addopts` as one text."""
    tool = table(toml_of(files, "pyproject.toml"), "tool", "pytest")
    found: dict[str, object] = {
        "pyproject.toml": table(tool, "ini_options").get("addopts", tool.get("addopts")),
        "pytest.toml": table(toml_of(files, "pytest.toml"), "pytest").get("addopts"),
        "pytest.ini": ini_section(files, "pytest.ini", "pytest").get("addopts"),
        "setup.cfg": ini_section(files, "setup.cfg", "tool:pytest").get("addopts"),
        "tox.ini": ini_section(files, "tox.ini", "pytest").get("addopts"),
    }
    return {
        path: " ".join(map(str, value)) if isinstance(value, list) else str(value)
        for path, value in found.items()
        if value
    }


def _line(data: bytes, word: str) -> int | None:
    """The first line that starts with `word`."""
    lines = data.decode("utf-8", "replace").splitlines()
    found = (number for number, line in enumerate(lines, 1) if line.strip().startswith(word))
    return next(found, None)


def source_suspicions(source: Source, tree: ast.Module) -> Iterator[Suspicion]:
    """What the syntax of one Python file shows, on changed lines only."""
    for directive in source.suppressions:
        if directive.blanket:
            summary = f"a comment silences a tool for the whole file: {directive.text}"
            yield _suspicion("blanket-suppression", summary, source.path, directive.line)
    found = (*_hooks(tree), *_exits(tree, source), *_confusable(tree), *_loaders(tree))
    found += tuple(_readers(tree)) if source.is_test else ()
    for summary, kind, line in found:
        if line in source.touched:
            yield _suspicion(kind, summary, source.path, line)


def _hooks(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in _REPORT_HOOKS:
            yield f"{node.name} can change what pytest reports", "report-hook", node.lineno


def _exits(tree: ast.Module, source: Source) -> Iterator[tuple[str, str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func) in {"os._exit", "os.abort"}:
            yield f"{dotted(node.func)} ends the process without clean-up", "exit", node.lineno
    if PurePosixPath(source.path).name != "__main__.py":
        for node in _at_import(tree.body):
            if isinstance(node, ast.Call) and dotted(node.func) in {"sys.exit", "exit", "quit"}:
                yield f"{dotted(node.func)} runs on import", "exit", node.lineno


def _loaders(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    """Ways to run code that is in no Python file, where no reader and no tool looks for it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call | ast.Attribute):
            name = dotted(node.func if isinstance(node, ast.Call) else node)
            called = isinstance(node, ast.Call)
            if name in _IMPORT_HOOKS or (called and _LOADER.search(name)):
                yield f"{name} can run code that the analysis does not see", "loader", node.lineno


def _readers(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    known = _imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            head, dot, rest = dotted(node).partition(".")
            name = known.get(head, head) + dot + rest
            if _READER.search(name):
                summary = f"note: {name} in a test: it can judge the text of code, not what it does"
                yield summary, "test-reads-code", node.lineno


def _imported(tree: ast.Module) -> dict[str, str]:
    """What names of a module stand for: `p` for `ast.parse` after `from ast import parse as p`."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            start = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            found |= {one.asname or one.name: start + one.name for one in node.names}
    return found


def _at_import(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Everything that runs when the module is imported, `if __name__ == …` left out."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "__name__" in written(node.test):
            waiting.extend(node.orelse)
            continue
        yield node
        waiting.extend(ast.iter_child_nodes(node))


def _confusable(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    for node in ast.walk(tree):
        name = (
            getattr(node, "id", None) or getattr(node, "arg", None) or getattr(node, "name", None)
        )
        if isinstance(name, str) and not name.isascii() and _mixed(name):
            summary = f"a name mixes letters that look alike: {name!a}"
            yield summary, "confusable-name", getattr(node, "lineno", 0)


def _mixed(name: str) -> bool:
    scripts = {unicodedata.name(c, "").partition(" ")[0] for c in name if c.isalpha()}
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN"})


class Tally:
    """The first few suspicions of every kind, and how many there are of it."""

    def __init__(self) -> None:
        """Nothing is suspected yet."""
        self._kept: dict[str, list[document.Suspicion]] = {}
        self._counts: Counter[str] = Counter()

    def add(self, found: Iterable[Suspicion]) -> None:
        """Take in more of them; what is not kept is counted only."""
        for each in found:
            self._counts[each.id] += 1
            if self._counts[each.id] <= PER_KIND:
                sent = document.Suspicion(id=each.id, summary=cut(each.summary), place=each.place)
                self._kept.setdefault(each.id, []).append(sent)

    @property
    def shown(self) -> tuple[document.Suspicion, ...]:
        """Those that were kept, the last of each kind saying how many more there are."""
        return tuple(each for kind in self._kept for each in self._kind(kind))

    def _kind(self, kind: str) -> Iterator[document.Suspicion]:
        *first, last = self._kept[kind]
        more = self._counts[kind] - PER_KIND
        yield from first
        summary = f"{last.summary} (and {more} more)" if more > 0 else last.summary
        yield last.model_copy(update={"summary": summary})


def _suspicion(kind: str, summary: str, path: str, line: int | None = None) -> Suspicion:
    return Suspicion(kind, summary, path, line)
