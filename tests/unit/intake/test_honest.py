"""What people send: each form gives the same submission, without what is not their work."""

from __future__ import annotations

import io
import os
import shutil
import stat
import tarfile
from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.intake import Dropped, check_is_submission, read_submission, submission_from_files
from runner.tree import SourceFile
from tests.unit.intake.archives import (
    GOOD,
    content,
    folder_of,
    gz,
    honest_tar,
    member,
    read,
    tar_of,
    zip_entry,
    zip_of,
)

WRAPPED = {f"my project/{name}": data for name, data in GOOD.items()}


@pytest.mark.parametrize("entries", [GOOD, WRAPPED], ids=["flat", "wrapped"])
def test_every_form_is_the_same_submission(tmp_path: Path, entries: dict[str, bytes]) -> None:
    forms = [
        read_submission(folder_of(tmp_path / "folder", entries)),
        read(tmp_path, zip_of(entries)),
        read(tmp_path, zip_of(entries, method=0)),
        read(tmp_path, honest_tar(entries)),
        read(tmp_path, honest_tar(entries, "w:gz")),
    ]
    assert [content(form) for form in forms] == [dict(sorted(GOOD.items()))] * 5
    assert len({form.digest for form in forms}) == 1
    assert len({form.to_tar() for form in forms}) == 1
    assert {form.total_bytes for form in forms} == {15}


def test_archives_of_the_usual_tools(tmp_path: Path) -> None:
    folder_of(tmp_path / "my project", {**GOOD, f"docs/{'long' * 30}.md": b"\xe9", "d/ü.md": b""})
    for form in ("zip", "tar", "gztar"):
        packed = shutil.make_archive(str(tmp_path / form), form, tmp_path, "my project")
        submission = read_submission(Path(packed))
        assert submission.wrapper == "my project"
        assert len(submission.files) == 4
        assert "d/ü.md" in submission.paths


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_dialect_of_tar(tmp_path: Path, form: int) -> None:
    name = "my project/" + "/".join(["folder" * 5] * 3) + "/" + "ä" * 20 + ".py"
    buffer = io.BytesIO()
    headers = {"comment": "0123"} if form == tarfile.PAX_FORMAT else None
    with tarfile.open(fileobj=buffer, mode="w", format=form, pax_headers=headers) as archive:
        info = tarfile.TarInfo(name)
        info.size, info.mode = 3, 0o755
        archive.addfile(info, io.BytesIO(b"x=1"))
    submission = read(tmp_path, buffer.getvalue())
    assert submission.files == (
        SourceFile(path=name.removeprefix("my project/"), data=b"x=1", executable=True),
    )


def test_a_tar_of_the_folder_itself(tmp_path: Path) -> None:
    members = [member("./", kind=tarfile.DIRTYPE), member("./app/", kind=tarfile.DIRTYPE)]
    files = [member(f"./{name}", data) for name, data in GOOD.items()]
    assert content(read(tmp_path, tar_of(*members, *files, member(".")))) == GOOD


def test_a_gzip_with_a_long_name_in_its_header(tmp_path: Path) -> None:
    packed = gz(honest_tar(GOOD))
    named = packed[:3] + b"\x08" + packed[4:10] + b"x" * 200_000 + b"\0" + packed[10:]
    assert content(read(tmp_path, named)) == GOOD


def test_the_executable_bit_is_kept(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", GOOD)
    (tmp_path / "in/README.md").chmod(0o755)
    from_folder = read_submission(tmp_path / "in")
    entries = [(zip_entry(name), data) for name, data in GOOD.items()]
    entries[1] = (zip_entry("README.md", stat.S_IFREG | 0o755), entries[1][1])
    from_zip = read(tmp_path, zip_of([*entries]))
    for submission in (from_folder, from_zip):
        assert [file.path for file in submission.files if file.executable] == ["README.md"]


def test_a_folder_typed_as_a_link_is_followed(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", GOOD)
    (tmp_path / "link").symlink_to("in")
    assert content(read_submission(tmp_path / "link")) == GOOD


CLUTTER = {
    ".git/HEAD": "history",
    ".git": "history",
    "sub/.GIT/objects/00/11": "history",
    ".gitmodules": "submodules",
    "app/__pycache__/main.cpython-311.pyc": "cache",
    "app/old.pyc": "cache",
    ".mypy_cache/3.11/app.json": "cache",
    ".coverage": "cache",
    ".coverage.host.1": "cache",
    "orders.egg-info/PKG-INFO": "cache",
    ".venv/lib/x.py": "packages",
    "venv/lib/x.py": "packages",
    "web/node_modules/left-pad/index.js": "packages",
    "my-env/pyvenv.cfg": "packages",
    ".idea/workspace.xml": "editor",
    "lib/fast.cpython-311-x86_64-linux-gnu.so": "compiled",
    "lib/libfast.so.1.2": "compiled",
    "data/app.db": "databases",
    "data/app.db-wal": "databases",
    "data/app.SQLITE3": "databases",
    "model/final.pkl": "models",
    "model/final.joblib": "models",
    "__MACOSX/._app": "operating system",
    "app/.DS_Store": "operating system",
}


@pytest.mark.parametrize(("path", "why"), CLUTTER.items())
@pytest.mark.parametrize("form", ["folder", "zip", "tgz"])
def test_clutter_is_left_out_and_said(tmp_path: Path, path: str, why: str, form: str) -> None:
    entries = {**GOOD, path: b"anything"}
    if form == "folder":
        submission = read_submission(folder_of(tmp_path / "in", entries))
    else:
        packed = zip_of(entries) if form == "zip" else honest_tar(entries, "w:gz")
        submission = read(tmp_path, packed)
    assert content(submission) == GOOD
    [dropped] = submission.dropped
    assert path.startswith(dropped.path)
    assert why in dropped.reason


def test_names_that_only_look_like_clutter_are_kept(tmp_path: Path) -> None:
    entries = {
        **GOOD,
        "app/database.py": b"",
        "venv.md": b"",
        ".github/ci.yml": b"",
        "env/a.py": b"",
    }
    assert content(read(tmp_path, zip_of(entries))) == entries


def test_an_environment_of_any_name_may_hold_links(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "in", {**GOOD, "py311/pyvenv.cfg": b"", "py311/lib/a.py": b""})
    (root / "py311/bin").mkdir()
    (root / "py311/bin/python").symlink_to("/usr/bin/python3")
    (root / ".venv").symlink_to("py311")
    submission = read_submission(root)
    assert content(submission) == GOOD
    assert {dropped.path for dropped in submission.dropped} == {".venv", "py311"}
    packed = shutil.make_archive(str(tmp_path / "a"), "gztar", root.parent, "in")
    assert content(read_submission(Path(packed))) == GOOD


@pytest.mark.parametrize("wrapper", ["", "mine/"])
def test_an_environment_in_the_project_itself_leaves_the_project(
    tmp_path: Path, wrapper: str
) -> None:
    entries = {f"{wrapper}{name}": data for name, data in GOOD.items()}
    submission = read(tmp_path, zip_of({**entries, f"{wrapper}pyvenv.cfg": b""}))
    assert content(submission) == {**GOOD, "pyvenv.cfg": b""}


def test_the_wrapper_comes_off_what_is_said_too(tmp_path: Path) -> None:
    entries = {**WRAPPED, "my project/.git/hooks/pre-push": b"rm", "my project/a.db": b""}
    submission = read(tmp_path, zip_of({**entries, "__MACOSX/x": b"", ".DS_Store": b""}))
    assert submission.wrapper == "my project"
    assert [dropped.path for dropped in submission.dropped] == [".git", "a.db"]
    assert [alarm.location and alarm.location.path for alarm in submission.alarms] == [
        ".git/hooks/pre-push"
    ]


@pytest.mark.parametrize("beside", [".git/HEAD", ".venv/x", "b/c.txt", "a.txt"])
def test_a_folder_with_something_beside_it_is_no_wrapper(tmp_path: Path, beside: str) -> None:
    submission = read(tmp_path, zip_of({"app/main.py": b"", beside: b""}))
    assert submission.wrapper == ""
    assert "app/main.py" in submission.paths


def test_a_lone_folder_that_is_asked_for_is_no_wrapper(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zip_of({"app/main.py": b""}))
    assert read_submission(path).paths == {"main.py"}
    assert read_submission(path, required=["app/main.py"]).paths == {"app/main.py"}


def test_a_pointer_of_lfs_is_not_the_file(tmp_path: Path) -> None:
    pointer = b"version https://git-lfs.example/spec/v1\noid sha256:00\nsize 1\n"
    submission = read(tmp_path, zip_of({**GOOD, "data.csv": pointer}))
    assert submission.dropped == (
        Dropped(path="data.csv", reason="a pointer of Git LFS, not the file itself"),
    )


def test_archives_inside_stay_closed(tmp_path: Path) -> None:
    inner = zip_of({"bomb": b"\0" * 1_000_000})
    submission = read(tmp_path, zip_of({**GOOD, "inner.zip": inner}))
    assert submission.find("inner.zip") == inner
    assert submission.find("bomb") is None


@pytest.mark.parametrize(
    "entries", [{}, {".git/HEAD": b"", "a.pyc": b""}], ids=["empty", "clutter"]
)
def test_nothing_to_grade_is_refused(tmp_path: Path, entries: dict[str, bytes]) -> None:
    for data in (zip_of(entries), honest_tar(entries, "w:gz")):
        with pytest.raises(UsageError, match="no file that could be graded"):
            read(tmp_path, data)
    folder = folder_of(tmp_path / "in", entries)
    folder.mkdir(exist_ok=True)
    with pytest.raises(UsageError, match="no file that could be graded"):
        read_submission(folder)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xfd7zXZ\0...", "packed with xz"),
        (b"BZh9...", "packed with bzip2"),
        (b"\x28\xb5\x2f\xfd...", "packed with zstd"),
        (b"7z\xbc\xaf\x27\x1c...", "packed with 7z"),
        (b"Rar!\x1a\x07", "packed with rar"),
        (b"print('hello')\n", "neither a zip nor a tar"),
        (b"", "neither a zip nor a tar"),
        (b"x" * 400, "neither a zip nor a tar"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, data: bytes, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        read(tmp_path, data)
    assert caught.value.do == "Give a folder, a .zip, a .tar or a .tar.gz"


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_submission(tmp_path / "none\x1b.zip")


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="not a regular file"):
        read_submission(tmp_path / "pipe")


def _submission(*paths: str) -> tuple[SourceFile, ...]:
    return tuple(SourceFile(path=path, data=b"") for path in paths)


def test_a_submission_has_what_its_challenge_asks_for() -> None:
    submission = submission_from_files(_submission("b", "app/main.py"))
    assert [file.path for file in submission.files] == ["app/main.py", "b"]
    check_is_submission(submission, ["app/main.py"])


@pytest.mark.parametrize(
    ("paths", "advice"),
    [
        (("x/y/app/main.py", "z"), "Give the folder x/y of it"),
        (("mine.zip", "read.me"), "Unpack mine.zip inside it"),
        (("src/a.py", "src/b.py", "evil\u202e.py"), r"It holds evil\\u202e.py, src; is it"),
    ],
)
def test_what_lacks_a_required_file_is_refused_with_advice(
    paths: tuple[str, ...], advice: str
) -> None:
    submission = submission_from_files(_submission(*paths))
    with pytest.raises(UsageError, match=advice) as caught:
        check_is_submission(submission, ["app/main.py", "b.py"], challenge="Orders API")
    assert caught.value.what == "this does not look like an answer to Orders API"
    assert caught.value.why == "app/main.py, b.py is missing"
