"""The built images: apart from each other, and lean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.errors import InfrastructureError
from runner.sandbox import images
from runner.sandbox.docker import DockerSandbox, connect
from runner.sandbox.image_base import base_image
from runner.testing.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docker import DockerClient

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def client() -> Iterator[DockerClient]:
    client = connect()
    yield client
    client.close()


@pytest.fixture(scope="module")
def ids(client: DockerClient) -> dict[str, str]:
    return images.ensure(client, "backend")


def inspected(client: DockerClient, image: str) -> dict[str, Any]:
    found: dict[str, Any] = client.images.get(image).attrs
    return found


def said(client: DockerClient, image: str, script: str) -> str:
    world = World(sandbox=DockerSandbox(client), image=image, argv=lambda _: ("sh", "-c", script))
    with world.run() as run:
        box = run.start(world.spec())
        box.wait(60)
        return box.output().text


def test_no_layer_is_shared(client: DockerClient, ids: dict[str, str]) -> None:
    subject, harness = (
        set(inspected(client, ids[role])["RootFS"]["Layers"]) for role in ("subject", "harness")
    )
    base = set(inspected(client, base_image(client, lambda *_: None))["RootFS"]["Layers"])
    assert len(subject) == len(harness) == 1
    assert not (subject & harness) | (subject & base) | (harness & base)


def test_the_build_leaves_no_trace(client: DockerClient, ids: dict[str, str]) -> None:
    for image in ids.values():
        found = inspected(client, image)
        assert {entry.split("=")[0] for entry in found["Config"]["Env"]} == {"PATH", "LANG"}
        history = str(client.images.get(image).history())
        assert "PIP_" not in history
        assert "ca.pem" not in history


def test_a_second_time_builds_nothing(client: DockerClient, ids: dict[str, str]) -> None:
    events: list[tuple[str, str]] = []
    assert images.ensure(client, "backend", lambda *event: events.append(event)) == ids
    assert {stage for stage, _ in events} == {"ready"}
    assert images.missing(client, "backend") == ()


def test_the_subject_holds_nothing_of_ours(client: DockerClient, ids: dict[str, str]) -> None:
    script = """
        find / -xdev -not -path '*/site-packages/*' \\( -path '*/runner/*' -o -name 'hidden*' \
            -o -name 'test_*.py' -o -name ca.pem -o -name requirements.txt \\) 2>/dev/null
        ls /opt /opt/takehome
        ls /opt/venv/bin | grep -E 'pip|ruff|mypy'
        ls /usr/bin | grep -E '^(apt|dpkg|gcc|curl|wget|git)'
        find / -xdev \\( -perm -4000 -o -perm -2000 \\) -type f 2>/dev/null
        find / -xdev -type f -perm -0002 -not -path '/proc/*' -not -path '/sys/*' 2>/dev/null
    """
    lines = said(client, ids["subject"], script).split()
    programs = ["launcher.py", "program.py", "pytests.py", "recorder.py"]
    assert lines == ["/opt:", "takehome", "venv", "/opt/takehome:", *programs]


OF_A_SERVICE = (
    "a2wsgi aiohttp aiosqlite falcon fastapi flask greenlet httpx2 jwt litestar multipart "
    "pydantic_settings pytest pytest_asyncio quart requests sqlalchemy sqlmodel starlette "
    "uvicorn"
)
OF_TESTS = (
    "coverage faker freezegun hypothesis pytest_httpx2 pytest_mock pytest_timeout respx xdist"
)


@pytest.mark.parametrize("modules", [OF_A_SERVICE, OF_TESTS], ids=["service", "tests"])
def test_the_subject_imports_what_is_allowed(
    client: DockerClient, ids: dict[str, str], modules: str
) -> None:
    script = f"for name in {modules}; do echo import $name; done | python3 -W error - && echo good"
    assert said(client, ids["subject"], script) == "good\n"


def test_the_harness_finds_its_packages(client: DockerClient, ids: dict[str, str]) -> None:
    script = (
        'python3 -I -c "import runner.harness.run, runner.analyser, aiohttp, pydantic, pytest"'
        " && ruff --version && mypy --version"
    )
    assert [line.split()[0] for line in said(client, ids["harness"], script).splitlines()] == [
        "ruff",
        "mypy",
    ]


def test_a_base_image_that_is_nowhere_is_explained(
    client: DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASE_IMAGE", "localhost:1/takehome-nowhere:none")
    with pytest.raises(InfrastructureError, match="cannot be pulled") as caught:
        images.ensure(client, "backend")
    assert "scripts/bootstrap-docker.sh" in caught.value.do
