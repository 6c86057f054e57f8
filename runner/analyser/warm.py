"""Fill the mypy cache with third-party types when the image is built.

    python -I -m runner.analyser.warm [/opt/mypy-cache [fastapi sqlalchemy …]]

Without packages, all that are installed beside the analyser and carry types are included.

mypy reuses a module from the cache when its own version, the options and the source's size
and date (or hash) are those of the run that wrote it. Options and configuration are therefore
taken from `typecheck`, and the image must hold the same packages at the same paths.
"""

from __future__ import annotations

import importlib.util
import pkgutil
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from runner.analyser.tools import Ceiling, run_tool
from runner.analyser.typecheck import CACHE_DEFAULT, command, configuration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STANDARD = (
    *("abc", "argparse", "asyncio", "base64", "collections", "concurrent.futures", "contextlib"),
    *("contextvars", "csv", "dataclasses", "datetime", "decimal", "enum", "functools", "hashlib"),
    *("hmac", "http", "itertools", "json", "logging", "logging.config", "math", "operator", "os"),
    *("pathlib", "pickle", "random", "re", "secrets", "signal", "sqlite3", "statistics", "string"),
    *("sys", "tempfile", "threading", "time", "tomllib", "typing", "unittest.mock", "urllib.parse"),
    *("uuid", "warnings", "zoneinfo"),
)
"""Modules of the standard library that candidates use; the rest is read when it is needed."""

DEPTH = 2
"""How many levels of submodules below a package are included (`sqlalchemy.ext.asyncio`)."""

_LEFT_OUT = frozenset({"tests", "conftest", "docs", "examples"})
_TOOLS = frozenset({"mypy", "mypyc", "pip", "ruff", "runner", "setuptools"})
_CEILING = Ceiling(seconds=900.0, memory_bytes=8 * 2**30)


def modules(package: str, depth: int = DEPTH) -> Iterator[str]:
    """`package` and its public submodules, found without importing anything below the top."""
    yield package
    spec = importlib.util.find_spec(package)
    if spec is None or spec.submodule_search_locations is None:
        return
    yield from _below(package, list(spec.submodule_search_locations), depth)


def _below(package: str, folders: list[str], depth: int) -> Iterator[str]:
    if depth == 0:
        return
    for found in pkgutil.iter_modules(folders):
        if found.name.startswith("_") or found.name in _LEFT_OUT or "test" in found.name.split("_"):
            continue
        name = f"{package}.{found.name}"
        yield name
        if found.ispkg:
            yield from _below(name, [str(Path(each) / found.name) for each in folders], depth - 1)


def typed_packages() -> tuple[str, ...]:
    """Installed top-level packages that say they are typed, the analyser's own tools left out."""
    found = []
    for name in metadata.packages_distributions():
        spec = importlib.util.find_spec(name) if name.isidentifier() else None
        folders = list(spec.submodule_search_locations or ()) if spec else []
        typed = any((Path(folder) / "py.typed").is_file() for folder in folders)
        if typed and not name.startswith("_") and name not in _TOOLS:
            found.append(name)
    return tuple(sorted(found))


def warm(cache: Path, packages: Sequence[str]) -> str:
    """Fill `cache`; answers what mypy said about imports that it could not follow."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve()
        config = folder / "mypy.ini"
        config.write_text(configuration(), encoding="utf-8")
        names = [*STANDARD, *(name for package in packages for name in modules(package))]
        imports = "".join(f"import {name}\n" for name in names)
        (folder / "third_party.py").write_text(imports, encoding="utf-8")
        finished = run_tool((*command(config, cache), "third_party.py"), folder, _CEILING)
    if finished.code not in {0, 1}:
        sys.exit(f"mypy failed: {finished.exceeded or finished.last_words}")
    return finished.output.decode("utf-8", "replace")


def main(arguments: Sequence[str]) -> int:
    """The command line: a folder, then package names."""
    cache, *packages = arguments or (CACHE_DEFAULT,)
    packages = packages or list(typed_packages())
    said = warm(Path(cache), packages)
    size = sum(path.stat().st_size for path in Path(cache).rglob("*") if path.is_file())
    sys.stderr.write(f"{said}mypy cache: {size / 2**20:.1f} MiB for {len(packages)} packages\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
