"""The engine as the script sees it, and a second one that may be restarted."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import docker
from docker.errors import DockerException

from runner.sandbox.docker import ROLE_LABEL
from runner.sandbox.docker_gc import OWNER_LABEL, RUN_LABEL

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

DEFAULT = "unix:///var/run/docker.sock"
_START_SECONDS = 120.0
_START_TRIES = 5


class Engine:
    """Looks at what gradings have on the engine at `host`, by the process that owns it."""

    def __init__(self, host: str) -> None:
        """Nothing is asked yet."""
        self.host = host
        self._client = docker.DockerClient(base_url=host, timeout=60)

    @property
    def socket(self) -> str:
        """The path of its socket."""
        return self.host.removeprefix("unix://")

    def containers(self, pid: int, role: str) -> list[str]:
        """Ids of the running containers of this role that the process made."""
        label = {"label": f"{ROLE_LABEL}={role}", "status": "running"}
        found = self._client.api.containers(filters=label)
        return [one["Id"] for one in found if _owned(one, pid)]

    def left(self, pid: int) -> tuple[str, ...]:
        """Names of all that the process has on the engine."""
        ours, api = {"label": RUN_LABEL}, self._client.api
        found = [
            *api.containers(all=True, filters=ours),
            *(api.volumes(filters=ours)["Volumes"] or []),
            *api.networks(filters=ours),
        ]
        return tuple(str(one.get("Id") or one["Name"]) for one in found if _owned(one, pid))

    def kill(self, container: str) -> bool:
        """Whether it could be killed."""
        try:
            self._client.api.kill(container)
        except DockerException:
            return False
        return True


class SecondEngine:
    """An engine of the script's own, with nothing but the images of gradings. Needs root."""

    def __init__(self, root: Path, images: tuple[str, ...]) -> None:
        """`images` are ids or names on the first engine."""
        self.host = f"unix://{root}/docker.sock"
        self.turn = threading.Lock()
        """Who disturbs it has it alone."""
        self._images = images
        self._root = root
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it and give it the images."""
        self._root.mkdir()
        self.start()
        with subprocess.Popen(["docker", "save", *self._images], stdout=subprocess.PIPE) as saved:
            subprocess.run(
                ["docker", "--host", self.host, "load"],
                stdin=saved.stdout,
                stdout=subprocess.DEVNULL,
                check=True,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it, with the containers and mounts that one that was killed has left."""
        if not self._answers():
            with suppress(RuntimeError):
                self.start()
        self.stop()
        for line in reversed(Path("/proc/self/mounts").read_text("utf-8").splitlines()):
            place = line.split()[1]
            if place.startswith(f"{self._root}/"):
                subprocess.run(["umount", "--lazy", place], check=False)

    def start(self) -> None:
        """Start it and wait until it answers; a busy machine may need some tries."""
        for _ in range(_START_TRIES - 1):
            with suppress(RuntimeError):
                self._start()
                return
            self.stop(hard=True)
        self._start()

    def _start(self) -> None:
        folder = self._root
        with (folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *("dockerd", "--data-root", f"{folder}/data", "--exec-root", f"{folder}/run"),
                    *("--host", self.host, "--pidfile", f"{folder}/pid"),
                    *("--bridge", "none", "--iptables=false"),
                ],
                stdout=log,
                stderr=log,
            )
        patience = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > patience:
                raise RuntimeError(f"the second engine does not start: see {folder}/log")
            time.sleep(0.2)

    def stop(self, *, hard: bool = False) -> None:
        """End it, as an administrator or as a crash would."""
        if self._process is None:
            return
        if hard:
            self._process.kill()
        else:
            self._process.terminate()
        self._process.wait()
        (self._root / "pid").unlink(missing_ok=True)
        if hard:
            self._end_containerd()

    def _end_containerd(self) -> None:
        """End what an engine that was killed leaves running, which the next one may wait for."""
        with suppress(OSError, ValueError):
            number = int((self._root / "run/containerd/containerd.pid").read_text("utf-8"))
            said = Path(f"/proc/{number}/cmdline").read_text("utf-8", "replace")
            if str(self._root) in said:
                os.kill(number, signal.SIGKILL)

    def _answers(self) -> bool:
        with suppress(DockerException):
            client = docker.DockerClient(base_url=self.host, timeout=10)
            try:
                return bool(client.ping())
            finally:
                client.close()
        return False


def _owned(found: dict[str, dict[str, str]], pid: int) -> bool:
    return f":{pid}:" in found["Labels"].get(OWNER_LABEL, "")
