"""Which leftovers may be collected."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, cast

import pytest
import requests
from docker.errors import APIError
from requests.exceptions import ReadTimeout

from runner.sandbox import EngineSilentError, SandboxError, docker_gc
from runner.sandbox.docker_gc import collect, collectable, labels, owner_is_gone, this_process

if TYPE_CHECKING:
    from docker import DockerClient


def owner(*, boot: str = "", pid: int | None = None, start: str = "") -> str:
    ours = this_process().split(":")
    if not ours[0]:
        pytest.skip("this host has no /proc")
    found = [boot or ours[0], ours[1], str(pid or ours[2]), start or ours[3]]
    return ":".join(found)


def test_a_live_grading_is_left_alone() -> None:
    assert not collectable(labels("run", expires=1000), now=999)


def test_an_expired_one_is_not() -> None:
    assert collectable(labels("run", expires=1000), now=1000)


def test_everything_is_everything_of_ours() -> None:
    assert collectable(labels("run", expires=1000), now=0, everything=True)
    assert not collectable({"other": "label"}, now=1e12, everything=True)


@pytest.mark.parametrize("expires", ["", "soon", "-1"])
def test_a_broken_expiry_has_passed(expires: str) -> None:
    assert collectable({docker_gc.RUN_LABEL: "x", docker_gc.EXPIRES_LABEL: expires}, now=0)


def test_an_ended_process_is_gone() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    start = docker_gc._start_time(process.pid)
    label = owner(pid=process.pid, start=start)
    assert not owner_is_gone(label)
    process.communicate(b"\n")
    assert owner_is_gone(label)
    assert collectable(labels("r", expires=9) | {docker_gc.OWNER_LABEL: label}, now=0)


def test_a_reused_process_id_is_not_the_owner() -> None:
    assert owner_is_gone(owner(start="1"))
    assert not owner_is_gone(owner(pid=os.getpid()))


@pytest.mark.parametrize("label", ["", "nonsense", "a:b:c", "boot:namespace:1:2"])
def test_an_owner_that_cannot_be_looked_up_may_live(label: str) -> None:
    assert not owner_is_gone(label)


def test_an_owner_of_another_boot_may_live() -> None:
    assert not owner_is_gone(owner(boot="another", pid=999_999_999))


class Engine:
    """An engine with leftovers, some of which cannot be removed."""

    def __init__(self, problem: Exception) -> None:
        self.api = self
        self.problem = problem
        self.left = {f"{kind}{n}" for kind in ("container", "volume", "network") for n in range(3)}

    def _found(self, kind: str) -> list[dict[str, Any]]:
        names = sorted(name for name in self.left if name.startswith(kind))
        return [{"Id": n, "Name": n, "Labels": labels("r", expires=0)} for n in names]

    def containers(self, **_options: Any) -> list[dict[str, Any]]:
        return self._found("container")

    def volumes(self, **_options: Any) -> dict[str, Any]:
        return {"Volumes": self._found("volume")}

    def networks(self, **_options: Any) -> list[dict[str, Any]]:
        return self._found("network")

    def _remove(self, name: str, **_options: Any) -> None:
        if name in ("container1", "volume1"):
            raise self.problem
        self.left.discard(name)

    remove_container = remove_volume = remove_network = _remove


def test_what_cannot_be_removed_keeps_nothing_else_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_gc, "_VOLUME_PAUSE_SECONDS", 0.0)
    response = requests.Response()
    response.status_code = 500
    engine = Engine(APIError("busy", response=response))

    with pytest.raises(SandboxError, match="2 leftovers could not be removed"):
        collect(cast("DockerClient", engine))

    assert engine.left == {"container1", "volume1"}


def test_a_silent_engine_is_not_asked_to_the_end() -> None:
    engine = Engine(ReadTimeout("read timed out"))

    with pytest.raises(EngineSilentError):
        collect(cast("DockerClient", engine))

    assert "volume0" in engine.left
