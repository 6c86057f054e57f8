"""What images are made of, and when they are built again."""

from __future__ import annotations

import io
import re
import tarfile
from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.sandbox.image_build import build_arguments, context, host_certificates
from runner.sandbox.images import specializations, specs, tag

BASE = "sha256:" + "b" * 64
DATA = Path(__file__).resolve().parents[3] / "runner" / "images"


def test_a_tag_follows_the_content(tmp_path: Path) -> None:
    (spec, _) = specs("backend")
    first = tag(spec, BASE)
    assert re.fullmatch(r"takehome/subject-backend:[0-9a-f]{16}", first)
    assert tag(spec, BASE) == first
    assert tag(spec, "sha256:other") != first
    changed = tmp_path / "launcher.py"
    changed.write_text("pass\n")
    spec.files["launcher.py"] = changed
    assert tag(spec, BASE) != first


def test_an_unknown_specialization_is_refused() -> None:
    with pytest.raises(UsageError, match="cooking") as caught:
        specs("cooking")
    assert "backend, datasci" in caught.value.do


def test_specializations_differ_in_what_is_installed() -> None:
    assert specializations() == ("backend", "datasci", "mle")
    for one, other in zip(specs("backend"), specs("datasci"), strict=True):
        assert one.files.keys() == other.files.keys()
        assert tag(one, BASE) != tag(other, BASE)
        differing = {path for path, file in one.files.items() if other.files[path] != file}
        assert differing <= {"requirements.txt", "imports.txt"}


@pytest.mark.parametrize("specialization", specializations())
def test_all_that_an_image_is_made_of_is_there(specialization: str) -> None:
    for spec in specs(specialization):
        assert [path for path, file in spec.files.items() if not file.is_file()] == []


@pytest.mark.parametrize("specialization", specializations())
def test_the_subject_gets_nothing_of_ours_but_the_launchers(specialization: str) -> None:
    subject, harness = specs(specialization)
    assert [path for path in subject.files if path.endswith(".py")] == [
        "launcher.py",
        "program.py",
        "pytests.py",
        "recorder.py",
        "takehome_coverage.py",
    ]
    assert {"runner/__init__.py", "runner/harness/messages.py"} <= harness.files.keys()
    assert not [path for path in harness.files if "__pycache__" in path]
    assert {path.split("/")[1] for path in harness.files if path.startswith("runner/")} == {
        "__init__.py",
        "harness",
        "analyser",
    }


def test_a_context_is_the_same_for_the_same_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    files = {"b/a": tmp_path / "a", "a": tmp_path / "a"}
    archive = context(files, b"certificates")
    assert archive == context(dict(reversed(files.items())), b"certificates")
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        assert opened.getnames() == ["a", "b/a", "ca.pem"]
        assert {entry.mtime for entry in opened} == {0}


def test_only_what_a_build_can_reach_is_passed_on() -> None:
    environment = {
        "PIP_INDEX_URL": "https://packages.example/simple",
        "PIP_EXTRA_INDEX_URL": "file:///srv/packages",
        "PIP_TRUSTED_HOST": "",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "HTTPS_PROXY": "http://proxy.example:3128",
    }
    assert build_arguments(environment, BASE) == {
        "BASE_IMAGE": BASE,
        "PIP_INDEX_URL": "https://packages.example/simple",
        "HTTPS_PROXY": "http://proxy.example:3128",
    }


def test_the_certificates_are_those_of_the_host(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(b"certificates")
    environment = {"PIP_CERT": "/nonexistent", "SSL_CERT_FILE": str(tmp_path / "ca.pem")}
    assert host_certificates(environment) == b"certificates"


def versions(name: str) -> dict[str, str]:
    text = (DATA / f"{name}.txt").read_text()
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", sorted(path.stem for path in DATA.glob("*-*.in")))
def test_requirements_are_locked_by_hash_and_name_no_address(name: str) -> None:
    text = (DATA / f"{name}.txt").read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert all(re.match(r"[a-z0-9._-]+==[^ ]+ ", entry, re.IGNORECASE) for entry in entries)
    assert "://" not in text
    assert "\n--" not in text


def test_all_images_have_the_same_version_of_a_package() -> None:
    locks = [versions(path.stem) for path in DATA.glob("*-*.in")]
    held = {package for lock in locks for package in lock}
    several = {
        package: found
        for package in held
        if len(found := {lock[package] for lock in locks if package in lock}) > 1
    }
    assert several == {}


def test_the_harness_reads_what_a_service_can_import() -> None:
    assert versions("subject-backend").items() <= versions("harness-backend").items()


@pytest.mark.parametrize("specialization", specializations())
def test_imports_are_names_one_a_line(specialization: str) -> None:
    lines = (DATA / f"imports-{specialization}.txt").read_text().splitlines()
    names = [line for line in lines if not line.startswith("#")]
    assert all(name.isidentifier() for line in names for name in line.split("."))
    assert names == sorted(set(names))
