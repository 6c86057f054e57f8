"""The command line as a user runs it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import docker

from runner.sandbox.docker_gc import OWNER_LABEL, RUN_LABEL

ROOT = Path(__file__).resolve().parents[2]
CHALLENGE = "backend/orders-api"
FOLDER = ROOT / "challenges" / CHALLENGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    stdout: str
    stderr: str


def takehome(*words: str | Path, environment: dict[str, str] | None = None) -> Ran:
    """Run `takehome WORDS` to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "runner", *map(str, words)],
        capture_output=True,
        cwd=ROOT,
        env=os.environ | (environment or {}),
        text=True,
        timeout=540,
        check=False,
    )
    return Ran(code=done.returncode, stdout=done.stdout, stderr=done.stderr)


def leftovers(*, run: str = "", pid: int = 0) -> list[str]:
    """Ids and names of what a run, or the process `pid`, has left on the engine."""
    client = docker.from_env()
    chosen = {"label": f"{RUN_LABEL}={run}" if run else RUN_LABEL}
    try:
        found = [
            *client.api.containers(all=True, filters=chosen),
            *(client.api.volumes(filters=chosen)["Volumes"] or []),
            *client.api.networks(filters=chosen),
        ]
    finally:
        client.close()
    mine = [item for item in found if f":{pid}:" in item["Labels"][OWNER_LABEL] or not pid]
    return [str(item.get("Id") or item["Name"]) for item in mine]
