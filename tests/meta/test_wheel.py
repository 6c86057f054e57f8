"""The wheel carries everything: installed elsewhere, it works without the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.meta.repository import ROOT, tracked

pytestmark = pytest.mark.slow

CHALLENGE = "backend/orders-api"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source archive, and the wheel made from that archive. No network."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return out


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; the dependencies come from the one in use.

    A line in a .pth file adds a folder without reading the .pth files in it, so the editable
    install of the environment in use stays out of sight.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    [wheel] = built.glob("*.whl")
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps"]
    subprocess.run([*pip, "--no-index", "--quiet", str(wheel)], check=True)
    [site] = folder.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def _takehome(installed: Path, cwd: Path, *arguments: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    run = subprocess.run(
        [installed / "bin" / "takehome", *arguments],
        cwd=cwd,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_wheel_holds_package_and_data_and_nothing_else(built: Path) -> None:
    [wheel] = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    held = {name for name in names if not re.match(r"takehome-[^/]+\.dist-info/", name)}
    expected = set()
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith("runner/"):
            expected.add(name)
        elif name.startswith(("challenges/", "controls/", "rubrics/")):
            expected.add(f"runner/_data/{name}")
        elif name.startswith("tests/hostile/"):
            expected.add(f"runner/_data/{name.removeprefix('tests/')}")
    assert held == expected


def test_licence_is_in_both(built: Path) -> None:
    [wheel], [archive] = built.glob("*.whl"), built.glob("*.tar.gz")
    assert any(name.endswith("/LICENSE") for name in zipfile.ZipFile(wheel).namelist())
    with tarfile.open(archive) as source:
        assert any(name.endswith("/LICENSE") for name in source.getnames())


def test_installed_command_lists_challenges(installed: Path, tmp_path: Path) -> None:
    assert CHALLENGE in _takehome(installed, tmp_path, "list")


def test_installed_command_shows_a_challenge(installed: Path, tmp_path: Path) -> None:
    assert "auth" in _takehome(installed, tmp_path, "challenge", "show", CHALLENGE)


def test_installed_command_issues_a_challenge(installed: Path, tmp_path: Path) -> None:
    _takehome(installed, tmp_path, "new", CHALLENGE, "issued", "--candidate", "Ada")
    assert (tmp_path / "issued" / ".takehome.json").is_file()


def test_installed_command_finds_its_attacks(installed: Path, tmp_path: Path) -> None:
    code = (
        "from runner.selftest.corpus import load_corpus, place\n"
        "corpus = load_corpus()\n"
        "print(place(), len(corpus.attacks), len(corpus.base('service', 'honest')))"
    )
    where, attacks, files = subprocess.run(
        [installed / "bin" / "python", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    corpus = ROOT / "tests" / "hostile"
    assert Path(where).is_relative_to(installed)
    assert int(attacks) == len([*corpus.glob("attacks/*/attack.toml")])
    assert int(files) == len([path for path in tracked() if "honest/service" in path.as_posix()])


def test_nothing_is_taken_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    python = installed / "bin" / "python"
    code = "import runner; print(runner.__file__)"
    where = subprocess.run(
        [python, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert Path(where).is_relative_to(installed)


@pytest.mark.docker
def test_installed_command_has_the_same_images(installed: Path, tmp_path: Path) -> None:
    """Images are named by the content they are made from: the wheel misses none of it."""
    command = [str(Path(sys.executable).with_name("takehome")), "images", "build"]
    here = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert _takehome(installed, tmp_path, "images", "build") == here
