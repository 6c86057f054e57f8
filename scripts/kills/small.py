"""Two challenges that are graded in seconds, the second one with a container of every kind.

Their service is the tiny shop that proves the probes; their candidate adds a table of labels, and
tests where the challenge tries those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.catalog import load_controls

if TYPE_CHECKING:
    from pathlib import Path

PLAIN, TESTED = "backend/small", "backend/tested"
LABELS = 45
"""Lines of code of the candidate's own: a few more than quality is judged from."""

CHALLENGE = """\
schema_version = 1
id = "{name}"
version = "1.0.0"
title = "Small"
summary = "Graded in seconds."
specialization = "backend"
rubric = "{rubric}"
time_box_minutes = 60
allowed_packages = ["starlette", "aiohttp"]

[subject]
kind = "service"
app = "app.main:app"
port = 8000
upstream_port = 9000
ready_path = "/healthz"
start_seconds = 300.0
files = ["app/main.py"]

[subject.environment]
UPSTREAM_URL = "http://127.0.0.1:9000"
DATABASE = "/data/tiny.db"

[suite]
test_seconds = 300.0
suite_seconds = 240.0
"""
TRIED = """
[tests]
faults = ["sick"]
run_seconds = 600.0
seconds = 1200.0
changed_seconds = 1200.0
"""
REQUIREMENT = """
[[requirements]]
id = "{name}"
title = "{name}"
category = "correctness"
levels = {{ junior = "required", mid = "required", senior = "required" }}
why = "It is looked at."
question = "Why?"
"""
REQUIREMENTS = ("oversell", "healthy", "labels")

RUBRIC = """\
schema_version = 1
id = "{rubric}"
version = "1.0.0"
title = "Small"

[[categories]]
id = "correctness"
title = "Correctness"
points = {{ junior = 100, mid = 100, senior = 100 }}

[[recommendations]]
at_least = 0
title = "Read on"
advice = "Talk."
"""
CRITERION = """
[[criteria]]
id = "{name}"
title = "{name}"
category = "correctness"
scale = "bands"
check = "{check}"
measure = "{measure}"
bands = [{{ {bound} = {limit}, share = 1.0 }}]
why = "Because."
"""
QUALITY = (
    ("quality.lint", "static.ruff", "findings", "at_most", 5),
    ("quality.types", "static.mypy", "errors", "at_most", 5),
)
TESTING = (
    ("testing.faults", "tests.faults", "caught_share", "at_least", 0.5),
    ("testing.coverage", "tests.coverage", "covered_share", "at_least", 0.5),
)

HIDDEN = """\
import pytest

from runner.harness.probes import races


@pytest.mark.probe
@pytest.mark.requirement("oversell")
async def test_oversell(shop, probe):
    await probe.exact(races.oversell, shop)


@pytest.mark.requirement("healthy")
async def test_healthy(service):
    for _ in range(20):
        (await service.get("/healthz")).expect(200)


@pytest.mark.requirement("labels")
async def test_labels(subject):
    result = (await subject.run(["python", "-m", "app.labels"])).expect()
    assert result.output.strip() == "label 7", result.output
"""

TESTS = '''\
"""Tests of the candidate's own."""

import os
import urllib.request

import pytest

from app.labels import LABELS


def test_healthy() -> None:
    """Beside a service."""
    if "BASE_URL" not in os.environ:
        pytest.skip("no service")
    with urllib.request.urlopen(os.environ["BASE_URL"] + "/healthz") as answer:
        assert answer.status == 200


def test_labels() -> None:
    """By itself."""
    assert LABELS["seven"] == "label 7"
'''

SICK = '''\
"""A shop that is never well."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from app.shop import Shop as Well


class Shop(Well):
    """It answers, and says so."""

    async def health(self, request: Request) -> JSONResponse:
        """Never well."""
        return JSONResponse({"well": False}, status_code=500)


__all__ = ["Shop"]
'''
NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven")


def labels() -> str:
    """The candidate's module: nothing in it that a mutant could turn round."""
    names = [*NAMES, *(f"label_{number}" for number in range(len(NAMES), LABELS))]
    rows = "".join(f'    "{name}": "label {number}",\n' for number, name in enumerate(names))
    return (
        f'"""What things are called."""\n\nLABELS = {{\n{rows}}}\n\n'
        'if __name__ == "__main__":\n    print(LABELS["seven"])\n'
    )


def write(root: Path) -> None:
    """Write both below `root`, as `--challenges` takes them, and a submission to `answer`."""
    given = {file.path: file.data for file in load_controls("backend").files}
    solution = "solution/"
    shop = {
        path.removeprefix(solution): data
        for path, data in given.items()
        if path.startswith(solution)
    }
    answer = shop | {"app/labels.py": labels().encode(), "tests/test_own.py": TESTS.encode()}
    files = {
        "hidden/conftest.py": given["hidden/conftest.py"],
        "hidden/test_small.py": HIDDEN.encode(),
        "brief.md": f"# Small\n\n`{'`, `'.join(REQUIREMENTS)}`\n".encode(),
        "flawed/sick/app/variant.py": SICK.encode(),
        "flawed/sick/expect.toml": b'defect = "Never well."\nloses = ["healthy"]\n',
        **{f"starter/{path}": data for path, data in shop.items()},
        **{f"{solution}{path}": data for path, data in answer.items()},
    }
    for name in (PLAIN, TESTED):
        home = root / "challenges" / name
        _write(home, files | {"challenge.toml": _challenge(name).encode()})
        rubric = name.partition("/")[2]
        _write(root / "rubrics", {f"{rubric}.toml": _rubric(name, rubric).encode()})
    _write(root / "answer", answer)


def _write(root: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def _challenge(name: str) -> str:
    head = CHALLENGE.replace("{name}", name).replace("{rubric}", name.partition("/")[2])
    asked = "".join(REQUIREMENT.format(name=one) for one in REQUIREMENTS)
    return f"{head}{TRIED if name == TESTED else ''}{asked}"


def _rubric(name: str, rubric: str) -> str:
    criteria = (*QUALITY, *(TESTING if name == TESTED else ()))
    fields = ("name", "check", "measure", "bound", "limit")
    return RUBRIC.format(rubric=rubric) + "".join(
        CRITERION.format(**dict(zip(fields, map(str, one), strict=True))) for one in criteria
    )
