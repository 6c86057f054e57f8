"""A tool always ends, and how it ended is told apart."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from runner.analyser.tools import Ceiling, Finished, interpreter, run_tool, script

if TYPE_CHECKING:
    import pytest


def python(code: str, folder: Path, **limits: float) -> Finished:
    ceiling = Ceiling(
        seconds=limits.get("seconds", 20.0),
        output_bytes=int(limits.get("output_bytes", 1 << 20)),
        memory_bytes=int(limits.get("memory_bytes", 1 << 30)),
    )
    return run_tool(interpreter("-c", code), folder, ceiling)


def test_output_and_code_are_returned(tmp_path: Path) -> None:
    done = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)", tmp_path)
    assert (done.output, done.error, done.code, done.exceeded) == (b"out\n", "err\n", 3, "")
    assert done.run().state == "measured"
    assert done.run(crashed="x").reason == "x"
    assert done.last_words == "err"


def test_a_tool_that_hangs_is_ended(tmp_path: Path) -> None:
    begun = time.monotonic()
    done = python("import time; time.sleep(60)", tmp_path, seconds=0.5)
    assert time.monotonic() - begun < 10
    assert (done.code, done.run().state) == (None, "timeout")
    assert done.run().reason == "did not end within 0.5 seconds"


def test_a_tool_that_closes_its_streams_and_hangs_is_ended(tmp_path: Path) -> None:
    code = "import os, time; os.close(1); os.close(2); time.sleep(60)"
    assert python(code, tmp_path, seconds=1.0).run().state == "timeout"


def test_its_children_end_with_it(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time;"
        "subprocess.Popen([sys.executable, '-c',"
        ' \'import time; time.sleep(1); open("late", "w")\']); time.sleep(60)'
    )
    python(code, tmp_path, seconds=0.5)
    time.sleep(1.0)
    assert not (tmp_path / "late").exists()


def test_a_flood_is_cut(tmp_path: Path) -> None:
    done = python("while True: print('x' * 1000)", tmp_path, output_bytes=100_000)
    assert done.run().state == "overflow"
    assert "more than 97 KiB" in done.run().reason
    # What is read at one go may be over it.
    assert len(done.output) <= 100_000 + 65_536


def test_memory_is_bounded(tmp_path: Path) -> None:
    done = python("x = bytearray(2 ** 30)", tmp_path, memory_bytes=200 << 20)
    assert done.run().state == "overflow"
    assert "memory" in done.run().reason


def test_death_by_signal_is_the_sources_doing(tmp_path: Path) -> None:
    done = python("import os; os.abort()", tmp_path)
    assert (done.code, done.run().state) == (-6, "overflow")
    assert "SIGABRT" in done.run().reason


def test_a_missing_tool_is_ours(tmp_path: Path) -> None:
    done = run_tool(["/nonexistent/tool"], tmp_path)
    assert done.code == 127
    assert done.run(crashed=done.last_words).state == "crashed"
    assert (
        Finished(output=b"", error="", code=9, exceeded="", seconds=0).last_words == "exit code 9"
    )


def test_nothing_of_the_folder_is_imported(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("open('canary', 'w')")
    python("import json", tmp_path)
    assert not (tmp_path / "canary").exists()


def test_the_environment_is_bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYPYPATH", "/somewhere")
    assert python("import os; print('MYPYPATH' in os.environ)", tmp_path).output == b"False\n"


def test_scripts_are_those_beside_the_interpreter() -> None:
    assert Path(script("ruff")).parent == Path(sys.executable).parent
    assert script("no-such-tool") == "no-such-tool"
