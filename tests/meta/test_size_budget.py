"""Small modules and functions: the median says how the code reads, the maximum what hides.

Lines are counted as they stand, docstrings, comments and nested functions included.
"""

from __future__ import annotations

import ast
import statistics

from tests.meta.repository import ROOT, modules

MODULE_MEDIAN, MODULE_MAX = 120, 400
FUNCTION_MEDIAN, FUNCTION_P90, FUNCTION_MAX = 10, 30, 50
SHOWN = 10


def _modules() -> dict[str, int]:
    return {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in modules()
        if path.stat().st_size
    }


def _functions() -> dict[str, int]:
    return {
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno} {node.name}": _length(node)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def _worst(sizes: dict[str, int]) -> str:
    largest = sorted(sizes.items(), key=lambda pair: -pair[1])[:SHOWN]
    return "\n".join(f"{size:5} {name}" for name, size in largest)


def test_no_module_is_large() -> None:
    sizes = _modules()
    assert statistics.median(sizes.values()) <= MODULE_MEDIAN, _worst(sizes)


def test_no_module_passes_the_hard_stop() -> None:
    sizes = _modules()
    assert max(sizes.values()) <= MODULE_MAX, _worst(sizes)


def test_functions_are_short() -> None:
    sizes = _functions()
    ninetieth = statistics.quantiles(sizes.values(), n=10)[-1]
    assert statistics.median(sizes.values()) <= FUNCTION_MEDIAN, _worst(sizes)
    assert ninetieth <= FUNCTION_P90, _worst(sizes)


def test_no_function_passes_the_hard_stop() -> None:
    sizes = _functions()
    assert max(sizes.values()) <= FUNCTION_MAX, _worst(sizes)
