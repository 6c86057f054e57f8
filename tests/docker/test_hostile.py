"""The self-test on real containers, and engines that are weaker than they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.sandbox import docker as docker_module
from runner.sandbox import docker_gc, images
from runner.sandbox.docker import connect, sandbox_on
from runner.sandbox.docker_config import container_config, host_config, volume_options
from runner.selftest.engine import Engine, looked_at
from runner.selftest.probes import PROBES
from tests.docker.command import CHALLENGE, FOLDER, leftovers, takehome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docker import DockerClient

    from runner.sandbox import BoxSpec, Volume
    from runner.sandbox.docker_isolation import Inside

pytestmark = [pytest.mark.docker, pytest.mark.slow]


@pytest.fixture
def client() -> Iterator[DockerClient]:
    client = connect()
    yield client
    client.close()


@pytest.fixture
def engine(client: DockerClient) -> Engine:
    ids = images.ensure(client, "backend")
    return Engine(
        sandbox=sandbox_on(client, ids["subject"]),
        images=ids,
        leftovers=lambda run: docker_gc.remains(client, run),
        layers=lambda image: images.layers(client, image),
    )


def test_everything_holds_here() -> None:
    ran = takehome("selftest", "--quick")

    lines = ran.stdout.splitlines()
    assert ran.code == 0, ran.stdout + ran.stderr
    assert lines[-1] == "Everything that was tried holds here, of a quick choice."
    assert any(line.startswith("isolation: ") for line in lines)
    promised = [line for line in lines if " held " in line]
    assert len(promised) > 10
    assert not any("broken" in line or "unknown" in line for line in lines)


def weak_host(spec: BoxSpec, **settings: Any) -> dict[str, Any]:
    """What a box would be without most of what keeps its code apart."""
    config = host_config(spec, **settings)
    config |= {"ReadonlyRootfs": False, "CapDrop": [], "PidsLimit": 2 * spec.limits.pids}
    config["SecurityOpt"] = ["seccomp=unconfined"]
    config["Ulimits"] = [
        {"Name": "nofile", "Soft": 4096, "Hard": 4096},
        {"Name": "core", "Soft": -1, "Hard": -1},
    ]
    config["Tmpfs"] = dict.fromkeys(config["Tmpfs"], "rw,exec,size=64m,nr_inodes=4096,mode=1777")
    config["NanoCpus"] = 0
    return config


def weak_container(spec: BoxSpec) -> dict[str, Any]:
    """The same as root."""
    return container_config(spec) | {"User": "0:0"}


def weak_volume(volume: Volume, owners: Inside | None = None) -> dict[str, str]:
    """A volume of ten times the size."""
    options = volume_options(volume, owners)
    size, ten_times = f"size={volume.size_mib}m", f"size={10 * volume.size_mib}m"
    return options | {"o": options["o"].replace(size, ten_times)}


def test_an_engine_without_walls_is_seen_through(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of these promises is kept by something that is taken away here."""
    level = engine.sandbox.isolation().level
    monkeypatch.setattr(docker_module, "host_config", weak_host)
    monkeypatch.setattr(docker_module, "container_config", weak_container)
    monkeypatch.setattr(docker_module, "volume_options", weak_volume)

    found = looked_at(engine, frozenset({"surroundings", "ceilings"}))

    assert found.broken == {}
    judged = {
        name: [*judge(found.facts[part], level)]
        for name, (part, judge) in PROBES.items()
        if part in found.facts
    }
    red = {name for name, problems in judged.items() if problems}
    # Without a limit of the processor a box gets more than its share, unless others want it.
    assert red - {"processor"} == {
        *("descriptors", "disk", "files", "identity", "kernel", "processes", "secrets")
    }
    told = " ".join(judged["identity"])
    for word in ("runs as root", "capabilities", "no-new-privileges", "seccomp", "chown"):
        assert word in told


def test_the_level_is_measured_in_a_box(engine: Engine) -> None:
    isolation = engine.sandbox.isolation()

    assert isolation.level in {"container", "userns", "kernel"}
    assert isolation.facts["level_by"] == "a look into a box"
    same = isolation.facts["kernel_in_the_box"] == isolation.facts["kernel"]
    assert same is (isolation.level != "kernel")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--isolation", "kernel"), "isolates less than was asked for: kernel"),
        (("--runtime", "no-such-runtime"), "has no runtime no-such-runtime"),
    ],
    ids=["level", "runtime"],
)
def test_an_engine_that_is_less_than_was_asked_for_is_refused(
    engine: Engine, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    if engine.sandbox.isolation().level == "kernel":
        pytest.skip("this engine reaches every level")
    before = set(leftovers())
    place = tmp_path / "out"
    ran = takehome("grade", FOLDER / "solution", "--challenge", CHALLENGE, "--out", place, *words)

    assert ran.code == 4
    assert said in ran.stderr
    assert "do:" in ran.stderr
    assert not place.exists()
    assert set(leftovers()) <= before
