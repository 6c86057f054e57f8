"""What is worth a remark about the use of data frames, by the form of single expressions."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.analyser.frame_kinds import INDEXERS, Kind, is_mask, root
from runner.analyser.names import dotted, keyword

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analyser.frame_kinds import Names

ITERROWS = "iterrows"
APPLY = "apply by rows"
INDEX_LOOP = "loop over row labels"
ITERTUPLES = "itertuples"
GROWING = "frame grown in a loop"
CHAINED = "chained assignment"
INPLACE = "inplace"

ROWWISE = frozenset({ITERROWS, APPLY, INDEX_LOOP})
NOTED = frozenset({ITERTUPLES, INPLACE})

ADVICE = {
    ITERROWS: "it makes a Series of every row; compute with whole columns",
    APPLY: "it calls Python once a row; compute with whole columns, a condition, a map or a join",
    INDEX_LOOP: "it looks every cell up by itself; compute with whole columns",
    ITERTUPLES: "fine for few rows; for many, whole columns are faster",
    GROWING: "every round copies all of it; collect the parts in a list and concatenate once",
    CHAINED: "it changes a copy that is dropped; write frame.loc[rows, column] = value",
    INPLACE: "it returns nothing and seldom saves memory; assign the result",
}
"""What to do instead, and why."""

_WRAPPERS = frozenset({"enumerate", "list", "reversed", "sorted", "tqdm"})
_LABEL_LISTS = frozenset({"to_list", "tolist", "to_numpy"})
_CONCATENATE = frozenset({"pandas.concat", "polars.concat"})
_DRAWING = re.compile(r"ax|axes|axs|ax\d|ax_\w+|\w+_ax|plt|fig|figure")
"""What everybody calls the things that are drawn on."""


@dataclass(slots=True, kw_only=True)
class Loop:
    """A loop or comprehension around what is being read."""

    rows_of: ast.expr | None = None
    """The frame whose labels or row numbers it goes through."""
    summary: bool = False
    """That frame is a summary."""
    targets: frozenset[str] = frozenset()
    fresh: list[set[str]] = field(default_factory=lambda: [set()])
    """Names that get a new value in every round, by nested block."""
    draws: bool = False
    looks_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing seen. It is `excused`, shown and not counted, where little can be lost."""

    name: str
    line: int
    end_line: int
    summary: bool = False
    loop: Loop | None = None

    @property
    def excused(self) -> bool:
        """Few rows by nature, the gentle one of the row loops, or a matter of style."""
        draws = self.loop is not None and self.loop.draws
        return self.name in NOTED or self.summary or draws

    @property
    def note(self) -> str:
        """What it is, what to do instead, and why."""
        return f"{self.name}: {ADVICE[self.name]}"


def rows_of(over: ast.expr) -> ast.expr | None:
    """The frame whose labels or row numbers a loop goes through, if it does.

    `frame.index`, `range(len(frame))`, `range(frame.shape[0])`; a range in steps takes pieces.
    """
    while isinstance(over, ast.Call) and dotted(over.func) in _WRAPPERS and over.args:
        over = over.args[0]
    match over:
        case ast.Call(func=ast.Name(id="range"), args=bounds) if len(bounds) < 3:  # noqa: PLR2004
            return next(filter(None, map(_counted, bounds)), None)
        case ast.Call(func=ast.Attribute(value=ast.Attribute() as labels, attr=method)):
            return labels.value if method in _LABEL_LISTS and labels.attr == "index" else None
        case ast.Attribute(value=ast.Attribute(value=frame, attr="index"), attr="values"):
            return frame
        case ast.Attribute(value=frame, attr="index"):
            return frame
        case _:
            return None


def _counted(node: ast.expr) -> ast.expr | None:
    """The frame whose rows an expression counts, `… - 1` included."""
    match node:
        case ast.BinOp(left=left):
            return _counted(left)
        case ast.Call(func=ast.Name(id="len"), args=[ast.Attribute(value=frame, attr="index")]):
            return frame
        case ast.Call(func=ast.Name(id="len"), args=[frame]):
            return frame
        case ast.Subscript(value=ast.Attribute(value=frame, attr="shape"), slice=which):
            first = isinstance(which, ast.Constant) and which.value == 0
            return frame if first else None
        case _:
            return None


def looks_up(node: ast.Subscript, loop: Loop, labels: frozenset[str]) -> bool:
    """Whether a subscript with these labels takes one row of what the loop counts through.

    `frame.loc[label, …]`, or `frame["column"][label]` of that very frame.
    """
    if labels:
        return not labels.isdisjoint(loop.targets)
    match node:
        case ast.Subscript(
            value=ast.Subscript(value=ast.Name(id=frame), slice=ast.Constant(value=str())),
            slice=ast.Name(id=label),
        ):
            return (
                label in loop.targets and loop.rows_of is not None and dotted(loop.rows_of) == frame
            )
        case _:
            return False


def labels_of(node: ast.Subscript) -> frozenset[str]:
    """The names by which `frame.loc[…]` takes rows; nothing for other subscripts."""
    indexed = isinstance(node.value, ast.Attribute) and node.value.attr in INDEXERS
    return frozenset(_labels(node.slice)) if indexed else frozenset()


def _labels(inside: ast.expr) -> Iterator[str]:
    """Names in a subscript that are not the bound of a slice."""
    waiting: list[ast.AST] = [inside]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            yield node.id
        elif not isinstance(node, ast.Slice):
            waiting += ast.iter_child_nodes(node)


def added_to(target: ast.expr) -> str:
    """The frame that `frame.loc[len(frame)] = …` makes longer by a row, or nothing."""
    match target:
        case ast.Subscript(value=ast.Attribute(value=frame, attr="loc"), slice=label):
            counted = _counted(label)
            name = dotted(frame)
            return name if counted is not None and dotted(counted) == name else ""
        case _:
            return ""


def grows(name: str, value: ast.expr, names: Names) -> bool:
    """Whether what is assigned to `name` is that frame with something added."""
    return any(
        (names.full(call.func) in _CONCATENATE and mentions(name, *call.args[:1]))
        or (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "append"
            and dotted(call.func.value) == name
        )
        for call in ast.walk(value)
        if isinstance(call, ast.Call)
    )


def mentions(name: str, *where: ast.AST) -> bool:
    """Whether a dotted name is used in one of some expressions."""
    return any(dotted(node) == name for part in where for node in ast.walk(part))


def is_chained(inner: ast.expr, names: Names) -> bool:
    """Whether `inner[…] = value` changes what a selection of a frame returned, and not the frame.

    Nested dictionaries look alike, so that a plain `a[b][c]` counts only where `a` is known to
    be a frame, or `b` compares something of `a`.
    """
    match inner:
        case ast.Subscript(value=ast.Attribute(attr="loc" | "iloc"), slice=inside):
            # A row and a column are one cell, and what is in it may be a dictionary.
            return not isinstance(inside, ast.Tuple) or any(map(_is_part, inside.elts))
        case ast.Subscript(value=frame, slice=inside):
            name = root(frame)
            masked = is_mask(inside) and name != "" and mentions(name, inside)
            return masked or names.kind(frame) is Kind.FRAME
        case ast.Attribute(value=column, attr=attribute):
            return attribute in INDEXERS and is_column(column, names)
        case _:
            return False


def _is_part(inside: ast.expr) -> bool:
    return isinstance(inside, ast.Slice | ast.List) or is_mask(inside)


def is_column(node: ast.expr, names: Names) -> bool:
    """Whether an expression is one column of a frame."""
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and names.kind(node.value) is Kind.FRAME
    )


def rowwise(call: ast.Call, method: ast.Attribute, names: Names) -> str:
    """Which way through all rows a call is, or nothing."""
    match method.attr:
        case "iterrows":
            return ITERROWS
        case "itertuples" | "iter_rows":
            return ITERTUPLES
        case "map_rows":
            return APPLY
        case "apply" if _by_rows(call) and not _is_style(method.value):
            return "" if names.kind(method.value) is Kind.GROUPS else APPLY
        case _:
            return ""


def _by_rows(call: ast.Call) -> bool:
    """`axis=1` of a function in Python: a name in quotes and a compiled one are quick."""
    axis = keyword(call, "axis")
    rows = isinstance(axis, ast.Constant) and axis.value in {1, "columns"}
    named = any(
        isinstance(each, ast.Constant) and isinstance(each.value, str) for each in call.args[:1]
    )
    return rows and not named and keyword(call, "engine") is None


def _is_style(node: ast.expr) -> bool:
    """`frame.style.apply(…)` colours a table for people."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(node, ast.Attribute) and node.attr == "style":
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return False


def is_inplace(call: ast.Call) -> bool:
    """Whether a call says `inplace=True`."""
    asked = keyword(call, "inplace")
    return isinstance(asked, ast.Constant) and asked.value is True


def draws(call: ast.Call) -> bool:
    """Whether a call draws something, by the name of what it is called on."""
    return _DRAWING.fullmatch(root(call.func)) is not None
