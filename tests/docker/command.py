"""The command line as a user runs it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import docker

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


def leftovers(run: str | None = None) -> list[str]:
    """Names of all containers, volumes and networks with our label (of one run, or of any)."""
    client = docker.from_env()
    label = f"takehome.run={run}" if run else "takehome.run"
    chosen: dict[str, str | list[str] | bool] = {"label": label}
    try:
        return [
            *(str(item.name) for item in client.containers.list(all=True, filters=chosen)),
            *(str(item.name) for item in client.volumes.list(filters={"label": label})),
            *(str(item.name) for item in client.networks.list(filters=chosen)),
        ]
    finally:
        client.close()
