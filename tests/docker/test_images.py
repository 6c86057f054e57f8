"""The built images: apart from each other, and lean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.errors import InfrastructureError
from runner.model import Limits
from runner.sandbox import images
from runner.sandbox.docker import DockerSandbox, connect
from runner.sandbox.image_base import base_image
from runner.sandbox.provided import provided
from runner.testing.world import World
from scripts.provided import ASKS, FOLDER, HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docker import DockerClient

pytestmark = pytest.mark.docker

LIMITS = Limits(memory_mib=1024, pids=128, wall_seconds=180.0, scratch_mib=128)
"""Those of an analysis; a service needs less."""


@pytest.fixture(scope="module")
def client() -> Iterator[DockerClient]:
    client = connect()
    yield client
    client.close()


@pytest.fixture(scope="module", params=images.specializations())
def specialization(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def ids(client: DockerClient, specialization: str) -> dict[str, str]:
    return images.ensure(client, specialization)


def inspected(client: DockerClient, image: str) -> dict[str, Any]:
    found: dict[str, Any] = client.images.get(image).attrs
    return found


def said(client: DockerClient, image: str, script: str) -> str:
    world = World(sandbox=DockerSandbox(client), image=image, argv=lambda _: ("sh", "-c", script))
    with world.run() as run:
        box = run.start(world.spec(limits=LIMITS))
        box.wait(LIMITS.wall_seconds)
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


def test_a_second_time_builds_nothing(
    client: DockerClient, specialization: str, ids: dict[str, str]
) -> None:
    events: list[tuple[str, str]] = []
    assert images.ensure(client, specialization, lambda *event: events.append(event)) == ids
    assert {stage for stage, _ in events} == {"ready"}
    assert images.missing(client, specialization) == ()


def test_the_subject_holds_nothing_of_ours(
    client: DockerClient, specialization: str, ids: dict[str, str]
) -> None:
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
    home = {"datasci": ["home"]}.get(specialization, [])
    programs = [*home, "launcher.py", "program.py", "pytests.py", "recorder.py"]
    assert lines == ["/opt:", "takehome", "venv", "/opt/takehome:", *programs]


OF_A_SERVICE = (
    "a2wsgi aiohttp aiosqlite falcon fastapi flask greenlet httpx2 jwt litestar multipart "
    "pydantic_settings quart requests sqlalchemy sqlmodel starlette uvicorn"
)
OF_AN_ANALYSIS = (
    "altair duckdb matplotlib.pyplot numpy.testing pandas.testing polars.testing pyarrow.parquet "
    "scipy.stats seaborn sqlite3 statsmodels.api statsmodels.formula.api tabulate vl_convert"
)
OF_A_MODEL = (
    "a2wsgi fastapi httpx2 joblib numpy.testing onnx onnxruntime pandas.testing polars "
    "pyarrow.parquet pydantic_settings scipy.stats skl2onnx sklearn.ensemble "
    "sklearn.linear_model skops.io starlette uvicorn"
)
OF_TESTS = "coverage freezegun hypothesis pytest pytest_mock pytest_timeout xdist"
ALLOWED = {
    "backend": (OF_A_SERVICE, f"{OF_TESTS} faker pytest_asyncio pytest_httpx2 respx"),
    "datasci": (OF_AN_ANALYSIS, f"{OF_TESTS} hypothesis.extra.numpy hypothesis.extra.pandas"),
    "mle": (OF_A_MODEL, f"{OF_TESTS} pytest_asyncio hypothesis.extra.numpy"),
}


def test_the_subject_imports_what_is_allowed(
    client: DockerClient, specialization: str, ids: dict[str, str]
) -> None:
    script = "\n".join(
        f"for name in {names}; do echo import $name; done | python3 -W error - && echo good"
        for names in ALLOWED[specialization]
    )
    assert said(client, ids["subject"], script) == "good\ngood\n"


def test_what_the_subject_holds_is_listed(
    client: DockerClient, specialization: str, ids: dict[str, str]
) -> None:
    """The analyser takes every other name for a part of the submission."""
    found = said(client, ids["subject"], f"python3 - <<'EOF'\n{ASKS}\nEOF").splitlines()
    path = FOLDER / f"provides-{specialization}.txt"
    assert found == path.read_text("utf-8").removeprefix(HEAD).splitlines()
    assert set(found) <= set(provided(specialization))


DRAWS = """
import altair
import duckdb
import matplotlib.pyplot as plt
import pandas as pd
import polars as pl
import seaborn as sns
import statsmodels.formula.api as smf
from pathlib import Path
from zoneinfo import ZoneInfo

plt.rcParams["svg.fonttype"] = "none"
frame = pd.DataFrame({"month": list("abcd") * 5, "share": range(20)})
frame.to_csv("/tmp/data.csv", index=False)

figure, axes = plt.subplots()
sns.barplot(data=frame, x="month", y="share", ax=axes)
figure.savefig("/tmp/seaborn.svg")
altair.Chart(frame).mark_bar().encode(x="month:N", y="share:Q").save("/tmp/altair.svg")
for name in ("seaborn", "altair"):
    print(name, ">month</text>" in Path(f"/tmp/{name}.svg").read_text())

print(duckdb.sql("select count(*) from '/tmp/data.csv'").fetchall())
print(pl.read_csv("/tmp/data.csv").to_pandas().equals(frame))
print(sorted(smf.ols("share ~ C(month)", data=frame).fit().params.index)[-1])
print(frame.head(1).to_markdown(index=False).splitlines()[-1])
print(pd.Timestamp(0, tz=ZoneInfo("Europe/Berlin")).hour)
"""


def test_an_analysis_draws_and_counts(client: DockerClient) -> None:
    subject = images.ensure(client, "datasci")["subject"]
    assert said(client, subject, f"python3 -W error - <<'EOF'\n{DRAWS}\nEOF").splitlines() == [
        "seaborn True",
        "altair True",
        "[(20,)]",
        "True",
        "Intercept",
        "| a       |       0 |",
        "1",
    ]


def test_a_command_finds_what_libraries_keep_in_a_home(client: DockerClient) -> None:
    subject = images.ensure(client, "datasci")["subject"]
    # It ends all processes beside itself: the shell, and so its container.
    script = "python3 -I /opt/takehome/program.py MARK sh -c 'ls ~/.cache/matplotlib'; true"
    assert "fontlist-" in said(client, subject, script)


def test_the_harness_finds_its_packages(client: DockerClient, ids: dict[str, str]) -> None:
    script = (
        'python3 -I -c "import runner.harness.run, runner.analyser, aiohttp, pydantic, pytest"'
        " && ruff --version && mypy --version"
    )
    assert [line.split()[0] for line in said(client, ids["harness"], script).splitlines()] == [
        "ruff",
        "mypy",
    ]


def test_a_hidden_suite_has_what_it_reads_files_with(client: DockerClient) -> None:
    harness = images.ensure(client, "datasci")["harness"]
    script = 'python3 -I -c "import defusedxml, numpy; print(numpy.ones(3).sum())"'
    assert said(client, harness, script) == "3.0\n"


def test_mypy_knows_every_name_that_can_be_imported(
    client: DockerClient, specialization: str, ids: dict[str, str]
) -> None:
    script = f"""
        cd /tmp
        python3 -I -c "import runner.analyser.typecheck as t; print(t.configuration())" > mypy.ini
        for name in {" ".join(ALLOWED[specialization])}; do echo import $name; done > names.py
        cp -r /opt/mypy-cache cache
        mypy --config-file mypy.ini --cache-dir cache names.py
    """
    assert said(client, ids["harness"], script) == "Success: no issues found in 1 source file\n"


def test_a_base_image_that_is_nowhere_is_explained(
    client: DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASE_IMAGE", "localhost:1/takehome-nowhere:none")
    with pytest.raises(InfrastructureError, match="cannot be pulled") as caught:
        images.ensure(client, "backend")
    assert "scripts/bootstrap-docker.sh" in caught.value.do
