"""Functions and classes that the candidate wrote: annotations, docstrings, size."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analyser import limits
from runner.analyser.collect import cut, place, places
from runner.analyser.document import Complexity, Functions
from runner.analyser.lint import COMPLEXITY_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from runner.analyser.source import Source

Definition = ast.FunctionDef | ast.AsyncFunctionDef

WORST_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One function or class with a line that the candidate wrote."""

    kind: str
    """`function` or `class`."""
    name: str
    path: str
    line: int
    lines: int
    public: bool
    annotated: bool
    documented: bool


def facts_of(tree: ast.Module, source: Source) -> tuple[Facts, ...]:
    """Everything defined in a file, nested functions too, that has a changed line."""
    return tuple(
        _facts(node, name, source, public=public)
        for node, name, public in _definitions(tree.body, "", public=True)
        if not source.changed.isdisjoint(range(node.lineno, (node.end_lineno or 0) + 1))
    )


def _definitions(
    body: Iterable[ast.stmt], prefix: str, *, public: bool
) -> Iterator[tuple[Definition | ast.ClassDef, str, bool]]:
    """Definitions with their dotted name and whether they are part of the public surface."""
    for node in body:
        if isinstance(node, Definition | ast.ClassDef):
            name = f"{prefix[-limits.MESSAGE_CHARACTERS :]}{node.name}"
            seen = public and _is_public(node.name)
            yield node, name, seen
            inner = seen and isinstance(node, ast.ClassDef)
            yield from _definitions(node.body, f"{name}.", public=inner)
        else:
            # Definitions under `if`, `try`, `with` and loops belong to the same scope.
            nested = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
            handlers = getattr(node, "handlers", ())
            nested += [child for handler in handlers for child in handler.body]
            yield from _definitions(nested, prefix, public=public)


def _is_public(name: str) -> bool:
    return not name.startswith("_") or name == "__init__"


def _facts(node: Definition | ast.ClassDef, name: str, source: Source, *, public: bool) -> Facts:
    return Facts(
        kind="class" if isinstance(node, ast.ClassDef) else "function",
        name=name,
        path=source.path,
        line=node.lineno,
        lines=(node.end_lineno or node.lineno) - node.lineno + 1,
        public=public,
        annotated=not isinstance(node, ast.ClassDef) and is_annotated(node),
        documented=ast.get_docstring(node, clean=False) is not None,
    )


def is_annotated(node: Definition) -> bool:
    """Whether every parameter but `self` and the result carry an annotation.

    The result of `__init__` may be left out, as the typing specification allows.
    """
    spec = node.args
    ordered = [*spec.posonlyargs, *spec.args]
    if ordered and ordered[0].arg in {"self", "cls"}:
        ordered = ordered[1:]
    parameters = [*ordered, *spec.kwonlyargs, *filter(None, (spec.vararg, spec.kwarg))]
    result = node.returns is not None or (node.name == "__init__" and bool(parameters))
    return result and all(parameter.annotation is not None for parameter in parameters)


def functions(found: Iterable[Facts], complexity: Mapping[tuple[str, int], int]) -> Functions:
    """Totals over the definitions outside test files; `complexity` by (path, line) is ruff's."""
    facts = list(found)
    named = [fact for fact in facts if fact.kind == "function"]
    public = [fact for fact in named if fact.public]
    # A constructor is documented by its class, so it needs annotations but no docstring.
    documentable = [fact for fact in facts if fact.public and not fact.name.endswith("__init__")]
    ranked = sorted(
        (
            Complexity(
                name=cut(fact.name),
                path=fact.path,
                line=fact.line,
                complexity=complexity.get((fact.path, fact.line), 0),
                lines=fact.lines,
            )
            for fact in named
        ),
        key=lambda each: (-each.complexity, each.path, each.line),
    )
    return Functions(
        functions=len(named),
        public=len(public),
        annotated=sum(fact.annotated for fact in public),
        documentable=len(documentable),
        documented=sum(fact.documented for fact in documentable),
        unannotated=places(
            ("function", place(fact.path, fact.line, fact.name))
            for fact in public
            if not fact.annotated
        ),
        undocumented=places(
            (fact.kind, place(fact.path, fact.line, fact.name))
            for fact in documentable
            if not fact.documented
        ),
        over_ten=sum(each.complexity > COMPLEXITY_LIMIT for each in ranked),
        longest=max((fact.lines for fact in named), default=0),
        worst=tuple(ranked[:WORST_SHOWN]),
    )
