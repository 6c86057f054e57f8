"""What of a program no reasonable test would notice, so that no mutant is made of it.

Log messages, time limits, how many at a time, labels, clean-up: by names, which is how people
tell them too.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from runner.analyser.names import dotted, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_TUNING = re.compile(
    r"(?i)(^|_)(timeouts?|seconds?|secs?|ms|milli\w*|microseconds|minutes|interval|delay|sleep|ttl"
    r"|retry|retries|attempts|backoff|jitter|pool|workers|threads|concurrency|connections|overflow"
    r"|keepalive|chunk|batch|buffer|cache|bytes|kb|mb|port|version|verbose|debug|seed|epochs|lr"
    r"|iter|hidden|layers|heads|estimators)(_|\b)|^__\w+__$"
)
"""Words of names for how fast or how many at a time, for labels, and for `__slots__`."""

_DESCRIPTIVE = re.compile(
    r"(name|title|summary|tags|description|help|examples?|deprecated|is_flag|show_default|strict"
    r"|frozen|slots|kw_only|eq|order|repr|init|compare|total|primary_key|index|nullable|echo|future"
    r"|autoincrement|autoflush|autocommit|expire_on_commit|check_same_thread|trust_env|daemon"
    r"|exist_ok|parents|ensure_ascii|sort_keys|indent|stacklevel|exc_info|text|capture_output|copy"
    r"|low_memory|random_state|n_jobs|shuffle|drop_last|pin_memory|weights_only|figsize|dpi|reload"
    r"|digest_size|sync_to_thread|(allow|include)_\w+)="
)
"""Arguments and keys for a reader or a driver, or without which nothing starts, if constant."""

_UNOBSERVED = re.compile(
    r"(?i)(^|[._])(log|logger)\.(debug|info|warn|warning|error|exception|critical|log|(set|add)\w+)$"
    r"|^((logging|warnings|sys\.path|uvicorn)\.\w+|debug|info|warning|setLevel)$"
    r"|(^|\.)(print|pprint|echo|secho|load_dotenv|sleep|seed|manual_seed|(bounded)?semaphore"
    r"|\w+PoolExecutor|limits|timeout|wait_for|lru_cache|dataclass|define|random|RandomState"
    r"|default_rng|token_(hex|bytes|urlsafe)|create_(async_)?engine|\w*sessionmaker"
    r"|execution_options|event\.listen|a?close|dispose|shutdown|terminate|kill|cancel|flush"
    r"|rollback|refresh|collect|mkdir|makedirs|__init__|NotImplementedError|AssertionError)$"
)
"""What is called or raised unseen: logging, waiting, seeds, connections, clean-up."""

_WRAPPERS = {ast.Expr: "value", ast.Await: "value", ast.Raise: "exc", ast.Call: "func"}
_UNTESTED = re.compile(r"^__(repr|str|format|hash|del|exit|aexit|rich_repr|getstate|dir)__$")

_LEFT_ALONE = ("annotation", "returns", "msg", "cause", "type")  # fields of syntax nodes
_OPAQUE = frozenset({"JoinedStr", "TemplateStr", "TypeAlias", "Import", "ImportFrom"})
"""Up to Python 3.11 positions inside an f-string are wrong. Names, as some types are newer."""


def parts(node: ast.AST) -> list[ast.AST]:
    """The nodes below one in which something may be changed."""
    alone = {id(getattr(node, field, None)) for field in _LEFT_ALONE}
    for name, value in _named(node):
        if _TUNING.search(name) or (isinstance(value, ast.Constant) and _DESCRIPTIVE.match(name)):
            alone.add(id(value))
    children = ast.iter_child_nodes(node)
    return [each for each in children if id(each) not in alone and not _is_pruned(each)]


def _named(node: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    """Values with the name that they are given: arguments, defaults, variables, keys."""
    match node:
        case ast.keyword(arg=str(name)):
            yield f"{name}=", node.value
        case ast.Assign(targets=[to]) | ast.AnnAssign(target=to) | ast.AugAssign(target=to):
            yield dotted(to).rpartition(".")[2], node.value
        case ast.arguments():
            ordered = [*node.posonlyargs, *node.args][::-1]
            yield from zip((each.arg for each in ordered), node.defaults[::-1], strict=False)
            yield from zip((each.arg for each in node.kwonlyargs), node.kw_defaults, strict=True)
        case ast.Dict():
            keys = (f"{text_of(key, {}) or ''}=" for key in node.keys)
            yield from zip(keys, node.values, strict=True)
        case ast.While():  # without its end, tests would hang
            for each in (node.test, *node.body):
                yield "__end__" if isinstance(each, ast.Constant | ast.AugAssign) else "", each
        case _:
            pass


def _is_pruned(node: ast.AST) -> bool:
    """Whether nothing in a node is changed."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return bool(_UNTESTED.match(name))
        case ast.ClassDef():  # the numbers of an enumeration are arbitrary
            return any(dotted(base).endswith(("Enum", "Flag", "Protocol")) for base in node.bases)
        case ast.If():
            names = {dotted(each) for each in ast.walk(node.test)}
            outside = names & {"TYPE_CHECKING", "typing.TYPE_CHECKING", "__name__"}
            guard = "isinstance" in names and isinstance(node.body[0], ast.Raise)
            return bool(outside) or guard or all(map(_is_quiet, (*node.body, *node.orelse)))
        case ast.ExceptHandler():
            return all(map(_is_quiet, node.body))
        case _:
            return _is_quiet(node) or type(node).__name__ in _OPAQUE


def _is_quiet(node: ast.AST) -> bool:
    """Whether a statement or a call does nothing that a test looks at."""
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return text or isinstance(node, ast.Pass) or bool(_UNOBSERVED.search(_called(node)))


def _called(node: ast.AST) -> str:
    """The name that is called, awaited or raised, or nothing."""
    while type(node) in _WRAPPERS:
        node = getattr(node, _WRAPPERS[type(node)])
    return dotted(node)
