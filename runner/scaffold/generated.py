"""The candidate's own data: made by code of the challenge, in a process of its own.

Authors of challenges are trusted; the process is there so that what they break is told and has
an end. It needs no container, hence no engine.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, BinaryIO

from runner.errors import ChallengeError
from runner.text import visible_name
from runner.tree import SourceFile

if TYPE_CHECKING:
    from runner.model import GeneratedData
    from runner.scaffold.starter import Issuable

DATA_SECONDS = 60.0
DATA_BYTES = 20 * 1024 * 1024

DRIVER = """
import importlib, os, resource, sys
folder, module, seed, most = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), int(most)))
data_end = os.dup(1)
os.dup2(2, 1)
sys.path.insert(0, folder)
data = importlib.import_module(module).data(int(seed))
if type(data) is not bytes:
    raise TypeError(f"data() returned {type(data).__name__} where bytes are due")
with open(data_end, "wb") as file:
    file.write(data)
"""
"""What is printed goes to standard error. Neither stream can be longer than the limit."""


def own_data(loaded: Issuable, seed: int) -> tuple[SourceFile, ...]:
    """The file that is the candidate's own, nothing where the challenge makes none.

    `ChallengeError` names module and reason when it cannot be made.
    """
    wanted = loaded.challenge.data
    if wanted is None:
        return ()
    with tempfile.TemporaryFile() as data, tempfile.TemporaryFile() as trace:
        problem = _made(loaded, wanted, seed, data, trace)
        if problem:
            label = f"{loaded.challenge.id}/{wanted.module}"
            raise ChallengeError(f"{label}: it makes no data for the seed {seed}", why=problem)
        data.seek(0)
        return (SourceFile(path=wanted.path, data=data.read()),)


def _made(
    loaded: Issuable, wanted: GeneratedData, seed: int, data: BinaryIO, trace: BinaryIO
) -> str:
    """Why there are none, as a sentence; empty when `data` has them."""
    folder, _, name = wanted.module.rpartition("/")
    where = str(loaded.root.resolve() / folder)
    command = [sys.executable, "-I", "-B", "-c", DRIVER, where, name.removesuffix(".py")]
    try:
        done = subprocess.run(  # noqa: S603 - an author's code, who is trusted
            [*command, str(seed), str(DATA_BYTES)],
            stdin=subprocess.DEVNULL,
            stdout=data,
            stderr=trace,
            env={},
            timeout=DATA_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it was not done within {DATA_SECONDS:g} s"
    if done.returncode == 0:
        return ""
    trace.seek(0)
    last = trace.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
    return visible_name(last, 300) or f"its process ended with {done.returncode}"
