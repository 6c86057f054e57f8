"""What expressions of a file stand for, as far as that can be read off: names and texts.

`builtins.exec` is found behind `e = exec`, `getattr(builtins, "ex" + "ec")` and
`__builtins__["exec"]` alike. Nothing is run; what cannot be read off is said to be unknown.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from runner.analyser.answers import Answers
from runner.analyser.bindings import Bindings, Scope, Value, Values, is_builtin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LARGEST = 10**6
"""Numbers of characters and of places are smaller."""

MOST_NAMES = 40
"""Names that one expression is followed to."""

NAME_CHARACTERS = 200
"""Of a dotted name, the end of it."""

MOST_TEXTS = 60
"""Texts that one expression is read as; more of them count as unknown."""

TEXT_CHARACTERS = 4_096
"""A text that is put together. Names and paths are shorter."""

UNKNOWN = "?"
"""Stands for a name that only the running program knows."""

GLOBALS = "globals()"

_PASSED_ON = frozenset({"sys", "builtins", "importlib", "marshal"})
"""Modules that others hand on as an attribute of theirs: `os.sys.path`."""

_NAMESPACES = frozenset({GLOBALS, "builtins.__dict__", "sys.modules"})
_IMPORTS = frozenset({"importlib.import_module", "importlib.__import__"})
_LOOKS_UP = frozenset({"get", "pop", "setdefault", "__getitem__"})
_PLAIN = frozenset({"lower", "upper", "strip", "lstrip", "rstrip", "title", "swapcase"})
_SAME = frozenset({"decode", "encode", "as_posix", "expandtabs"})
_AS_TEXT = frozenset({"builtins.str", "builtins.bytes", "builtins.repr", "textwrap.dedent"})


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts that an expression may be; `whole` when it can be nothing else."""

    found: frozenset[str] = frozenset()
    whole: bool = False


NO_TEXTS = Texts()


class Reading:
    """Reads the expressions of one file; `module` is the dotted name of it."""

    def __init__(self, bindings: Bindings, module: str) -> None:
        """`bindings` are those of the file."""
        self.bindings = bindings
        self._module = module
        self._names = Answers(bindings.patience, frozenset[str]())
        self._texts = Answers(bindings.patience, NO_TEXTS)

    # Names ------------------------------------------------------------------------------------

    def names(self, node: ast.expr, scope: Scope) -> frozenset[str]:
        """Dotted names that an expression may stand for, those of modules in full."""
        return self._names.about(node, lambda: self._all_names(node, scope))

    def _all_names(self, node: ast.expr, scope: Scope) -> frozenset[str]:
        values = self.bindings.values(node, scope).found
        found = {name for value in values for name in self._named(value)}
        if len(found) > MOST_NAMES:
            # What runs code has a short name.
            found = {*sorted(found, key=lambda name: (name.count("."), name))[:MOST_NAMES]}
        return frozenset(found)

    def _named(self, value: Value) -> Iterable[str]:
        node, scope = value.node, value.scope
        found: Iterable[str] = ()
        match node:
            case _ if value.dotted:
                found = (value.dotted,)
            case ast.Name(id="__builtins__"):
                found = ("builtins",)
            case ast.Name(id=name):
                found = (f"builtins.{name}" if is_builtin(name) else name,)
            case ast.Attribute(attr=attribute):
                found = self._member(node.value, (attribute,), scope)
            case ast.Subscript():
                found = self._item(node.value, node.slice, scope)
            case ast.Call():
                found = self._result(node, scope)
            case _:
                pass
        return found

    def _member(self, of: ast.expr, attributes: Iterable[str], scope: Scope) -> list[str]:
        bases = self.names(of, scope) or (UNKNOWN,)
        return [_canonical(base, attribute) for base in bases for attribute in attributes]

    def _item(self, of: ast.expr, key: ast.expr, scope: Scope) -> list[str]:
        """`x.__dict__["name"]` is `x.name`, and `sys.modules["x"]` is `x`."""
        found = []
        keys = self._known(key, scope)
        for base in self.names(of, scope):
            if base in {"sys.modules", GLOBALS} or base.endswith((".__globals__", ".f_globals")):
                found += [_canonical("", each) for each in keys]
            elif base == "builtins" or base.endswith((".__dict__", ".f_builtins")):
                of_what = "builtins" if base.endswith("s") else base.removesuffix(".__dict__")
                found += [_canonical(of_what, each) for each in keys]
            else:
                found.append(f"{base}[]")
        return found

    def _known(self, node: ast.expr, scope: Scope) -> list[str]:
        texts = self.texts(node, scope)
        return [*sorted(texts.found), *([] if texts.whole else [UNKNOWN])]

    def _result(self, call: ast.Call, scope: Scope) -> list[str]:
        """What a call hands back, where that is a name again."""
        found: list[str] = []
        for name in self.names(call.func, scope):
            match name, call.args:
                case "builtins.getattr", [of, attribute, *_]:
                    found += self._member(of, self._known(attribute, scope), scope)
                case "builtins.__import__", [module, *_]:
                    found += [each.partition(".")[0] for each in self._known(module, scope)]
                case _, [module, *_] if name in _IMPORTS:
                    found += self._known(module, scope)
                case "builtins.vars", [of]:
                    found += self._member(of, ("__dict__",), scope)
                case "builtins.globals" | "builtins.locals" | "builtins.vars", []:
                    found.append(GLOBALS)
                case "functools.partial", [function, *_]:
                    found += self.names(function, scope)
                case "operator.attrgetter()" | "operator.itemgetter()", [of, *_]:
                    found += self._got(call.func, of, scope)
                case _:
                    found += self._method(name, call, scope)
        return found

    def _got(self, getter: ast.expr, of: ast.expr, scope: Scope) -> list[str]:
        """`attrgetter("exec")(builtins)` is `builtins.exec`."""
        found: list[str] = []
        for value in self.bindings.values(getter, scope).found:
            keys = value.node.args[:1] if isinstance(value.node, ast.Call) else []
            for key in keys:
                if self.names(of, scope) & _NAMESPACES:
                    found += self._item(of, key, scope)
                else:
                    found += self._member(of, self._known(key, value.scope), scope)
        return found

    def _method(self, name: str, call: ast.Call, scope: Scope) -> list[str]:
        method = name.rpartition(".")[2]
        if isinstance(call.func, ast.Attribute) and call.args:
            if method in _LOOKS_UP:
                return self._item(call.func.value, call.args[0], scope)
            if method == "__getattribute__":
                of = call.args[0] if len(call.args) > 1 else call.func.value
                return self._member(of, self._known(call.args[-1], scope), scope)
        return [f"{name}()"]

    # Texts ------------------------------------------------------------------------------------

    def texts(self, node: ast.expr, scope: Scope) -> Texts:
        """The texts that an expression may be."""
        return self._texts.about(node, lambda: self._all_texts(node, scope))

    def _all_texts(self, node: ast.expr, scope: Scope) -> Texts:
        values = self.bindings.values(node, scope)
        return joined(values, [self._text(value) for value in values.found])

    def _text(self, value: Value) -> Texts:
        texts = NO_TEXTS
        match value.node:
            case ast.Constant() | ast.Name():
                texts = self._plain(value)
            case ast.JoinedStr(values=parts):
                texts = self._joined(parts, value.scope)
            case ast.FormattedValue(value=inner, conversion=-1, format_spec=None):
                texts = self.texts(inner, value.scope)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                texts = self._joined((left, right), value.scope)
            case ast.Subscript(value=of, slice=ast.Slice() as part):
                texts = sliced(self.texts(of, value.scope), part)
            case ast.Call() as call:
                texts = self._made(call, value.scope)
            case _:
                pass
        return texts

    def _plain(self, value: Value) -> Texts:
        """A constant, or a name that each module has."""
        texts = NO_TEXTS
        match value.node:
            case ast.Constant(value=str(text)):
                texts = just(text)
            case ast.Constant(value=bytes(data)):
                texts = just(data[:TEXT_CHARACTERS].decode("latin-1"))
            case ast.Constant() if (number := number_of(value.node)) is not None:
                texts = just(str(number))
            case ast.Name(id="__name__") if not value.dotted:
                texts = just(self._module)
            case ast.Name(id="__package__") if not value.dotted:
                texts = just(self._module.rpartition(".")[0])
            case _:
                pass
        return texts

    def _joined(self, parts: Sequence[ast.expr], scope: Scope, between: str = "") -> Texts:
        return combined([self.texts(part, scope) for part in parts], between)

    def _made(self, call: ast.Call, scope: Scope) -> Texts:
        """A text that a call makes of others."""
        match call:
            case ast.Call(func=ast.Attribute(attr="join", value=between), args=[of]):
                return self._listed(between, of, scope)
            case ast.Call(func=ast.Attribute(attr="format", value=form), keywords=[]):
                return self._formatted(form, call.args, scope)
            case ast.Call(func=ast.Attribute(attr="replace", value=text), args=[old, new]):
                olds, news = self.texts(old, scope), self.texts(new, scope)
                pairs = sorted(product(olds.found, news.found))[:1]
                before = self.texts(text, scope)
                return changed(before, lambda one: one.replace(*pairs[0])) if pairs else NO_TEXTS
            case ast.Call(func=ast.Attribute(attr=method, value=text), args=[]) if method in _PLAIN:
                return changed(self.texts(text, scope), lambda one: str(getattr(one, method)()))
            case ast.Call(func=ast.Attribute(attr=method, value=text)) if method in _SAME:
                return self.texts(text, scope)
            case _:
                return self._converted(call, scope)

    def _converted(self, call: ast.Call, scope: Scope) -> Texts:
        names = self.names(call.func, scope)
        if len(call.args) != 1:
            return NO_TEXTS
        if names & _AS_TEXT:
            return self.texts(call.args[0], scope)
        if "builtins.chr" in names:
            return changed(self.texts(call.args[0], scope), _character)
        return NO_TEXTS

    def _listed(self, between: ast.expr, of: ast.expr, scope: Scope) -> Texts:
        joint, values = self.texts(between, scope), self.bindings.values(of, scope)
        if len(values.found) != 1 or len(joint.found) != 1:
            return NO_TEXTS
        (value,) = values.found
        if not isinstance(value.node, ast.List | ast.Tuple):
            return NO_TEXTS
        return self._joined(value.node.elts, value.scope, next(iter(joint.found)))

    def _formatted(self, form: ast.expr, arguments: Sequence[ast.expr], scope: Scope) -> Texts:
        forms = self.texts(form, scope)
        return formatted(forms, "{}", [self.texts(argument, scope) for argument in arguments])


def joined(values: Values, parts: Sequence[Texts]) -> Texts:
    """The texts of all that an expression may stand for."""
    whole = values.whole and bool(parts) and all(part.whole for part in parts)
    found = sorted({text for part in parts for text in part.found})
    return Texts(frozenset(found[:MOST_TEXTS]), whole and len(found) <= MOST_TEXTS)


def combined(parts: Sequence[Texts], between: str = "") -> Texts:
    """Every way to put one text of each part beside each other."""
    ways = 1
    for part in parts:
        ways *= len(part.found)
        if not 0 < ways <= MOST_TEXTS:
            return NO_TEXTS
    found = {between.join(way)[:TEXT_CHARACTERS] for way in product(*(p.found for p in parts))}
    return Texts(frozenset(found), all(part.whole for part in parts))


def formatted(forms: Texts, gap: str, parts: Sequence[Texts]) -> Texts:
    """A text with gaps, filled in."""
    pieces = next(iter(forms.found)).split(gap) if len(forms.found) == 1 else []
    if len(pieces) != len(parts) + 1:
        return NO_TEXTS
    texts = [just(pieces[0])]
    for part, piece in zip(parts, pieces[1:], strict=True):
        texts += [part, just(piece)]
    return combined(texts)


def just(text: str) -> Texts:
    """One text and no other."""
    return Texts(frozenset({text[:TEXT_CHARACTERS]}), whole=True)


def changed(texts: Texts, change: Callable[[str], str]) -> Texts:
    """Each of some texts, changed."""
    return Texts(frozenset(change(text)[:TEXT_CHARACTERS] for text in texts.found), texts.whole)


def number_of(node: ast.expr | None) -> int | None:
    """The number that is written, None for anything else."""
    match node:
        case ast.Constant(value=int(number)) if abs(number) < LARGEST:
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return -number if number < LARGEST else None
        case _:
            return None


def sliced(texts: Texts, part: ast.Slice) -> Texts:
    """The slice of texts, where its ends are written as numbers."""
    ends = (part.lower, part.upper, part.step)
    numbers = [number_of(each) for each in ends]
    written = all((a is None) == (b is None) for a, b in zip(ends, numbers, strict=True))
    if not written or numbers[2] == 0:
        return NO_TEXTS
    return changed(texts, lambda text: text[slice(*numbers)])


def _character(number: str) -> str:
    plain = number.isascii() and number.isdigit() and int(number) < LARGEST
    return chr(int(number)) if plain else UNKNOWN


def _canonical(base: str, attribute: str) -> str:
    """One name for what can be reached in several ways."""
    if attribute == "__builtins__" or (attribute == "__self__" and base.startswith("builtins.")):
        return "builtins"
    if attribute == "__call__" or (attribute in _PASSED_ON and base and base[0] not in ".?"):
        return base if attribute == "__call__" else attribute
    return f"{base}.{attribute}"[-NAME_CHARACTERS:] if base else attribute
