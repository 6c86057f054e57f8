"""Mutants of the candidate's code: small changes that the candidate's own tests should notice.

The text is hostile: it is parsed and spliced, never imported, and what is over a ceiling gives no
mutants. What no reasonable test would notice (log messages, time limits, clean-up) is left alone.
"""

from __future__ import annotations

import ast
import random
import re
import warnings
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from runner.analyser import limits
from runner.analyser.collect import cut
from runner.analyser.functions import Definition
from runner.analyser.mutable import FILE_BYTES, LINE_END, MARK, Edit, Module, read_module
from runner.analyser.names import dotted
from runner.analyser.neutral import alternated, quiet_edits, shown_edits
from runner.analyser.refusals import Refusals
from runner.analyser.source import NotAnalysableError, parse
from runner.analyser.spelling import meaning
from runner.analyser.untested import parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

ALL_CHARACTERS = 1_500_000  # of all files, taken in an order that depends on the seed
LARGEST_INTEGER = 9_999  # no test holds a limit of a million to the last unit
SHOWN_BYTES = 80  # of a line, on either side of the change
SITES_OF_A_KIND = 8  # of one operator in one function: keeps a table of constants small
SITES_OF_A_FILE = 300  # a module of 100 lines has about 40
SITES = 5_000  # of all files: each is looked at again for every mutant that is drawn

Conditional = ast.If | ast.While | ast.IfExp | ast.comprehension

_SWAPS = b"<|<=|>|>=|==|!=|in|not in|is|is not|and|or|+|-|*|/".split(b"|")  # in pairs
# Moments. No test hits the instant at which `<` and `<=` differ.
_CLOCK = re.compile(r"(^|_)(at|now|time|timestamp|monotonic|deadline|elapsed|oldest|expir\w*)$")

_OPERATOR = re.compile(
    rb"(?:[\s()\\]|#[^\r\n]*+)*+(?:(?P<boundary>[<>]=?(?![<>]))|(?P<equality>[=!]=)"
    rb"|(?P<membership>(not\s+)?in\b)|(?P<identity>is(\s+not)?\b)|(?P<logic>(and|or)\b)"
    rb"|(?P<arithmetic>[-+]|[*/](?![*/])))"
)
"""What stands between two operands. Possessive, so that a hostile comment takes no time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One file with one change.

    `before` and `after` are the segment within its line, on one line and cut; `text` is the whole
    file, in which characters `start` to `end` of the old one have become `new`. A `neutral` one
    means the same: tests that notice it are flaky, or look at the text.
    """

    path: str
    line: int
    operator: str
    before: str
    after: str
    start: int
    end: int
    new: str
    text: str
    neutral: bool


_Edits = Callable[["ast.AST", "Definition | None", Module], "Iterator[Edit]"]


class _Site(NamedTuple):
    """A change that could be made, and what it stands for in a sample."""

    module: Module
    edit: Edit
    function: tuple[str, int]
    line: tuple[str, int]


def mutants(
    files: Mapping[str, str],
    *,
    changed: Mapping[str, Collection[int]],
    seed: int,
    most: int = 30,
    neutral: int = 5,
    refused: Refusals | None = None,
) -> tuple[Mutant, ...]:
    """At most `most` mutants of `files` (path → text), then at most `neutral` neutral ones.

    Only lines in `changed` (path → numbers from 1) are touched. Either group is in the order in
    which it was drawn, so that a run cut short has still seen a fair sample. Every other neutral
    one shows in compiled code, the first among them. The same arguments give the same mutants.
    Files that cannot be parsed give none; what else goes wrong with one is noted among the
    `refused`, and nothing is raised.
    """
    rng, refused = random.Random(seed), refused or Refusals()  # noqa: S311 - no secret
    with warnings.catch_warnings():
        # The parser warns about invalid escapes, and a caller may turn warnings into errors.
        warnings.simplefilter("ignore")
        modules = list(_modules(files, changed, rng, refused))
        found = _drawn(modules, rng, refused, most, _edits, neutral=False)
        # A number that no table of known neutral mutants can hold.
        shown = partial(_shown_edits, salt=rng.randrange(10**8, 10**9))
        ways = (
            _drawn(modules, rng, refused, neutral, way, neutral=True)
            for way in (shown, _quiet_edits)
        )
        return (*found, *alternated(*ways)[:neutral])


def _modules(
    files: Mapping[str, str],
    changed: Mapping[str, Collection[int]],
    rng: random.Random,
    refused: Refusals,
) -> Iterator[Module]:
    paths = sorted(path for path in files if changed.get(path))
    left = ALL_CHARACTERS
    for path in rng.sample(paths, len(paths)):
        # Characters before bytes: to encode a huge text is to copy it.
        if len(files[path]) <= min(left, FILE_BYTES):
            left -= len(files[path])
            # Lone surrogates have no bytes.
            with refused.around(path), suppress(NotAnalysableError, UnicodeError):
                yield read_module(path, files[path], changed[path])


def _drawn(
    modules: list[Module],
    rng: random.Random,
    refused: Refusals,
    most: int,
    edits: _Edits,
    *,
    neutral: bool,
) -> list[Mutant]:
    sites: list[_Site] = []
    for module in modules:
        with refused.around(module.path):
            sites += _sites(module, rng, edits)
    sites = rng.sample(sites, SITES) if len(sites) > SITES else sites
    # Splices are right by construction; the margin bounds the parsing should that be wrong.
    tried = islice(_spread(sites, rng), 2 * most)
    made = (_mutant(site, neutral=neutral) for site in tried)
    return list(islice(filter(None, made), most))


def _mutant(site: _Site, *, neutral: bool) -> Mutant | None:
    """The mutant, or nothing if it does not parse or means what it should not."""
    module, (name, start, end, new) = site.module, site.edit
    try:
        text = (module.data[:start] + new + module.data[end:]).decode()
        mutated, _ = parse(text.removeprefix(MARK))
        if (meaning(mutated) == module.meaning) is not neutral:
            return None
    except (NotAnalysableError, UnicodeError):  # letters that the parser takes for others
        return None
    path, line = site.line
    head = module.data[max(module.starts[line - 1], start - SHOWN_BYTES) : start]
    tail = LINE_END.split(module.data[end : end + SHOWN_BYTES], maxsplit=1)[0]
    before, after = (
        cut(" ".join((head + segment + tail).decode("utf-8", "ignore").split()))
        for segment in (module.data[start:end], new)
    )
    first = len(module.data[:start].decode())
    return Mutant(
        path=path,
        line=line,
        operator=name,
        before=before,
        after=after,
        start=first,
        end=first + len(module.data[start:end].decode()),
        new=new.decode(),
        text=text,
        neutral=neutral,
    )


def _spread(sites: list[_Site], rng: random.Random) -> Iterator[_Site]:
    """The sites, those of the least represented function, line, file and operator first."""
    waiting = rng.sample(sites, len(sites))
    sizes = Counter(site.function for site in sites)
    taken: Counter[tuple[str, int] | str] = Counter()

    def cost(index: int) -> float:
        module, (operator, *_), function, line = waiting[index]
        # A function with nine sites or more counts as three of one site.
        share = (taken[function] + 1) / sqrt(min(sizes[function], 9))
        return share + taken[line] + taken[module.path] / 8 + taken[operator] / 4

    while waiting:
        site = waiting.pop(min(range(len(waiting)), key=cost))
        taken.update((site.function, site.line, site.module.path, site.edit[0]))
        yield site


def _sites(module: Module, rng: random.Random, edits: _Edits) -> list[_Site]:
    groups: dict[tuple[int, str], list[_Site]] = {}
    waiting: list[tuple[ast.AST, Definition | None]] = [(module.tree, None)]
    while waiting:
        node, around = waiting.pop()
        around = node if isinstance(node, Definition) else around
        first = around.lineno if around else 0
        for edit in edits(node, around, module):
            short = max(edit[2] - edit[1], len(edit[3])) <= limits.SEGMENT_BYTES
            if short and module.is_written(edit[1], edit[2]):
                function, line = (f"in {module.path}", first), (module.path, module.line(edit[1]))
                site = _Site(module, edit, function, line)
                groups.setdefault((first, edit[0]), []).append(site)
        waiting += [(part, around) for part in parts(node)]
    kept = [rng.sample(group, min(len(group), SITES_OF_A_KIND)) for group in groups.values()]
    sites = list(chain.from_iterable(kept))
    return rng.sample(sites, min(len(sites), SITES_OF_A_FILE))


def _edits(node: ast.AST, around: Definition | None, module: Module) -> Iterator[Edit]:
    """What could be changed at one node so that tests notice."""
    match node:
        case ast.BoolOp() | ast.Compare() | ast.BinOp():
            yield from _swapped(node, module)
        case ast.Constant(value=bool(value)):
            yield "boolean", *module.span(node), str(not value).encode()
        case ast.Constant(value=int(value)) if value <= LARGEST_INTEGER:
            yield "integer", *module.span(node), str(value + 1).encode()
        case ast.UnaryOp(op=ast.Not()):
            start, _ = module.span(node)
            yield "not-dropped", start, start + 3, b""
        case ast.Call(func=function) if re.search(r"(^|\.)(min|max)$", dotted(function)):
            _, end = module.span(function)
            yield "min-max", end - 3, end, b"min" if dotted(function).endswith("x") else b"max"
        case ast.If() | ast.While() | ast.IfExp() | ast.comprehension():
            yield from _negated(node, module)
        case _:
            yield from _removed(node, around, module)


def _swapped(node: ast.expr, module: Module) -> Iterator[Edit]:
    operands = [each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
    kinds = {type(getattr(each, "value", each)) for each in operands}
    if isinstance(node, ast.BinOp) and kinds & {str, ast.JoinedStr}:
        return  # nothing but a type error
    names = (dotted(each).rpartition(".")[2] for each in islice(ast.walk(node), 30))
    clock = any(map(_CLOCK.search, names))
    for operand in operands[:-1]:
        found = _OPERATOR.match(module.data, module.span(operand)[1])
        operator = str(found.lastgroup) if found else ""
        if found and not (clock and operator == "boundary"):
            new = _SWAPS[_SWAPS.index(b" ".join(found[operator].split())) ^ 1]
            yield operator, *found.span(operator), new


def _negated(node: Conditional, module: Module) -> Iterator[Edit]:
    ordered = ast.Lt | ast.LtE | ast.Gt | ast.GtE
    for test in node.ifs if isinstance(node, ast.comprehension) else [node.test]:
        # The opposite of the other comparisons is there as a swapped operator.
        opposite = isinstance(test, ast.Compare) and not isinstance(test.ops[0], ordered)
        if not (opposite or isinstance(test, ast.Constant | ast.UnaryOp)):
            start, end = module.span(test)
            yield "condition-negated", start, end, b"not (" + module.data[start:end] + b")"


def _removed(node: ast.AST, around: Definition | None, module: Module) -> Iterator[Edit]:
    match node:
        case ast.Return(value=ast.Constant(value=None | True | False | 0)):
            return  # `boolean` says more, and 0 is the exit code of None
        case ast.Return(value=ast.expr() as value):
            if getattr(around and around.returns, "value", ...) is not None:  # not `-> None`
                yield "return-none", *module.span(value), b"None"
        case ast.Expr(value=ast.Call() | ast.Await(value=ast.Call())):
            yield "call-deleted", *module.span(node), b"pass"
        case ast.AugAssign():
            yield "update-deleted", *module.span(node), b"pass"
        case ast.Raise():
            yield "raise-deleted", *module.span(node), b"pass"
        case _:
            pass


def _quiet_edits(node: ast.AST, around: Definition | None, module: Module) -> Iterator[Edit]:
    """What could be written in another way without a change of meaning, within functions."""
    if around is not None and isinstance(node, ast.expr | ast.stmt):
        yield from quiet_edits(node, module.data, *module.span(node))


def _shown_edits(
    node: ast.AST, around: Definition | None, module: Module, *, salt: int
) -> Iterator[Edit]:
    """What means the same and is compiled to something else, wherever it stands."""
    yield from shown_edits(node, module, lambda place: _edits(place, around, module), salt)
