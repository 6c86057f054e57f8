"""A challenge and a rubric that are as small as they may be, to be broken in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.catalog import LoadedChallenge, load_challenge

if TYPE_CHECKING:
    from pathlib import Path

CHALLENGE = """\
schema_version = 1
id = "backend/tiny"
version = "1.0.0"
title = "Tiny"
summary = "One route."
specialization = "backend"
rubric = "tiny"
time_box_minutes = 60
allowed_packages = ["flask"]

[subject]
kind = "service"
app = "app.main:app"
port = 8000
upstream_port = 9000
ready_path = "/healthz"
environment = { MODE = "grading" }
files = ["app/main.py"]

[[requirements]]
id = "items.create"
title = "Items can be created"
category = "correctness"
levels = { junior = "required", mid = "required", senior = "required" }
why = "Because."
question = "Why?"

[[requirements]]
id = "items.read"
title = "Items can be read"
category = "correctness"
why = "Because."
question = "Why?"
[requirements.levels]
junior = "bonus"
mid = "required"
senior = "required"
"""

PROGRAM = CHALLENGE.replace('kind = "service"', 'kind = "program"').replace(
    'app = "app.main:app"\nport = 8000\nupstream_port = 9000\nready_path = "/healthz"\n', ""
)
"""The same challenge, of commands."""

GIVEN = CHALLENGE.replace('specialization = "backend"', 'specialization = "mle"').replace(
    'ready_path = "/healthz"', 'ready_path = "/healthz"\ngiven_mib = 3'
)
"""The same challenge, whose service finds files and whose specialization has no tiny service."""

RUBRIC = """\
schema_version = 1
id = "tiny"
version = "1.0.0"
title = "Tiny"

[[categories]]
id = "correctness"
title = "Correctness"
points = { junior = 100, mid = 100, senior = 100 }

[[criteria]]
id = "quality.lint"
title = "Few findings"
category = "correctness"
scale = "bands"
check = "static.ruff"
measure = "findings"
bands = [{ at_most = 1, share = 1.0 }, { at_most = 5, share = 0.5 }]
why = "Because."

[[criteria]]
id = "quality.docs"
title = "Documented"
category = "correctness"
scale = "ratio"
check = "static.docstrings"
measure = "documented_share"
why = "Because."

[[criteria]]
id = "human.clarity"
title = "Clear"
category = "correctness"
scale = "manual"
anchors = [{ mark = 4, text = "clear" }]
why = "Because."

[[gates]]
id = "gate.create"
title = "It creates"
levels = ["mid"]
criteria = ["items.create"]

[[flags]]
id = "red.create"
kind = "red"
title = "It does not create"
criterion = "items.create"
status = "failed"

[[flags]]
id = "green.lint"
kind = "green"
title = "Clean"
check = "static.ruff"
measure = "findings"
at_most = 0

[[recommendations]]
at_least = 50
title = "Invite"
advice = "Talk."

[[recommendations]]
at_least = 0
title = "Decline"
advice = "Thank."
"""

BRIEF = """\
# {{ challenge_title }}

`items.create`: POST /items. `items.read`: GET /items.
"""

TESTS = """\
import pytest


@pytest.mark.requirement("items.create")
async def test_create(service):
    assert await service.post("/items")


@pytest.mark.parametrize("sku", ["a", "b"])
@pytest.mark.requirement("items.read")
def test_read(service, sku):
    class Helper:
        def __init__(self):
            self.tests = []

    testing = Helper()
    assert service.get(sku), testing
"""

FLAWED = {
    f"flawed__no_{name}__expect_dot_toml": f'defect = "no {name}"\nloses = ["items.{name}"]\n'
    for name in ("create", "read")
}
"""Changes for `write`: one flawed variant for each requirement."""

FILES = {
    "challenges/backend/tiny/challenge.toml": CHALLENGE,
    "challenges/backend/tiny/brief.md": BRIEF,
    "challenges/backend/tiny/hidden/conftest.py": "",
    "challenges/backend/tiny/hidden/test_items.py": TESTS,
    "challenges/backend/tiny/starter/app/main.py": "app = None\n",
    "challenges/backend/tiny/starter/README.md.j2": "# {{ challenge_title }} for {{ candidate }}\n",
    "challenges/backend/tiny/solution/app/main.py": "app = 1\n",
    "challenges/backend/tiny/solution/app/db.py": "db = 1\n",
    "rubrics/tiny.toml": RUBRIC,
}


def write(root: Path, **changes: str | None) -> Path:
    """The user's folder with the tiny challenge; `changes` by file name, None to leave out.

    A name is the path below the challenge with `__` for `/` and `_dot_` for `.`.
    """
    files: dict[str, str | None] = dict(FILES)
    for name, text in changes.items():
        path = name.replace("__", "/").replace("_dot_", ".")
        files[path if path == "rubrics/tiny.toml" else f"challenges/backend/tiny/{path}"] = text
    for path, text in files.items():
        if text is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
    return root


def load(root: Path, **changes: str | None) -> LoadedChallenge:
    """The tiny challenge, written and loaded."""
    return load_challenge("backend/tiny", write(root, **changes))
