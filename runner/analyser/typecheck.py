"""mypy on the sanitised copy, with our configuration only.

One run answers two questions. The strict options only *add* diagnostics, each under a code
of its own, so taking those codes away leaves what a run without them reports (a test
compares the two). `no_implicit_reexport` and `extra_checks` are left out: they report under
the codes of ordinary errors.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from runner.analyser import limits
from runner.analyser.collect import cut, places
from runner.analyser.document import ToolRun, Types
from runner.analyser.layout import SOURCE_FOLDER, top_modules
from runner.analyser.lint import Finding
from runner.analyser.tools import interpreter, run_tool

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.analyser.source import Source
    from runner.analyser.tools import Finished

CACHE_VARIABLE = "TAKEHOME_MYPY_CACHE"
CACHE_DEFAULT = "/opt/mypy-cache"

STRICT_OPTIONS = (
    "disallow_untyped_defs",
    "disallow_incomplete_defs",
    "disallow_untyped_calls",
    "disallow_untyped_decorators",
    "disallow_any_generics",
    "disallow_subclassing_any",
    "warn_return_any",
    "warn_redundant_casts",
    "strict_equality",
)

STRICT_CODES = frozenset(
    {
        "no-untyped-def",
        "no-untyped-call",
        "untyped-decorator",
        "type-arg",
        "no-any-return",
        "redundant-cast",
        "comparison-overlap",
    }
)
_SUBCLASSES_ANY = "Class cannot subclass"

_CACHE_SHARE = 0.75
"""How much of the free scratch space a copy of the cache may take."""

_MISSING = re.compile(r'module named "([^"]+)"')

CacheUse = Literal["used", "absent", "too large"]


def configuration(*, strict: bool = True) -> str:
    """Our mypy configuration. Everything in it is part of the key of the baked cache.

    pydantic's own plugin is on: without it every required field of a `BaseSettings` that
    comes from the environment is reported as a missing argument.
    """
    lines = [
        "[mypy]",
        f"python_version = {sys.version_info.major}.{sys.version_info.minor}",
        "platform = linux",
        "plugins = pydantic.mypy",
        "explicit_package_bases = True",
        "namespace_packages = True",
        "check_untyped_defs = True",
        "disable_error_code = import-untyped",
        *(f"{option} = True" for option in STRICT_OPTIONS if strict),
    ]
    return "\n".join(lines) + "\n"


def command(config: Path, cache: Path | None) -> tuple[str, ...]:
    """The start of every mypy command line, for grading and for filling the cache alike."""
    storage = (
        ("--cache-dir", str(cache)) if cache else ("--no-incremental", "--cache-dir=/dev/null")
    )
    return interpreter(
        *("-m", "mypy", "--config-file", str(config), "--output", "json"),
        *("--no-error-summary", *storage),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeResult:
    """Diagnostics on all lines."""

    run: ToolRun
    findings: tuple[Finding, ...] = ()
    cache: CacheUse = "absent"


def run_mypy(folder: Path, scratch: Path, tree: Mapping[str, str]) -> TypeResult:
    """mypy on the files of the copy in `folder`; `tree` is path in the copy → path submitted.

    `scratch` is a folder outside the copy, for configuration and cache.
    """
    if not tree:
        return TypeResult(run=ToolRun(state="idle"))
    config = scratch / "mypy.ini"
    bases = f"mypy_path = {folder / SOURCE_FOLDER}\n" if (folder / SOURCE_FOLDER).is_dir() else ""
    config.write_text(configuration() + bases, encoding="utf-8")
    cache, use = _copied_cache(scratch)
    finished = run_tool((*command(config, cache), "--", *tree), folder)
    # A tool that was ended may have stopped in the middle of a line.
    rows = list(_rows(finished.output)) if finished.code in {0, 1, 2} else []
    run = finished.run() if finished.code in {0, 1} else _failure(finished, rows, tree)
    if run.state != "measured":
        return TypeResult(run=run, cache=use)
    ours = (row for row in rows if row["severity"] == "error" and row["file"] in tree)
    return TypeResult(run=run, findings=tuple(_finding(row, tree) for row in ours), cache=use)


def _copied_cache(scratch: Path) -> tuple[Path | None, CacheUse]:
    """mypy must be able to write to its cache, so each run gets a copy (27 MB: 12 ms)."""
    baked = Path(os.environ.get(CACHE_VARIABLE, CACHE_DEFAULT))
    files = [path for path in baked.rglob("*") if path.is_file()]
    if not files:
        return None, "absent"
    size = sum(path.stat().st_size for path in files)
    if size > shutil.disk_usage(scratch).free * _CACHE_SHARE:
        return None, "too large"
    copy = scratch / "mypy-cache"
    for path in files:
        target = copy / path.relative_to(baked)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return copy, "used"


def _rows(output: bytes) -> Iterable[dict[str, Any]]:
    """The diagnostics; lines that are not JSON are left out (some fatal errors are not)."""
    for line in output.splitlines():
        if line.startswith(b"{"):
            yield json.loads(line)


def _failure(finished: Finished, rows: list[dict[str, Any]], tree: Mapping[str, str]) -> ToolRun:
    """Exit code 2 or an end by us: the sources' doing when a diagnostic names one of them."""
    blocking = [row for row in rows if row["severity"] == "error" and row["file"] in tree]
    if blocking and "INTERNAL ERROR" not in finished.error:
        row = blocking[-1]
        line = f":{row['line']}" if row["line"] > 0 else ""
        reason = cut(f"{tree[row['file']]}{line}: {row['message']}")
        return ToolRun(state="refused", reason=reason, seconds=finished.seconds)
    return finished.run(crashed=finished.last_words)


def _finding(row: Mapping[str, Any], tree: Mapping[str, str]) -> Finding:
    line = max(1, row["line"])
    code = row["code"] or "misc"
    # A missing annotation is reported over the whole function: only its first line counts.
    end = line if code == "no-untyped-def" else max(line, row["end_line"])
    return Finding(
        path=tree[row["file"]], line=line, end_line=end, code=code, message=row["message"]
    )


def types(result: TypeResult, sources: Iterable[Source], tree: Iterable[str]) -> Types:
    """Diagnostics on lines that the candidate wrote, split by strictness."""
    by_path = {source.path: source for source in sources}
    own = top_modules(tree)
    errors, strict, unresolved = [], [], set()
    for finding in result.findings:
        source = by_path[finding.path]
        missing = _MISSING.search(finding.message) if finding.code == "import-not-found" else None
        if missing and missing[1].partition(".")[0] not in own:
            unresolved.add(cut(missing[1].partition(".")[0], limits.NAME_BYTES))
        elif source.touched.isdisjoint(range(finding.line, finding.end_line + 1)):
            continue
        elif not _is_strict(finding):
            errors.append(finding)
        elif not source.is_test:
            strict.append(finding)
    return Types(
        run=result.run,
        errors=places((finding.code, finding.place) for finding in errors),
        strict=places((finding.code, finding.place) for finding in strict),
        unresolved=tuple(sorted(unresolved))[: limits.SHOWN],
        modules=len(by_path) if result.run.state == "measured" else 0,
        cache=result.cache,
    )


def _is_strict(finding: Finding) -> bool:
    subclass = finding.code == "misc" and finding.message.startswith(_SUBCLASSES_ANY)
    return subclass or finding.code in STRICT_CODES
