"""Promises about limits: each bites, and says which one it was."""

from __future__ import annotations

import resource
import sys
from typing import TYPE_CHECKING

from runner.sandbox import Ending
from runner.sandbox.streams import KEPT_BYTES
from runner.testing.steps import allocate, execute, fill, flood, say, sleep, spawn, write
from runner.testing.world import LIMITS, at, ended, expect, expect_that, volume

if TYPE_CHECKING:
    from runner.testing.world import Promise, World

_SCRATCH = "/tmp"  # noqa: S108 - a path inside the box
_MIB = 1024 * 1024
_OWN_GROWTH_MIB = 64


def memory_is_limited(world: World) -> None:
    """Too much memory is `MEMORY`, enough is none."""
    with world.run() as run:
        result = ended(run.start(world.spec(allocate(2 * LIMITS.memory_mib))))
        expect((result.ending, result.exit_code), (Ending.MEMORY, 137))
        expect(ended(run.start(world.spec(allocate(8)))).ending, Ending.EXITED)


def memory_of_children_is_limited(world: World) -> None:
    """A child that is killed for its memory counts, though its parent ends well."""
    with world.run() as run:
        box = run.start(world.spec(allocate(2 * LIMITS.memory_mib, child=True)))
        result = ended(box)
        expect((result.ending, result.exit_code), (Ending.MEMORY, 0))
        expect(box.output().text, "child ended\n")


def processes_are_limited(world: World) -> None:
    """A fork bomb gets no further than its limit."""
    with world.run() as run:
        (line,) = world.say(run, spawn(10 * LIMITS.pids))
        _, made, error = line.split(" ")
        expect_that(0 < int(made) < LIMITS.pids, line)
        expect(error, "EAGAIN")


def scratch_is_limited(world: World) -> None:
    """`/tmp` holds so many bytes and files, and runs nothing."""
    with world.run() as run:
        expect(world.say(run, write(f"{_SCRATCH}/a", LIMITS.scratch_mib - 1)), ["ok"])
        (error,) = world.say(run, write(f"{_SCRATCH}/a", 2 * LIMITS.scratch_mib))
        expect_that(error in {"ENOSPC", "EFBIG"}, error)
        (line,) = world.say(run, fill(_SCRATCH, 2 * LIMITS.scratch_inodes))
        _, made, error = line.split(" ")
        expect_that(0 < int(made) < LIMITS.scratch_inodes, line)
        expect(error, "ENOSPC")
        expect(world.say(run, execute(f"{_SCRATCH}/script")), ["EACCES"])


def volumes_are_limited(world: World) -> None:
    """A volume holds so many bytes and files, and runs nothing."""
    with world.run() as run:
        data = volume(size_mib=2, inodes=16)
        run.volume(data)
        mounts = at("/data", data)
        (first, second) = world.say(run, write("/data/a", 1), write("/data/b", 2), mounts=mounts)
        expect((first, second), ("ok", "ENOSPC"))
        (line,) = world.say(run, fill("/data", 100), mounts=mounts)
        expect_that(line.endswith("ENOSPC") and int(line.split()[1]) < data.inodes, line)
        expect(world.say(run, execute("/data/script"), mounts=mounts)[-1:], ["EACCES"])


def output_is_limited(world: World) -> None:
    """Too much output is `OUTPUT`; some of it and its full count are kept."""
    with world.run() as run:
        limits = LIMITS.model_copy(update={"output_kib": 256})
        box = run.start(world.spec(say("first"), flood(512), sleep(60), limits=limits))
        expect(ended(box).ending, Ending.OUTPUT)
        output = box.output()
        expect_that(output.seen > 256 * 1024, output.seen)
        expect_that(output.head.startswith(b"first\n"), output.head[:20])
        expect_that(len(output.head) + len(output.tail) <= 2 * KEPT_BYTES, "too much is kept")
        expect_that("bytes left out" in output.text, "the gap is not stated")


def huge_output_costs_little_memory(world: World) -> None:
    """A hundred MiB of allowed output do not stay in this process."""
    with world.run() as run:
        limits = LIMITS.model_copy(update={"output_kib": 200 * 1024})
        before = _own_peak_mib()
        box = run.start(world.spec(flood(100), say("last"), limits=limits))
        expect(ended(box).ending, Ending.EXITED)
        output = box.output()
        expect(output.seen, 100 * _MIB + len("last\n"))
        expect_that(output.tail.endswith(b"last\n"), output.tail[-20:])
        expect_that(_own_peak_mib() - before < _OWN_GROWTH_MIB, "this process grew")


def _own_peak_mib() -> float:
    """The most memory that this process has used (`ru_maxrss` is in KiB but on macOS)."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / _MIB


PROMISES: tuple[Promise, ...] = (
    memory_is_limited,
    memory_of_children_is_limited,
    processes_are_limited,
    scratch_is_limited,
    volumes_are_limited,
    output_is_limited,
    huge_output_costs_little_memory,
)
