"""Signs of tampering in file names, texts, configurations and the syntax of Python files.

Each is shown with its place and changes no number. What the starter holds as well is left
out: a candidate answers for their own text only. Where code hides is `code_origins`' subject.
"""

from __future__ import annotations

import ast
import sys
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from runner.analyser import limits
from runner.analyser.hidden_text import addressed, confusable, invisible
from runner.analyser.names import dotted
from runner.analyser.source import foreign_codec
from runner.analyser.tally import Suspicion
from runner.analyser.tool_configuration import configured

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.analyser.project import Files
    from runner.analyser.refusals import Refusals
    from runner.analyser.source import Source

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
        yield Suspicion("unsearched-text", summary, ".")
    yield from configured(files, starter)


def _in_file(path: str, data: bytes, before: bytes) -> Iterator[Suspicion]:
    text = data[: limits.TEXT_BYTES].decode("utf-8", "ignore")
    given = before.decode("utf-8", "ignore")
    yield from invisible(path, text, given)
    yield from addressed(path, text, given)
    codec = foreign_codec(text) if path.endswith(".py") else None
    if codec:
        yield Suspicion("foreign-encoding", f"declares the encoding {codec}", path, 1)


def _named(path: str) -> Iterator[Suspicion]:
    name = PurePosixPath(path).name
    if name in {"sitecustomize.py", "usercustomize.py"} or name.endswith(".pth"):
        yield Suspicion("start-up-file", f"{name} runs whenever Python starts", path)
    module = path.removesuffix("/__init__.py").removesuffix(".py")
    if path.endswith(".py") and module in sys.stdlib_module_names and module != "test":
        yield Suspicion("hides-module", f"hides the standard library's {module}", path)


def source_suspicions(source: Source, tree: ast.Module) -> Iterator[Suspicion]:
    """What the syntax of one Python file shows, on changed lines only."""
    for directive in source.suppressions:
        if directive.blanket:
            summary = f"a comment silences a tool for the whole file: {directive.text}"
            yield Suspicion("blanket-suppression", summary, source.path, directive.line)
    found = (*_hooks(tree), *_exits(tree, source), *confusable(tree))
    for summary, kind, line in found:
        if line in source.touched:
            yield Suspicion(kind, summary, source.path, line)


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


def _at_import(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Everything that runs when the module is imported, `if __name__ == …` left out."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and _names_itself(node.test):
            waiting.extend(node.orelse)
            continue
        yield node
        waiting.extend(ast.iter_child_nodes(node))


def _names_itself(test: ast.expr) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "__name__" for each in ast.walk(test))
