"""Labels of all that we make on an engine, and the removal of what a killed run left.

Everything carries the run's id, an expiry and its owner: the boot, the process id namespace,
the process id and the start time of the process that made it. A leftover is collected when it
has expired, or when its owner is known to be gone; a live grading is never touched before its
expiry. Owners of another machine, boot or namespace, and of hosts without `/proc`, cannot be
looked up: only the expiry counts for them.
"""

from __future__ import annotations

import os
import time
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.sandbox import EngineSilentError, SandboxError
from runner.sandbox.docker_calls import explained, explained_unless_gone

if TYPE_CHECKING:
    from collections.abc import Callable

    import docker

RUN_LABEL = "takehome.run"
EXPIRES_LABEL = "takehome.expires"
OWNER_LABEL = "takehome.owner"

_PROC = Path("/proc")
_START_TIME_FIELD = 22
"""Number of the field of `/proc/<pid>/stat` with the start time (proc(5)), counted from 1."""

_VOLUME_TRIES = 20
_VOLUME_PAUSE_SECONDS = 0.1


def labels(run: str, *, expires: int) -> dict[str, str]:
    """Labels for a resource of `run` that this process makes; `expires` in Unix seconds."""
    return {RUN_LABEL: run, EXPIRES_LABEL: str(expires), OWNER_LABEL: this_process()}


def this_process() -> str:
    """`<boot id>:<pid namespace>:<pid>:<start time>`, empty where there is no `/proc`."""
    pid = os.getpid()
    start = _start_time(pid)
    return f"{_here()}:{pid}:{start}" if _here() and start else ""


def owner_is_gone(owner: str) -> bool:
    """Whether the process behind an owner label is known to have ended."""
    here, _, process = owner.partition(":")
    namespace, _, process = process.partition(":")
    pid, _, start = process.partition(":")
    if not pid.isdecimal() or f"{here}:{namespace}" != _here():
        return False
    return _start_time(int(pid)) != start


def collectable(found: dict[str, str], *, now: float, everything: bool = False) -> bool:
    """Whether a resource with these labels may be removed at `now` (Unix seconds)."""
    if RUN_LABEL not in found:
        return False
    expires = found.get(EXPIRES_LABEL, "")
    expired = not expires.isdecimal() or int(expires) <= now
    return everything or expired or owner_is_gone(found.get(OWNER_LABEL, ""))


def collect(
    client: docker.DockerClient, *, now: float | None = None, everything: bool = False
) -> dict[str, int]:
    """Remove leftovers; with `everything` also those of gradings that still run.

    Returns how many `containers`, `volumes` and `networks` were removed. `now` is the Unix time
    that expiries are compared with, the clock's when None.
    """
    api = client.api
    when = time.time() if now is None else now
    ours = {"label": RUN_LABEL}

    def chosen(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            item
            for item in found
            if collectable(item.get("Labels") or {}, now=when, everything=everything)
        ]

    with explained("list leftovers"):
        containers = chosen(api.containers(all=True, filters=ours))
        volumes = chosen(api.volumes(filters=ours)["Volumes"] or [])
        networks = chosen(api.networks(filters=ours))
    kinds: dict[str, tuple[Callable[[str], None], list[str]]] = {
        "containers": (partial(_remove_container, api), [one["Id"] for one in containers]),
        "volumes": (partial(remove_volume, api), [one["Name"] for one in volumes]),
        "networks": (partial(_remove_network, api), [one["Id"] for one in networks]),
    }
    problems = [problem for remove, names in kinds.values() for problem in _each(remove, names)]
    if problems:
        raise SandboxError(
            f"{len(problems)} leftovers could not be removed",
            why="; ".join(sorted({str(problem) for problem in problems}))[:1000],
            do="Look at the engine's log, then run `takehome gc` again.",
        )
    return {kind: len(names) for kind, (_, names) in kinds.items()}


def _each(remove: Callable[[str], None], names: list[str]) -> list[SandboxError]:
    """Remove them all, whatever becomes of any; what failed. A silent engine is left alone."""
    problems: list[SandboxError] = []
    for name in names:
        try:
            remove(name)
        except EngineSilentError:
            raise
        except SandboxError as error:
            problems.append(error)
    return problems


def _remove_container(api: docker.APIClient, name: str) -> None:
    with explained_unless_gone("remove a leftover container"):
        api.remove_container(name, force=True)


def _remove_network(api: docker.APIClient, name: str) -> None:
    with explained_unless_gone("remove a leftover network"):
        api.remove_network(name)


def remains(client: docker.DockerClient, run: str) -> tuple[str, ...]:
    """Names of all that is there of the run of that id, living or dead."""
    api = client.api
    ours = {"label": f"{RUN_LABEL}={run}"}
    with explained("list what a run has left"):
        containers = api.containers(all=True, filters=ours)
        volumes = api.volumes(filters=ours)["Volumes"] or []
        networks = api.networks(filters=ours)
    return (
        *(f"container {item['Id'][:12]}" for item in containers),
        *(f"volume {item['Name']}" for item in volumes),
        *(f"network {item['Name']}" for item in networks),
    )


def remove_volume(api: docker.APIClient, name: str) -> None:
    """Remove a volume; the engine may need a moment to notice that no container mounts it."""
    for attempt in range(_VOLUME_TRIES):
        try:
            with explained(f"remove the volume {name}"):
                api.remove_volume(name, force=True)
        except EngineSilentError:
            raise
        except SandboxError:
            if attempt + 1 == _VOLUME_TRIES:
                raise
            time.sleep(_VOLUME_PAUSE_SECONDS)
        else:
            return


@cache
def _here() -> str:
    """The boot and the pid namespace of this process, empty where they are not told."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = (_PROC / "self/ns/pid").stat().st_ino
    except OSError:
        return ""
    return f"{boot}:{namespace}"


def _start_time(pid: int) -> str:
    """Clock ticks from boot to the start of a live process, empty when there is none."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The name, in parentheses, may hold spaces and parentheses itself.
    fields = text.rpartition(")")[2].split()
    return fields[_START_TIME_FIELD - 3]
