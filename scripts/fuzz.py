"""Feed every reader of hostile bytes with what coverage leads to: `make fuzz`.

    python -m scripts.fuzz [--seconds 180] [--jobs 2] [target …]

Targets are those of `tests/fuzz/targets.py`; without a name, all of them. What a target has seen is
kept in `out/fuzz/corpus` and taken up the next time, findings are in `out/fuzz/findings`, each a
file that is fed again with `python -m scripts.fuzz --again FILE target`. Exit code 1 when there is
one: mend the reader and keep the finding as a test.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from types import FunctionType

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "out" / "fuzz"

INPUT_SECONDS = 120
"""For one input of at most 64 KiB, by the clock: what takes longer is a finding as well."""

MEMORY_MIB = 2048

FOLLOWED = (
    *("runner", "tests.fuzz", "configparser", "csv", "json", "tarfile", "tokenize", "tomllib"),
    *("zipfile", "pytests"),
)
"""Modules whose branches lead the fuzzer, beside those of suites."""


def run(name: str, seconds: int) -> bool:
    """Fuzz one target in a process of its own; whether nothing was found."""
    command = (sys.executable, "-m", "scripts.fuzz", "--one", name, str(seconds))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    log = OUT / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(done.stdout + done.stderr)
    good = done.returncode == 0
    runs = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if "Done " in line]
    words = runs[-1] if good and runs else f"exit code {done.returncode}, see {log}"
    print(f"{name:16} {'ok' if good else 'FOUND'}  {words}", flush=True)
    return good


def one(name: str, seconds: int) -> None:
    """Inside the process: the fuzzer never returns from here."""
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=[*FOLLOWED]):
        targets = import_module("tests.fuzz.targets")
        seeds = import_module("tests.fuzz.seeds").seeds
        pieces = import_module("tests.fuzz.seeds").PIECES
        loaded = import_module("tests.fuzz.loaded")
        loaded.programs()
    for module in (*vars(loaded.sales()).values(), *vars(loaded.churn()).values()):
        for function in [one for one in vars(module).values() if isinstance(one, FunctionType)]:
            if function.__module__ == module.__name__:
                setattr(module, function.__name__, atheris.instrument_func(function))
    corpus, findings = OUT / "corpus" / name, OUT / "findings"
    corpus.mkdir(parents=True, exist_ok=True)
    findings.mkdir(parents=True, exist_ok=True)
    for data in (*seeds(name), *pieces[name]):
        (corpus / hashlib.sha256(data).hexdigest()).write_bytes(data)
    atheris.Setup(
        [
            name,
            str(corpus),
            f"-max_total_time={seconds}",
            f"-max_len={targets.MOST_BYTES}",
            f"-timeout={INPUT_SECONDS}",
            f"-rss_limit_mb={MEMORY_MIB}",
            f"-artifact_prefix={findings}/{name}-",
        ],
        targets.TARGETS[name],
    )
    atheris.Fuzz()


def again(file: Path, name: str) -> None:
    """Feed a finding once more, without the fuzzer."""
    import_module("tests.fuzz.targets").TARGETS[name](file.read_bytes())


def main() -> int:
    """Fuzz the named targets, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--again", type=Path)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one(options.targets[0], int(options.targets[1]))
        return 0
    if options.again:
        again(options.again, options.targets[0])
        return 0
    names = options.targets or [*import_module("tests.fuzz.targets").TARGETS]
    with ThreadPoolExecutor(max_workers=options.jobs) as pool:
        good = [*pool.map(lambda name: run(name, options.seconds), names)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
