"""The promises that every sandbox keeps, tried on the engine of the self-test."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from runner.sandbox import SandboxError
from runner.testing import program
from runner.testing.conformance import PROMISES
from runner.testing.promises_limits import huge_output_costs_little_memory
from runner.testing.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.selftest.engine import Engine
    from runner.testing.steps import Program
    from runner.testing.world import Promise

PROMISES_PROBE = "promises"
"""What an `attack.toml` names to have all of them tried."""

LANES = 2

_SOURCE = Path(program.__file__).read_text("utf-8")


def argv(steps: Program) -> tuple[str, ...]:
    """The command line of a program of steps, in a box of any image with Python."""
    return ("python3", "-I", "-c", _SOURCE, json.dumps(steps))


def broken_promises(engine: Engine) -> Iterator[str]:
    """A sentence for each promise that the engine's sandbox does not keep.

    `SandboxError` when the engine fails. One that looks at the memory of this process is left out:
    other things use it at the same time.
    """
    world = World(sandbox=engine.sandbox, image=engine.images["subject"], argv=argv)
    chosen = [one for one in PROMISES if one is not huge_output_costs_little_memory]
    with ThreadPoolExecutor(max_workers=LANES) as pool:
        outcomes = pool.map(lambda promise: _broken(promise, world), chosen)
        yield from (problem for problem in outcomes if problem)


def _broken(promise: Promise, world: World) -> str:
    name = promise.__name__.replace("_", " ")
    try:
        promise(world)
    except AssertionError as error:
        return f"{name}: {error}"[:500]
    except (SandboxError, TimeoutError, ValueError) as error:
        return f"{name}: the engine failed: {error}"[:500]
    return ""
