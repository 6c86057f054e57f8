from __future__ import annotations

import io
import tarfile

from runner.tree import TIMESTAMP, SourceFile, digest_of, overlay, pack

APP = SourceFile(path="app/main.py", data=b"app = 1\n")
RUN = SourceFile(path="run.sh", data=b"#!/bin/sh\n", executable=True)


def test_the_digest_names_the_content_and_not_the_order() -> None:
    assert digest_of([APP, RUN]) == digest_of([RUN, APP])
    assert len(digest_of([])) == 64


def test_the_digest_changes_with_path_and_content() -> None:
    digests = {
        digest_of([APP]),
        digest_of([SourceFile(path="app/main.py", data=b"app = 2\n")]),
        digest_of([SourceFile(path="app/mein.py", data=APP.data)]),
        digest_of([APP, RUN]),
    }
    assert len(digests) == 4


def test_an_overlay_adds_replaces_and_removes() -> None:
    new = SourceFile(path="app/main.py", data=b"app = 2\n")
    extra = SourceFile(path="a.txt", data=b"")
    merged = overlay([APP, RUN], [new, extra], removes=["run.sh", "not there"])
    assert merged == (extra, new)


def test_the_tar_is_the_same_whatever_the_order() -> None:
    assert pack([APP, RUN]) == pack(iter([RUN, APP]))


def test_the_tar_says_nothing_of_this_machine() -> None:
    long_name = SourceFile(path="é" * 60 + "/" + "x" * 120, data=b"long")
    with tarfile.open(fileobj=io.BytesIO(pack([RUN, APP, long_name]))) as archive:
        members = {member.name: member for member in archive}
    assert list(members) == ["app", "é" * 60, "app/main.py", "run.sh", long_name.path]
    assert {(m.uid, m.gid, m.uname, m.gname, m.mtime) for m in members.values()} == {
        (0, 0, "", "", TIMESTAMP)
    }
    assert [oct(m.mode) for m in members.values()] == ["0o755", "0o755", "0o644", "0o755", "0o644"]
