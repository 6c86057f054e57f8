"""Runs the program of a candidate's own tests on a small repository, without a container."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

IMAGES = Path(__file__).resolve().parents[3] / "runner" / "images"
SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What the program left in its outputs, and what it said."""

    code: int
    said: str
    document: dict[str, Any]
    coverage: dict[str, dict[str, list[int]]]

    @property
    def outcomes(self) -> dict[str, str]:
        """Outcomes by the part of their node id after the file."""
        return {test.partition("::")[2]: how for test, how in self.document["outcomes"].items()}


class Repository:
    """A submission below `root`, and the folders that the program finds at `/` in its image."""

    def __init__(self, root: Path, files: dict[str, str]) -> None:
        self.root = root
        for name in ("in/src", "out", "tmp", "site"):
            (root / name).mkdir(parents=True)
        # What the image has among its packages.
        shutil.copy(IMAGES / "takehome_coverage.py", root / "site")
        shutil.copy(IMAGES / "takehome_coverage.pth", root / "site" / "sitecustomize.py")
        self.source = root / "in" / "src"
        self.write(self.source, files)

    @staticmethod
    def write(folder: Path, files: dict[str, str]) -> None:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")

    def plan(self, own: Iterable[str], **changes: Any) -> None:
        """Write the plan: `own` are tests as `path::name`."""
        pairs = [test.split("::") for test in own]
        plan = {"own": pairs, "skip": [], "last": [], "coverage": False}
        (self.root / "in" / "plan.json").write_text(json.dumps(plan | changes))

    def start(self) -> subprocess.Popen[str]:
        """Start the program, in a session of its own."""
        folders = {"IN": "in", "OUT": "out", "TMP": "tmp"}
        ours = ("PYTEST_", "COVERAGE_", "COV_")
        return subprocess.Popen(
            [sys.executable, IMAGES / "pytests.py"],
            env={name: value for name, value in os.environ.items() if not name.startswith(ours)}
            | {f"TAKEHOME_{name}": str(self.root / folder) for name, folder in folders.items()}
            | {"PYTHONPATH": str(self.root / "site")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *own: str, **plan: Any) -> Ran:
        """Write the plan and run the program to its end."""
        self.plan(own, **plan)
        with self.start() as process:
            said, _ = process.communicate(timeout=SECONDS)
        return Ran(
            code=process.returncode,
            said=said,
            document=self.document("outcomes.json"),
            coverage=self.document("coverage.json"),
        )

    def document(self, name: str) -> Any:
        """A document of the outputs, empty when there is none."""
        path = self.root / "out" / name
        document = json.loads(path.read_bytes()) if path.exists() else {}
        # Different in each run.
        assert set(document.pop("seconds", ())) == set(document.get("outcomes", ()))
        return document


def ran(root: Path, files: dict[str, str], *own: str, **plan: Any) -> Ran:
    """Run the tests `own` of a repository of these files; they have to leave a document."""
    result = Repository(root, files).run(*own, **plan)
    assert result.code == 0, result.said
    return result
