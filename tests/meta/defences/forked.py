"""Runs the rows that come in on standard input, each in a process of its own, in this folder.

The process forks off this one, which has the libraries loaded already: starting pytest a hundred
times takes longer than the tests. It is started in a copy of the repository, whose files it edits
and puts back.
"""

from __future__ import annotations

import importlib
import itertools
import json
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import pytest

LIBRARIES = (
    *("aiohttp", "click", "docker", "hypothesis", "jinja2", "pydantic", "pytest", "requests"),
    *("rich.console", "asyncio", "concurrent.futures", "xml.dom.minidom"),
)

PATIENCE_SECONDS = 240
HANG_SECONDS = 20
"""After this a test of a moment hangs."""

SHOWN = 1500

OPTIONS = (
    *("-x", "-q", "--no-header", "-p", "no:cacheprovider"),
    # A test that fails may leave sockets open: its failure is what counts.
    *("-W", "ignore::pytest.PytestUnraisableExceptionWarning", "-W", "ignore::ResourceWarning"),
)
NO_ANSWER = 99

_moments = itertools.count(1)


def tested(guards: list[str], seconds: int) -> tuple[int, str]:
    """pytest's exit code for these tests, and the end of what it said."""
    with tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if child == 0:
            # Whatever happens, it never goes on as if it were this process.
            code = NO_ANSWER
            try:
                os.dup2(said.fileno(), 1)
                os.dup2(said.fileno(), 2)
                signal.alarm(seconds)
                code = int(pytest.main([*OPTIONS, *guards]))
            except BaseException:  # noqa: BLE001 - the end of what it says
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        return code, said.read()[-SHOWN:]


def edited(edits: list[list[str]]) -> dict[Path, Path]:
    """Make the edits; where the files are that were there before."""
    before: dict[Path, Path] = {}
    for name, old, new in edits:
        path = Path(name)
        text = path.read_text("utf-8")
        if text.count(old) != 1:
            message = f"{name} has {text.count(old)} times: {old}"
            raise ValueError(message)
        if path not in before:
            before[path] = path.rename(path.with_name(f"{path.name}.kept"))
        path.write_text(text.replace(old, new), encoding="utf-8")
        # What was compiled before is told from this by its time, in seconds.
        moment = path.stat().st_mtime + 10 * next(_moments)
        os.utime(path, (moment, moment))
    return before


def ran(row: dict[str, Any]) -> dict[str, Any]:
    """What becomes of the row's tests."""
    before: dict[Path, Path] = {}
    try:
        before = edited(row["edits"])
        hangs = row["hangs"]
        code, said = tested(row["guards"], HANG_SECONDS if hangs else PATIENCE_SECONDS)
        # A hang is as red as can be, where it is expected.
        code = 1 if hangs and code == -signal.SIGALRM else code
    except (OSError, ValueError) as error:
        code, said = -1, str(error)
    finally:
        for path, kept in before.items():
            kept.replace(path)
    return {"name": row["name"], "code": code, "said": said}


def main() -> None:
    """One line of JSON for each row."""
    # Plugins would be loaded anew each time, and none is needed here.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ["TAKEHOME_WARM_CACHE"] = str(Path.cwd() / "warm")
    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - the copy comes before what is installed
    for name in LIBRARIES:
        importlib.import_module(name)
    for line in sys.stdin:
        print(json.dumps(ran(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
