"""`DockerSandbox`: the sandbox on a Docker engine.

A run makes containers and memory-backed volumes only: no network, no bind mount, no published
port. The names of everything are chosen here before the engine is asked, so that also what an
interrupted call made is found and removed.
"""

from __future__ import annotations

import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Self

import docker

from runner.model import Limits
from runner.sandbox import BoxSpec, EngineSilentError, SandboxError, Volume
from runner.sandbox.docker_box import DockerBox
from runner.sandbox.docker_calls import CALL_SECONDS, CALLS, explained, explained_unless_gone
from runner.sandbox.docker_config import (
    container_config,
    differences,
    host_config,
    volume_options,
)
from runner.sandbox.docker_gc import labels, remove_volume
from runner.sandbox.docker_isolation import (
    LOOK,
    Inside,
    facts_of,
    look,
    owners,
    refuse_weak,
    require,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from runner.model import Isolation, IsolationLevel

ROLE_LABEL = "takehome.role"

_REMOVERS = 8
_NOBODY = 65534
_LOOK_LIMITS = Limits(memory_mib=64, pids=16, wall_seconds=30.0, scratch_mib=1)


def connect() -> docker.DockerClient:
    """A client for the engine that the environment names (`DOCKER_HOST`, else the local one).

    `SandboxError` with advice when none answers.
    """
    with explained("answer"):
        client = docker.from_env(timeout=CALL_SECONDS, max_pool_size=CALLS)
        try:
            client.ping()
        except BaseException:
            client.close()
            raise
    return client


class DockerSandbox:
    """A `Sandbox` on the engine behind `client`; `runtime` names another one than its default.

    `image` is the id of an image of ours. With it the level of isolation is measured in a box;
    without it the engine's word has to do.
    """

    def __init__(
        self, client: docker.DockerClient, *, runtime: str | None = None, image: str | None = None
    ) -> None:
        """Keep the client; the engine is asked nothing yet."""
        self._client = client
        self._runtime = runtime
        self._image = image
        self._lock = threading.Lock()
        self._isolation: Isolation | None = None
        self._owners: Inside | None = None

    def isolation(self) -> Isolation:
        """What the engine provides; `SandboxError` when limits or seccomp are missing.

        It is measured once.
        """
        with self._lock:
            self._isolation = self._isolation or self._measured()
            return self._isolation

    def _measured(self) -> Isolation:
        with explained("describe itself"):
            info = self._client.info()
            version = self._client.version()
        refuse_weak(info, runtime=self._runtime)
        inside = self._look(self._image) if self._image else None
        self._owners = owners(info, inside)
        return facts_of(info, version, runtime=self._runtime, inside=inside)

    def _look(self, image: str) -> Inside:
        """What a box shows that runs a program of ours and nothing else."""
        spec = BoxSpec(
            role="look", image=image, argv=LOOK, uid=_NOBODY, gid=_NOBODY, limits=_LOOK_LIMITS
        )
        with self._run(_LOOK_LIMITS.wall_seconds) as run:
            box = run.start(spec)
            box.wait(_LOOK_LIMITS.wall_seconds)
            return look(box.output().text)

    def open(self, *, ttl_seconds: float) -> DockerRun:
        """A new run, whose leftovers expire after `ttl_seconds`."""
        if self._image:
            # How owners are numbered has to be known before there is a volume.
            self.isolation()
        return self._run(ttl_seconds)

    def _run(self, ttl_seconds: float) -> DockerRun:
        return DockerRun(
            self._client, ttl_seconds=ttl_seconds, runtime=self._runtime, owners=self._owners
        )


def sandbox_on(
    client: docker.DockerClient,
    image: str,
    *,
    runtime: str | None = None,
    wanted: IsolationLevel | None = None,
) -> DockerSandbox:
    """A sandbox whose level is measured with `image`; `SandboxError` when less than `wanted`."""
    sandbox = DockerSandbox(client, runtime=runtime, image=image)
    if wanted is not None:
        require(sandbox.isolation(), wanted)
    return sandbox


class DockerRun:
    """The containers and volumes of one grading. Use it in a `with` statement."""

    def __init__(
        self,
        client: docker.DockerClient,
        *,
        ttl_seconds: float,
        runtime: str | None,
        owners: Inside | None = None,
    ) -> None:
        """Choose an id; nothing is made on the engine yet.

        `owners` says how those of a volume are numbered, where not as in a box.
        """
        self._api = client.api
        self._runtime = runtime
        self._owners = owners
        self._id = secrets.token_hex(8)
        self._labels = labels(self._id, expires=int(time.time() + ttl_seconds))
        self._lock = threading.Lock()
        self._volumes: dict[str, str] = {}
        self._names: list[str] = []
        self._boxes: dict[str, DockerBox] = {}
        self._stopped = False
        self._silent = threading.Event()

    @property
    def id(self) -> str:
        """Sixteen random hexadecimal digits."""
        return self._id

    def volume(self, volume: Volume) -> None:
        """Make the volume; `SandboxError` when the run has one of that name."""
        # Random: an engine may show a box the names of what it mounts.
        name = f"takehome-{self._id}-{secrets.token_hex(8)}"
        with self._lock:
            if volume.name in self._volumes:
                raise SandboxError(
                    f"The run has a volume {volume.name!r} already", do="This is a bug: report it."
                )
            self._volumes[volume.name] = name
        self._refuse_when_over()
        options = volume_options(volume, self._owners)
        with explained(f"make the volume {volume.name}"):
            self._api.create_volume(name, driver="local", driver_opts=options, labels=self._labels)

    def start(self, spec: BoxSpec) -> DockerBox:
        """Make, verify, attach and start a box. If any of it fails, nothing remains."""
        self._refuse_when_over()
        asked = self._asked(spec)
        with self._lock:
            name = f"takehome-{self._id}-{len(self._names)}-{spec.role}"
            self._names.append(name)
        try:
            container = self._create(name, asked)
            box = DockerBox(self._api, container, spec)
            with self._lock:
                self._boxes[name] = box
            box.start()
            self._refuse_when_over()
        except EngineSilentError:
            # Asked once more when the run is left; until then nobody waits for it again.
            self._silent.set()
            raise
        except BaseException:
            self._remove(name)
            raise
        return box

    def stop(self) -> None:
        """Kill every box; a start that is under way now ends with an error."""
        with self._lock:
            self._stopped = True
            names = list(self._boxes)
        with ThreadPoolExecutor(_REMOVERS) as pool:
            # What fails here is told when the run is left, which tries again.
            list(pool.map(lambda name: self._problem(self._remove, name), names))

    def __enter__(self) -> Self:
        """Open the run."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill every box and remove every resource, also after an error."""
        try:
            problems = self._remove_all()
        except BaseException:
            # Somebody is impatient: nothing waits for more than what was begun.
            self._remove_all()
            raise
        if not problems:
            return
        failure = SandboxError(
            f"{len(problems)} resources of the run {self._id} were left behind",
            why="; ".join(sorted({str(problem) for problem in problems}))[:1000],
            do="Run `takehome gc` when the engine answers again.",
        )
        if error is None:
            raise failure
        error.add_note(str(failure))

    def _refuse_when_over(self) -> None:
        with self._lock:
            stopped, boxes = self._stopped, list(self._boxes.values())
        if stopped:
            raise SandboxError("The run has been stopped")
        lost = any(isinstance(box.failure, EngineSilentError) for box in boxes)
        if lost or self._silent.is_set():
            raise SandboxError("Docker was silent before, and is asked for nothing more")

    def _asked(self, spec: BoxSpec) -> dict[str, Any]:
        with self._lock:
            volumes = dict(self._volumes)
        asked = container_config(spec)
        asked["HostConfig"] = host_config(spec, volumes=volumes, runtime=self._runtime)
        asked["Labels"] = {**self._labels, ROLE_LABEL: spec.role}
        return asked

    def _create(self, name: str, asked: dict[str, Any]) -> str:
        with explained(f"make the box {name}"):
            # The only call that takes the engine's own names; the stubs leave it untyped.
            made = self._api.create_container_from_config(asked, name)  # type: ignore[no-untyped-call]
            container: str = made["Id"]
            effective = self._api.inspect_container(container)
        found = differences(asked, effective, warnings=tuple(made.get("Warnings") or ()))
        if found:
            raise SandboxError(
                "Docker did not make the box as asked",
                why="; ".join(found),
                do="Run `takehome doctor`: the engine lacks something that isolation needs.",
            )
        return container

    def _remove(self, name: str) -> None:
        with self._lock:
            box = self._boxes.get(name)
        if box is not None:
            box.remove()
            return
        with explained_unless_gone(f"remove {name}"):
            self._api.remove_container(name, force=True)

    def _remove_all(self) -> list[SandboxError]:
        with self._lock:
            names, volumes = list(self._names), list(self._volumes.values())
        # It may be awake again. If not, nobody waits for it twice.
        self._silent.clear()
        with ThreadPoolExecutor(_REMOVERS) as pool:
            # Volumes are in use until the last container is gone.
            problems = list(pool.map(lambda name: self._problem(self._remove, name), names))
            problems += pool.map(lambda name: self._problem(self._drop, name), volumes)
        return [problem for problem in problems if problem is not None]

    def _problem(self, remove: Callable[[str], None], name: str) -> SandboxError | None:
        if self._silent.is_set():
            return SandboxError(f"Docker is silent, and was not asked to remove {name}")
        try:
            remove(name)
        except SandboxError as error:
            if isinstance(error, EngineSilentError):
                self._silent.set()
            return error
        return None

    def _drop(self, volume: str) -> None:
        remove_volume(self._api, volume)
