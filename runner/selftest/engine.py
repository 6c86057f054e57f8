"""The engine under attack: programs of ours in boxes, and what they found."""

from __future__ import annotations

import secrets
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.checks import SHARED_GROUP, SUBJECT_USER
from runner.checks.boxes import PYTHON
from runner.model import Limits
from runner.sandbox import BoxSpec, Mount, SandboxError, Volume
from runner.selftest import box_limits, box_program
from runner.selftest.facts import parsed
from runner.selftest.submissions import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.sandbox import Box, Ended, Run, Sandbox

LIMITS = Limits(
    memory_mib=128,
    pids=32,
    cpus=0.5,
    wall_seconds=60.0,
    output_kib=256,
    scratch_mib=4,
    scratch_inodes=128,
    open_files=128,
)
"""Limits of a box under attack: small, so that it reaches them at once."""

LANES = 2
DATA_MIB = 2
TTL_SECONDS = 600.0
SHORT_SECONDS = 1.5
ENVIRONMENT = {"TAKEHOME_SELFTEST": "größer = 🙂"}

_SOURCES = {
    module.__name__.rpartition(".")[2]: Path(module.__file__ or "").read_text("utf-8")
    for module in (box_limits, box_program)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What a self-test needs of the engine. `images` are ids by role.

    `leftovers` names what a run of that id has left behind, `layers` the layers of an image.
    """

    sandbox: Sandbox
    images: dict[str, str]
    leftovers: Callable[[str], tuple[str, ...]]
    layers: Callable[[str], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Facts of all boxes, by part, and why a part has none."""

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)


def looked_at(engine: Engine, parts: frozenset[str]) -> Found:
    """Run the boxes of these parts, two at a time."""
    names = sorted(parts & PARTS.keys())
    with ThreadPoolExecutor(max_workers=LANES) as pool:
        outcomes = dict(zip(names, pool.map(lambda name: _look(engine, name), names), strict=True))
    return Found(
        facts={name: one for name, one in outcomes.items() if isinstance(one, dict)},
        broken={name: one for name, one in outcomes.items() if isinstance(one, str)},
    )


def _look(engine: Engine, part: str) -> dict[str, Any] | str:
    """The facts of a part, or why there are none."""
    try:
        return PARTS[part](engine)
    except (SandboxError, ValueError) as error:
        return str(error)


def _spec(program: str, *arguments: str, **changes: Any) -> BoxSpec:  # noqa: ANN401 - its fields
    settings: dict[str, Any] = {
        "role": "subject",
        "argv": (PYTHON, "-I", "-c", _SOURCES[program], *arguments),
        "uid": SUBJECT_USER,
        "gid": SHARED_GROUP,
        "limits": LIMITS,
        "env": ENVIRONMENT,
    }
    return BoxSpec(**settings | changes)


def _data(run: Run) -> tuple[Mount]:
    volume = Volume(name="data", size_mib=DATA_MIB, inodes=64, uid=SUBJECT_USER, gid=SHARED_GROUP)
    run.volume(volume)
    return (Mount(volume=volume, target="/data", read_only=False),)


def _ended(box: Box) -> Ended:
    ended = box.wait(LIMITS.wall_seconds + 30.0)
    return ended if ended is not None else box.kill()


def _said(box: Box) -> dict[str, Any]:
    """The facts that a box printed; `SandboxError` when it printed none."""
    ended = _ended(box)
    text = box.output().text
    try:
        return parsed(text)
    except ValueError as error:
        raise SandboxError(
            "A box of the self-test told nothing", why=f"{ended.ending}: {text[-1000:]}"
        ) from error


def _surroundings(engine: Engine) -> dict[str, Any]:
    """Who the box is, what it sees and reaches; a file on the host that it must not find."""
    secret = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        canary = Path(folder) / "canary"
        canary.write_text(secret, encoding="ascii")
        before = canary.stat().st_mtime_ns
        with engine.sandbox.open(ttl_seconds=TTL_SECONDS) as run:
            image = engine.images["subject"]
            # It looks through the whole file system, which is no attack on the processor.
            limits = LIMITS.model_copy(update={"cpus": 2.0})
            spec = _spec("box_program", "everything", str(canary), image=image, limits=limits)
            facts = _said(run.start(spec))
        whole = canary.read_text("ascii") == secret and canary.stat().st_mtime_ns == before
    return facts | {"canary_whole": whole, "environment_given": ENVIRONMENT}


def _ceilings(engine: Engine) -> dict[str, Any]:
    """Where bytes, files, descriptors, the processor and processes end."""
    with engine.sandbox.open(ttl_seconds=TTL_SECONDS) as run:
        mounts = _data(run)
        image = engine.images["subject"]
        facts = _said(run.start(_spec("box_limits", "limits", image=image, mounts=mounts)))
    asked = LIMITS.model_dump() | {"data_mib": DATA_MIB}
    return facts | {"asked": asked}


def _memory(engine: Engine) -> dict[str, Any]:
    """How a box ends that takes more memory than it has."""
    with engine.sandbox.open(ttl_seconds=TTL_SECONDS) as run:
        box = run.start(_spec("box_limits", "greedy", image=engine.images["subject"]))
        return {"ending": str(_ended(box).ending)}


def _output(engine: Engine) -> dict[str, Any]:
    """How a box ends that writes without end."""
    with engine.sandbox.open(ttl_seconds=TTL_SECONDS) as run:
        box = run.start(_spec("box_limits", "flood", image=engine.images["subject"]))
        ended = _ended(box)
        kept = box.output()
        return {"ending": str(ended.ending), "kept": len(kept.head) + len(kept.tail)}


def _forever(engine: Engine) -> dict[str, Any]:
    """How a box ends that ignores signals, and whether its daemon outlives it."""
    image = engine.images["subject"]
    with engine.sandbox.open(ttl_seconds=TTL_SECONDS) as run:
        mounts = _data(run)
        holder = BoxSpec(
            role="harness",
            image=image,
            argv=("sleep", "600"),
            uid=SUBJECT_USER,
            gid=SHARED_GROUP,
            limits=LIMITS,
            mounts=mounts,
        )
        run.start(holder)
        short = LIMITS.model_copy(update={"wall_seconds": SHORT_SECONDS})
        begun = time.monotonic()
        box = run.start(_spec("box_limits", "daemon", image=image, mounts=mounts, limits=short))
        ended = _ended(box)
        seconds = time.monotonic() - begun
        facts = _said(run.start(_spec("box_limits", "beats", image=image, mounts=mounts)))
    return facts | {"ending": str(ended.ending), "seconds": seconds}


def _neighbours(engine: Engine) -> dict[str, Any]:
    """What one grading sees of another one beside it, and whether it can disturb it."""
    image = engine.images["subject"]
    with (
        engine.sandbox.open(ttl_seconds=TTL_SECONDS) as one,
        engine.sandbox.open(ttl_seconds=TTL_SECONDS) as two,
    ):
        first = _spec("box_limits", "leave_marks", image=image, mounts=_data(one), interactive=True)
        writer = one.start(first)
        if writer.read_line(LIMITS.wall_seconds) != b"ready\n":
            raise SandboxError("A box of the self-test left no marks", why=writer.output().text)
        reader = two.start(_spec("box_limits", "find_marks", image=image, mounts=_data(two)))
        facts = _said(reader)
        writer.write(b"\n")
        return facts | parsed(writer.read_line(LIMITS.wall_seconds).decode("utf-8", "replace"))


def _remains(engine: Engine) -> dict[str, Any]:
    """What is left of a run that ended in the middle of everything."""
    with engine.sandbox.open(ttl_seconds=TTL_SECONDS) as run:
        mounts = _data(run)
        program = _spec("box_limits", "daemon", image=engine.images["subject"], mounts=mounts)
        run.start(program)
        during = engine.leftovers(run.id)
    return {"during": len(during), "after": list(engine.leftovers(run.id))}


def _images(engine: Engine) -> dict[str, Any]:
    """Layers that the image of submissions shares with that of the judge."""
    layers = {role: set(engine.layers(image)) for role, image in engine.images.items()}
    common = layers["subject"] & layers["harness"]
    return {
        "layers": {role: len(found) for role, found in layers.items()},
        "shared": sorted(common),
    }


PARTS: dict[str, Callable[[Engine], dict[str, Any]]] = {
    "ceilings": _ceilings,
    "forever": _forever,
    "images": _images,
    "memory": _memory,
    "neighbours": _neighbours,
    "output": _output,
    "remains": _remains,
    "surroundings": _surroundings,
}
"""What is run, by name; `runner.selftest.probes` says which of it each probe judges."""
