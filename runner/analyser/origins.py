"""Where a text or a code object comes from before it is run: the source, a file, packed data."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analyser.answers import Answers
from runner.analyser.readings import NO_TEXTS, Reading, Texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.analyser.bindings import Scope, Value
    from runner.analyser.whereabouts import Whereabouts

_READS = frozenset(
    {
        "read",
        "read_text",
        "read_bytes",
        "readlines",
        "readline",
        "readall",
        "get_data",
        "read_binary",
    }
)
_PASSES = frozenset(
    {
        "decode", "encode", "strip", "lstrip", "rstrip", "replace", "join", "format", "split",
        "splitlines", "removeprefix", "removesuffix", "expandtabs", "lower", "upper", "getvalue",
        "tobytes", "get", "pop", "translate", "partition", "rpartition", "__getitem__",
    }
)  # fmt: skip
_PASSING_NAMES = frozenset(
    {
        "builtins.str", "builtins.bytes", "builtins.bytearray", "builtins.memoryview",
        "builtins.compile", "builtins.next", "builtins.iter", "builtins.list", "builtins.reversed",
        "builtins.map", "builtins.filter", "builtins.zip", "builtins.sorted", "builtins.tuple",
        "ast.parse", "ast.fix_missing_locations", "ast.Expression", "ast.Module", "ast.unparse",
        "textwrap.dedent", "inspect.cleandoc", "io.StringIO", "io.BytesIO",
    }
)  # fmt: skip
_OPENS = frozenset({"builtins.open", "io.open", "codecs.open", "tokenize.open", "os.open"})
_UNPACKING_MODULES = frozenset(
    {"base64", "binascii", "zlib", "gzip", "bz2", "lzma", "marshal", "pickle", "quopri", "codecs",
     "zipfile", "tarfile", "struct", "array", "json", "sqlite3", "cloudpickle", "dill", "joblib"}
)  # fmt: skip
_UNPACKS = frozenset(
    {"fromhex", "b64decode", "b85decode", "b32decode", "b16decode", "a85decode", "unhexlify",
     "decompress", "loads", "to_bytes", "frombytes", "from_bytes", "maketrans"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """`written`: in the source as text; `file`: read from `files`; `packed`: unpacked from data.

    `made`: put together of other texts; `unknown`: from what only the running program knows.
    """

    kinds: frozenset[str] = frozenset()
    files: Texts = NO_TEXTS

    @property
    def is_foreign(self) -> bool:
        """Whether it is surely not the source that a reader and the tools see."""
        return bool(self.kinds & {"file", "packed"})


UNKNOWN = Origin(frozenset({"unknown"}))
WRITTEN = Origin(frozenset({"written"}))
PACKED = Origin(frozenset({"packed"}))
MADE = Origin(frozenset({"made"}))


class Origins:
    """Traces the expressions of one file back to where they come from."""

    def __init__(self, reading: Reading, whereabouts: Whereabouts) -> None:
        """Both are those of the file."""
        self._reading = reading
        self._whereabouts = whereabouts
        self._answers = Answers(reading.bindings.patience, Origin(), lost=UNKNOWN)

    def of(self, node: ast.expr, scope: Scope) -> Origin:
        """Where what an expression stands for comes from."""
        return self._answers.about(node, lambda: self._all_of(node, scope))

    def _all_of(self, node: ast.expr, scope: Scope) -> Origin:
        values = self._reading.bindings.values(node, scope)
        parts = [self._one(value) for value in values.found]
        return _all([*parts, *([] if values.whole and parts else [UNKNOWN])])

    def _one(self, value: Value) -> Origin:
        node, scope = value.node, value.scope
        origin = UNKNOWN
        match node:
            case _ if value.dotted:
                origin = self._elsewhere({value.dotted})
            case ast.Name(id="__doc__") | ast.Attribute(attr="__doc__"):
                origin = PACKED
            case ast.Attribute():
                origin = self._elsewhere(self._reading.names(node, scope))
            case ast.Constant(value=text):
                # What only stands between other texts makes no template of them.
                blank = isinstance(text, str | bytes) and not text.strip()
                origin = Origin() if blank else WRITTEN
            case ast.Subscript(value=inner) | ast.FormattedValue(value=inner):
                origin = self.of(inner, scope)
            case ast.Call():
                origin = self._called(node, scope)
            case _:
                origin = self._parts(node, scope)
        return origin

    def _parts(self, node: ast.expr, scope: Scope) -> Origin:
        """Where something comes from that is made of several parts."""
        origin = UNKNOWN
        match node:
            case ast.JoinedStr(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
                origin = self._put_together(parts, scope)
            case ast.BinOp(left=left, right=right):
                origin = self._put_together((left, right), scope)
            case ast.GeneratorExp(elt=element) | ast.ListComp(elt=element):
                inside = self._reading.bindings.scope_of(element)
                places = (each.iter for each in node.generators)
                origin = _all([self.of(each, inside) for each in (element, *places)])
            case _:
                pass
        return origin

    def _elsewhere(self, names: Iterable[str]) -> Origin:
        """A text that another module of the submission holds is data there."""
        modules = self._whereabouts.modules
        own = (name.startswith(".") or name.rpartition(".")[0] in modules for name in names)
        return PACKED if any(own) else UNKNOWN

    def _put_together(self, parts: Iterable[ast.expr], scope: Scope) -> Origin:
        """Of a text with gaps only that is unknown which is more than its gaps."""
        whole = _all([self.of(part, scope) for part in parts])
        if whole.kinds >= {"written", "unknown"} and not whole.is_foreign:
            return MADE
        return whole

    def _called(self, call: ast.Call, scope: Scope) -> Origin:
        names = self._reading.names(call.func, scope)
        of = call.func.value if isinstance(call.func, ast.Attribute) else None
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if names & _OPENS and call.args:
            return Origin(frozenset({"file"}), self._whereabouts.of(call.args[0], scope))
        if "builtins.chr" in names or any(_unpacks(name) for name in names) or method in _UNPACKS:
            module = of is None or any(map(_unpacks, self._reading.names(of, scope)))
            parts = [*call.args, *([of] if of is not None and not module else [])]
            return _all([PACKED, *(self.of(part, scope) for part in parts)])
        if method in _READS or names & {"pkgutil.get_data"}:
            return self._file(call, of, scope)
        if names & _PASSING_NAMES:
            return _all([self.of(each, scope) for each in call.args])
        if method in _PASSES and of is not None:
            return self._put_together((of, *call.args), scope)
        return UNKNOWN

    def _file(self, call: ast.Call, of: ast.expr | None, scope: Scope) -> Origin:
        """The file that is read: what was opened, or the path that is asked to be read."""
        if of is not None:
            for value in self._reading.bindings.values(of, scope).found:
                opened = self._one(value) if isinstance(value.node, ast.Call) else UNKNOWN
                if "file" in opened.kinds and opened.files.found:
                    return opened
            places = self._whereabouts.of(of, scope)
            if places.found:
                return Origin(frozenset({"file"}), places)
        named = [self._whereabouts.of(each, scope) for each in call.args[-1:]]
        return Origin(frozenset({"file"}), named[0] if named else Texts())


def _unpacks(name: str) -> bool:
    module, _, _ = name.partition(".")
    return module in _UNPACKING_MODULES


def _all(parts: list[Origin]) -> Origin:
    kinds = frozenset(kind for part in parts for kind in part.kinds)
    files = [part.files for part in parts if "file" in part.kinds]
    found = frozenset(place for each in files for place in each.found)
    return Origin(kinds, Texts(found, bool(files) and all(each.whole for each in files)))
