"""Runs a function of ours on a candidate's bytes in a process of its own, with limits.

For parsers that are not obviously linear, or written in C. A test that computes cannot be
interrupted from outside; a process can. Whatever becomes of it is what the bytes did: the
submission's failure, never a fault of ours.

A process costs some 50 ms and more under load, so that this is no way to read an answer.
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from runner.harness.errors import HarnessError, SubjectError
from runner.harness.reply import shorten

if TYPE_CHECKING:
    from collections.abc import Callable

WALL_SECONDS = 30.0
CPU_SECONDS = 5
MEMORY_BYTES = 768 * 1024 * 1024
RESULT_BYTES = 32 * 1024 * 1024
"""Of a process: by the clock, of the processor, of address space, of what comes back as JSON."""

LIMITED = (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE)
OURS = 3
"""Exit code when the function could not even be found."""


def apart(work: Callable[[bytes], Any], data: bytes) -> Any:  # noqa: ANN401 - JSON
    """What `work(data)` returns, by way of JSON; `work` is a function at the top of its module.

    Raises `SubjectError` with its words when it raises one, and with what happened when it raises
    anything else, takes too long or too much memory, or returns too much. Blocks meanwhile.
    """
    module = sys.modules[work.__module__]
    place = getattr(module, "__file__", None)
    if place is None:
        message = f"{work.__module__} is in no file that a process could import"
        raise HarnessError(message)
    root = Path(place).parents[module.__name__.count(".")]
    limits = map(str, (CPU_SECONDS, MEMORY_BYTES, RESULT_BYTES))
    names = (str(root), module.__name__, work.__name__)
    command = (sys.executable, "-I", "-m", __name__, *limits, *names)
    with tempfile.TemporaryFile() as result:
        code = _finished(command, data, result)
        if code == OURS:
            message = f"{module.__name__}.{work.__name__} cannot be imported"
            raise HarnessError(message)
        result.seek(0)
        answer = result.read(RESULT_BYTES)
    if code:
        message = f"it cannot be read within limits (its reader {_ending(code)})"
        raise SubjectError(message, limit=True)
    return _told(answer)


def _finished(command: tuple[str, ...], data: bytes, result: BinaryIO) -> int:
    try:
        done = subprocess.run(  # noqa: S603 - a function of ours
            command,
            input=data,
            stdout=result,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8"},
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        message = f"it cannot be read within {WALL_SECONDS:g} s"
        raise SubjectError(message, limit=True) from error
    except OSError as error:
        message = f"no process for reading could be started ({error.strerror})"
        raise HarnessError(message) from error
    return done.returncode


def _ending(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with {code}"


def _told(answer: bytes) -> Any:  # noqa: ANN401 - JSON
    """The result, or the words of the error: from our own process, or what the bytes made of it."""
    try:
        told = json.loads(answer)
        if "refused" in told:
            raise SubjectError(str(told["refused"]))
        return told["result"]
    except (ValueError, RecursionError, LookupError, TypeError) as error:
        message = f"it cannot be read: its reader said nonsense ({type(error).__name__})"
        raise SubjectError(message) from error


def main() -> int:
    """Inside the process: limits, then the function, then the bytes."""
    *limits, root, name, function = sys.argv[1:]
    for kind, most in zip(LIMITED, map(int, limits), strict=True):
        resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.append(root)
    try:
        work = getattr(importlib.import_module(name), function)
    except Exception:  # noqa: BLE001 - the caller says so
        return OURS
    sys.stdout.write(json.dumps(_outcome(work, sys.stdin.buffer.read())))
    sys.stdout.flush()
    return 0


def _outcome(work: Callable[[bytes], Any], data: bytes) -> dict[str, Any]:
    try:
        return {"result": work(data)}
    except SubjectError as error:
        return {"refused": str(error)}
    except Exception as error:  # noqa: BLE001 - whatever it is, the bytes made it
        return {"refused": shorten(f"it cannot be read ({type(error).__name__}: {error})", 300)}


if __name__ == "__main__":
    sys.exit(main())
