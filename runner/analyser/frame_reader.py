"""Reads one file from top to bottom for remarks about its use of data frames."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from runner.analyser.frame_kinds import Kind, Names
from runner.analyser.frame_rules import (
    APPLY,
    CHAINED,
    GROWING,
    INDEX_LOOP,
    INPLACE,
    ITERTUPLES,
    Loop,
    Remark,
    added_to,
    draws,
    grows,
    is_chained,
    is_column,
    is_inplace,
    labels_of,
    looks_up,
    mentions,
    rows_of,
    rowwise,
)
from runner.analyser.names import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.analyser.frame_kinds import Flow
    from runner.analyser.functions import Definition


class Reader(ast.NodeVisitor):
    """Collects `remarks` on one file; `seen` gets what goes through its functions.

    `known` is what an earlier reading saw in all files, `libraries` what the file imports.
    """

    def __init__(self, libraries: Mapping[str, str], *, known: Flow, seen: Flow) -> None:
        self._names = Names(libraries, known)
        self._pandas = self._names.imports("pandas")
        self._seen = seen
        self._functions: list[str] = []
        self._class = ""
        self._loops: list[Loop] = []
        self._heading: Loop | None = None
        """The loop whose `in …` is being read."""
        self._single: set[ast.expr] = set()
        """Calls of which only the first row is taken."""
        self.remarks: list[Remark] = []

    # Functions

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """What a class is called with goes to its `__init__`."""
        outside, self._class = self._class, node.name
        self.generic_visit(node)
        self._class = outside

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Read a function with names and loops of its own."""
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        """As any other function."""
        self._function(node)

    def _function(self, node: Definition) -> None:
        outside, self._loops = self._loops, []
        self._names.enter(node, self._class if node.name == "__init__" else node.name)
        self._functions.append(node.name)
        self.generic_visit(node)
        self._functions.pop()
        self._names.leave()
        self._loops = outside

    def visit_Return(self, node: ast.Return) -> None:
        """Note what a function returns."""
        self.generic_visit(node)
        if node.value is not None and self._functions:
            self._seen.add(self._functions[-1], "()", self._names.kind(node.value))

    # Loops

    def visit_For(self, node: ast.For) -> None:
        """Read what a loop goes through, then its body."""
        self._loop(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        """As any other loop."""
        self._loop(node)

    def _loop(self, node: ast.For | ast.AsyncFor) -> None:
        loop = self._enter(node.target, node.iter)
        self._block(node.body)
        self._leave(loop, node.iter)
        self._block(node.orelse)

    def visit_While(self, node: ast.While) -> None:
        """A loop that goes through nothing."""
        self.visit(node.test)
        self._loops.append(Loop())
        self._block(node.body)
        self._loops.pop()
        self._block(node.orelse)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        """A comprehension is a loop."""
        self._comprehension(node.generators, node.elt)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        """As a list."""
        self._comprehension(node.generators, node.elt)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        """As a list."""
        self._comprehension(node.generators, node.elt)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        """As a list of pairs."""
        self._comprehension(node.generators, node.key, node.value)

    def _comprehension(self, generators: Iterable[ast.comprehension], *made: ast.expr) -> None:
        entered = []
        for each in generators:
            entered.append((self._enter(each.target, each.iter), each.iter))
            for condition in each.ifs:
                self.visit(condition)
        for expression in made:
            self.visit(expression)
        for loop, over in reversed(entered):
            self._leave(loop, over)

    def _enter(self, target: ast.expr, over: ast.expr) -> Loop:
        names = frozenset(each.id for each in ast.walk(target) if isinstance(each, ast.Name))
        frame = rows_of(over)
        short = frame is not None and self._names.kind(frame) is Kind.SUMMARY
        loop = Loop(rows_of=frame, summary=short, targets=names, fresh=[set(names)])
        before, self._heading = self._heading, loop
        self.visit(over)
        self._heading = before
        self._forget(target)
        self._loops.append(loop)
        return loop

    def _leave(self, loop: Loop, over: ast.expr) -> None:
        self._loops.pop()
        if loop.looks_up:
            self._remark(INDEX_LOOP, over.lineno, over, summary=loop.summary, loop=loop)

    # Blocks: what one branch assigns is not there in another

    def visit_If(self, node: ast.If) -> None:
        """Two branches."""
        self.visit(node.test)
        self._block(node.body)
        self._block(node.orelse)

    def visit_Try(self, node: ast.Try) -> None:
        """A branch for what may go wrong, one for each handler."""
        self._block(node.body)
        for handler in node.handlers:
            self.visit(handler)
        self._block(node.orelse)
        self._block(node.finalbody)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        """A branch."""
        self._block(node.body)

    def visit_match_case(self, node: ast.match_case) -> None:
        """A branch."""
        if node.guard is not None:
            self.visit(node.guard)
        self._block(node.body)

    def _block(self, body: Iterable[ast.stmt]) -> None:
        around = self._loops[-1:]
        for loop in around:
            loop.fresh.append(set())
        for statement in body:
            self.visit(statement)
        for loop in around:
            loop.fresh.pop()

    # Assignments

    def visit_Assign(self, node: ast.Assign) -> None:
        """Read what is assigned, then where to."""
        self.visit(node.value)
        kind = self._names.kind(node.value)
        for target in node.targets:
            self._assigned(target, node.value, kind)
            self.visit(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """A value says more than its annotation, where it says anything."""
        kind = self._names.annotated(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            found = self._names.kind(node.value)
            self._assigned(node.target, node.value, kind if found is Kind.UNKNOWN else found)
        elif isinstance(node.target, ast.Name):
            self._names.bind(node.target.id, kind)
        self.visit(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """`+=` assigns too."""
        self._check_chained(node.target)
        self.generic_visit(node)

    def _assigned(self, target: ast.expr, value: ast.expr, kind: Kind) -> None:
        self._check_chained(target)
        if self._loops:
            self._check_growing(target, value, self._loops[-1].fresh)
        if isinstance(target, ast.Name):
            self._names.bind(target.id, kind)
        elif isinstance(target, ast.Attribute):
            self._seen.add("", f".{target.attr}", kind)
        else:
            self._forget(target)

    def _forget(self, target: ast.expr) -> None:
        """Names that get a part of something hold nobody knows what."""
        for each in ast.walk(target):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                self._names.bind(each.id, Kind.UNKNOWN)

    def _check_growing(self, target: ast.expr, value: ast.expr, fresh: list[set[str]]) -> None:
        """Add rows to a frame in a loop, unless every round begins with another frame."""
        longer, name = added_to(target), dotted(target)
        if longer or (name and grows(name, value, self._names)):
            if not any((longer or name) in block for block in fresh):
                self._remark(GROWING, target.lineno, value)
        elif name and not mentions(name, value):
            fresh[-1].add(name)

    def _check_chained(self, target: ast.expr) -> None:
        chained = isinstance(target, ast.Subscript) and is_chained(target.value, self._names)
        if chained and self._pandas:
            self._remark(CHAINED, target.lineno, target)

    # Calls and look-ups

    def visit_Call(self, node: ast.Call) -> None:
        """Calls on frames, and calls that pass one on."""
        name = dotted(node.func).rpartition(".")[2]
        if name == "next":
            self._single.update(node.args[:1])
        if isinstance(node.func, ast.Attribute) and node not in self._single:
            self._method(node, node.func)
        self._passed(node, name)
        if draws(node):
            for loop in self._loops:
                loop.draws = True
        self.generic_visit(node)

    def _method(self, call: ast.Call, method: ast.Attribute) -> None:
        # A chain may begin many lines above the call.
        line = method.end_lineno or call.lineno
        way = rowwise(call, method, self._names)
        if way:
            short = self._names.kind(method.value) is Kind.SUMMARY
            loop = None if way == APPLY else self._heading
            if way != ITERTUPLES or (loop is not None and not short):
                self._remark(way, line, call, summary=short, loop=loop)
        elif self._pandas and is_inplace(call):
            lost = is_column(method.value, self._names)
            self._remark(CHAINED if lost else INPLACE, line, call)

    def _passed(self, call: ast.Call, name: str) -> None:
        """Note what goes into functions, and into the fields of classes."""
        for position, argument in enumerate(call.args):
            if isinstance(argument, ast.Starred):
                break
            self._seen.add(name, f"({position})", self._names.kind(argument))
        for each in call.keywords:
            kind = self._names.kind(each.value)
            self._seen.add(name, f"({each.arg})", kind)
            if name[:1].isupper():
                self._seen.add("", f".{each.arg}", kind)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """A look-up by what a loop counts through."""
        loops = [each for each in self._loops if each.rows_of is not None and not each.looks_up]
        labels = labels_of(node) if loops else frozenset()
        for loop in loops:
            loop.looks_up = looks_up(node, loop, labels)
        self.generic_visit(node)

    def _remark(
        self,
        name: str,
        line: int,
        until: ast.expr,
        *,
        summary: bool = False,
        loop: Loop | None = None,
    ) -> None:
        """A remark on the lines from `line` to the end of `until`."""
        end = max(line, until.end_lineno or line)
        self.remarks.append(Remark(name=name, line=line, end_line=end, summary=summary, loop=loop))
