"""What an expression holds, as far as its text shows: a data frame, a summary of one, or neither.

Nothing is run and no type is inferred. A name holds what was last assigned to it above; a
function returns and is called with what its bare name is seen with anywhere in the
submission. A summary is what a group-by, a pivot or a head left: to go over it row by row
costs nothing, while the same loop over the rows of an export does.
"""

from __future__ import annotations

import ast
import re
from collections import ChainMap
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from runner.analyser.names import dotted, keyword

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.analyser.functions import Definition

MOST_CHARACTERS = 200
"""Of a name, so that a call with many arguments makes no more of a long one than it is."""

LIBRARIES = frozenset({"pandas", "polars"})

INDEXERS = frozenset({"loc", "iloc", "at", "iat"})

_GROUPING = frozenset({"groupby", "group_by", "group_by_dynamic", "resample"})
_SHORTENING = frozenset(
    {
        *("agg", "aggregate", "count", "describe", "first", "head", "idxmax", "idxmin", "last"),
        *("limit", "max", "mean", "median", "min", "nlargest", "nsmallest", "nunique", "pivot"),
        *("pivot_table", "quantile", "size", "std", "sum", "tail", "top_k", "value_counts", "var"),
    }
)
"""Methods whose result is short whatever they are called on."""

_LONG_OF_GROUPS = frozenset(
    {
        *("bfill", "cumcount", "cummax", "cummin", "cumsum", "diff", "expanding", "ffill"),
        *("fillna", "filter", "get_group", "head", "ngroup", "nth", "pct_change", "rank"),
        *("rolling", "sample", "shift", "tail", "transform"),
    }
)
"""Methods of groups that give as many rows as there were, or an unknown part of them."""

_NO_FRAME = frozenset({"to_dict", "to_dicts", "to_list", "to_numpy", "tolist"})
_UNKNOWN_OF_GROUPS = frozenset({"apply", "map_groups", "pipe"})
_KEEPING = frozenset(
    {
        *("assign", "astype", "bfill", "clip", "collect", "convert_dtypes", "copy", "drop"),
        *("drop_duplicates", "dropna", "explode", "ffill", "fillna", "filter", "infer_objects"),
        *("interpolate", "join", "mask", "merge", "query", "rename", "replace", "reset_index"),
        *("round", "sample", "set_index", "sort_index", "sort_values", "where"),
    }
)
"""Methods of a frame that give a frame."""

_MAKES_SUMMARY = frozenset({"crosstab", "pivot", "pivot_table"})
_MAKES_FRAME = re.compile(r"(read|scan)_(?!html)\w+|DataFrame(\.from_\w+)?|concat|merge(_\w+)?")
_FRAME_TYPE = re.compile(r"(\w+\.)?(DataFrame|LazyFrame)( \| None)?")
_FRAME_NAME = re.compile(r"df\d*|\w+_df")
"""What everybody calls a frame. `df_by_region` is as often a dictionary of frames."""

_MASKING = frozenset({"between", "duplicated", "isin", "isna", "isnull", "notna", "notnull"})
_LITERALS = (
    *(ast.Constant, ast.JoinedStr, ast.Dict, ast.List, ast.Set, ast.Tuple),
    *(ast.DictComp, ast.ListComp, ast.SetComp, ast.GeneratorExp),
)


class Kind(Enum):
    """What an expression holds."""

    FRAME = auto()
    GROUPS = auto()
    SUMMARY = auto()
    OTHER = auto()
    """Certainly no frame: a dictionary, a list, a text."""
    UNKNOWN = auto()


@dataclass(slots=True)
class Flow:
    """Kinds that were seen somewhere in the submission, by what they went through.

    Keys are `f()` for what a function returns, `f(0)` and `f(name)` for its arguments,
    `.name` for an attribute.
    """

    _seen: dict[str, set[Kind]] = field(default_factory=dict)

    def add(self, name: str, place: str, kind: Kind) -> None:
        """Note that `kind` went through `place` of `name`; nobody writes names of any length."""
        if len(name) <= MOST_CHARACTERS and len(place) <= MOST_CHARACTERS:
            self._seen.setdefault(f"{name}{place}", set()).add(kind)

    def brings_summaries(self, *keys: str) -> bool:
        """Whether summaries went through, and nothing else ever did."""
        return {kind for key in keys for kind in self._seen.get(key, ())} == {Kind.SUMMARY}


def library_names(tree: ast.Module) -> dict[str, str]:
    """Local name → full name of everything that a file imports from a frame library."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                if top in LIBRARIES:
                    found[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            if module.partition(".")[0] in LIBRARIES:
                found |= {each.asname or each.name: f"{module}.{each.name}" for each in node.names}
    return found


class Names:
    """The names of one file while it is read from top to bottom."""

    def __init__(self, libraries: Mapping[str, str], flow: Flow) -> None:
        self._libraries = libraries
        self._flow = flow
        self._scope: ChainMap[str, Kind] = ChainMap()

    def imports(self, library: str) -> bool:
        """Whether the file imports that library, or something from it."""
        return any(name.partition(".")[0] == library for name in self._libraries.values())

    def full(self, node: ast.AST) -> str:
        """`pandas.concat`, however it was imported; other dotted names as they are written."""
        head, dot, rest = dotted(node).partition(".")
        return f"{self._libraries.get(head, head)}{dot}{rest}"

    def bind(self, name: str, kind: Kind) -> None:
        """A name holds something from here on."""
        self._scope[name] = kind

    def enter(self, function: Definition, name: str) -> None:
        """Go into a function that is called as `name`; its parameters hide names outside."""
        self._scope = self._scope.new_child()
        spec = function.args
        ordered = [*spec.posonlyargs, *spec.args]
        if ordered and ordered[0].arg in {"self", "cls"}:
            ordered = ordered[1:]
        for position, each in enumerate([*ordered, *spec.kwonlyargs]):
            keys = (f"{name}({position})", f"{name}({each.arg})")
            short = self._flow.brings_summaries(*keys)
            self.bind(each.arg, Kind.SUMMARY if short else self.annotated(each.annotation))

    def leave(self) -> None:
        """Go back out of a function."""
        self._scope = self._scope.parents

    def annotated(self, annotation: ast.expr | None) -> Kind:
        """What an annotation promises; `DataFrame | None` is a frame."""
        match annotation:
            case None:
                return Kind.UNKNOWN
            case ast.BinOp(left=left, right=right):
                kinds = {self.annotated(left), self.annotated(right)}
                return Kind.FRAME if Kind.FRAME in kinds else Kind.OTHER
            case ast.Constant(value=str(text)):
                return Kind.FRAME if _FRAME_TYPE.fullmatch(text) else Kind.OTHER
            case _:
                frame = _FRAME_TYPE.fullmatch(self.full(annotation))
                return Kind.FRAME if frame else Kind.OTHER

    def kind(self, node: ast.expr) -> Kind:
        """What an expression holds here."""
        found = self._kind(node)
        name = getattr(node, "id", getattr(node, "attr", ""))
        if found is Kind.UNKNOWN and _FRAME_NAME.fullmatch(name):
            return Kind.FRAME
        return found

    def _kind(self, node: ast.expr) -> Kind:
        match node:
            case ast.Name(id=name):
                found = self._scope.get(name, Kind.UNKNOWN)
            case ast.Call():
                found = self._given(node)
            case ast.Attribute(value=value, attr=attribute):
                summary = self._flow.brings_summaries(f".{attribute}")
                found = Kind.SUMMARY if summary else _attribute(self.kind(value), attribute)
            case ast.Subscript(value=value, slice=inside):
                found = _selected(self.kind(value), inside)
            case ast.NamedExpr(value=value):
                found = self.kind(value)
            case _:
                found = Kind.OTHER if isinstance(node, _LITERALS) else Kind.UNKNOWN
        return found

    def _given(self, call: ast.Call) -> Kind:
        """What a call returns."""
        function = call.func
        name = dotted(function).rpartition(".")[2]
        if self._flow.brings_summaries(f"{name}()"):
            return Kind.SUMMARY
        made = self._made(call)
        if made is Kind.UNKNOWN and isinstance(function, ast.Attribute):
            return _called(self.kind(function.value), function.attr)
        return made

    def _made(self, call: ast.Call) -> Kind:
        """What a function of a library gives."""
        library, _, name = self.full(call.func).partition(".")
        if library not in LIBRARIES or keyword(call, "sheet_name"):
            return Kind.UNKNOWN  # several sheets are a dictionary of frames
        if name in _MAKES_SUMMARY:
            return Kind.SUMMARY
        return Kind.FRAME if _MAKES_FRAME.fullmatch(name) else Kind.UNKNOWN


def _called(receiver: Kind, method: str) -> Kind:
    if method in _GROUPING:
        return Kind.GROUPS
    if receiver is Kind.GROUPS:
        if method in _UNKNOWN_OF_GROUPS:
            return Kind.UNKNOWN
        return Kind.FRAME if method in _LONG_OF_GROUPS else Kind.SUMMARY
    if method in _NO_FRAME:
        return Kind.OTHER
    if method in _SHORTENING or receiver is Kind.SUMMARY:
        return Kind.SUMMARY
    return Kind.FRAME if receiver is Kind.FRAME and method in _KEEPING else Kind.UNKNOWN


def _attribute(base: Kind, attribute: str) -> Kind:
    if attribute == "T" and base is Kind.FRAME:
        return Kind.SUMMARY  # its rows were columns
    keeps = base in {Kind.GROUPS, Kind.SUMMARY} or attribute in INDEXERS
    return base if keeps else Kind.UNKNOWN


def _selected(base: Kind, inside: ast.expr) -> Kind:
    if base is Kind.OTHER or (base is Kind.FRAME and not _takes_rows(inside)):
        return Kind.UNKNOWN
    return base


def _takes_rows(inside: ast.expr) -> bool:
    """Whether `[…]` of a frame is a frame again: a slice, a list of columns, a condition."""
    if isinstance(inside, ast.Tuple):
        return all(map(_takes_rows, inside.elts))
    return isinstance(inside, ast.Slice | ast.List) or is_mask(inside)


def is_mask(node: ast.expr) -> bool:
    """Whether an expression compares columns, as far as its form shows."""
    match node:
        case ast.Compare():
            return True
        case ast.UnaryOp(op=ast.Invert()):
            return True
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr(), right=right):
            return is_mask(left) or is_mask(right)
        case ast.Call(func=ast.Attribute(attr=method)):
            return method in _MASKING
        case _:
            return False


def root(node: ast.AST) -> str:
    """The name that a chain of attributes, calls and subscripts begins with, or nothing."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
