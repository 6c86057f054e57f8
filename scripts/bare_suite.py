"""Run a challenge's hidden suite against a folder as a plain process: an author's quick loop.

    python scripts/bare_suite.py challenges/backend/orders-api SUBMISSION_DIR

It isolates nothing: use it for your own solutions only.
"""

from __future__ import annotations

import ast
import io
import sys
import tarfile
import time
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from runner.checks import CheckContext, Event, hidden_tests
from runner.model import Challenge
from scripts.bare import BareSandbox

LEFT_OUT = {".git", "__pycache__", ".venv", ".pytest_cache", ".mypy_cache", ".ruff_cache"}


def pack(*roots: Path) -> bytes:
    """An uncompressed tar of the regular files below the folders; later ones win."""
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for root in roots
        for path in sorted(root.rglob("*"))
        if path.is_file() and not LEFT_OUT & set(path.parts)
    }
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:") as archive:
        for name, data in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def expected(suite: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """(check id, requirement) of each hidden test, by reading the source."""
    return tuple(
        (f"{name}::{node.name}", str(mark.args[0].value))
        for name, text in suite.items()
        if name.startswith("test_")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for mark in node.decorator_list
        if isinstance(mark, ast.Call)
        and ast.unparse(mark.func) == "pytest.mark.requirement"
        and isinstance(mark.args[0], ast.Constant)
    )


def show(event: Event) -> None:
    """One line per case that did not pass."""
    if event.outcome not in ("", "passed"):
        print(f"  [{event.done}/{event.total}] {event.outcome}: {event.detail}", file=sys.stderr)


def main() -> int:
    """Exit code 0 when every check passed."""
    root, submission = Path(sys.argv[1]), Path(sys.argv[2])
    roots = [submission]
    if (submission / "expect.toml").exists():
        roots.insert(0, root / tomllib.loads((submission / "expect.toml").read_text())["base"])
    challenge = Challenge.model_validate(tomllib.loads((root / "challenge.toml").read_text()))
    suite = {p.name: p.read_text() for p in sorted((root / "hidden").glob("*.py"))}
    begun = time.monotonic()
    with BareSandbox().open(ttl_seconds=600) as run:
        result = hidden_tests.run(
            CheckContext(
                run=run,
                challenge=challenge,
                images={"subject": "", "harness": ""},
                sources=pack(*roots),
                starter=b"",
                suite=tuple(suite.items()),
                expected=expected(suite),
                seed=1,
                on_event=show,
            )
        )
    for item in result.evidence:
        if item.outcome != "passed":
            print(f"{item.outcome:8} {item.requirement}  {item.check}\n         {item.summary}")
    passed = sum(item.outcome == "passed" for item in result.evidence)
    print(f"{passed} of {len(result.evidence)} checks passed in {time.monotonic() - begun:.1f} s")
    print({name: round(value, 2) for name, value in result.timings.items()})
    return 0 if passed == len(result.evidence) else 1


if __name__ == "__main__":
    sys.exit(main())
