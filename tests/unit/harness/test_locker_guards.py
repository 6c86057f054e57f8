"""What a name stands for may change between the look at it and its opening."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from runner.harness.locker import _opened

if TYPE_CHECKING:
    from pathlib import Path


def test_a_link_that_took_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"x")
    (tmp_path / "link").symlink_to("plain")
    plain = _opened(str(tmp_path / "plain"))

    assert plain is not None
    os.close(plain)
    assert _opened(str(tmp_path / "link")) is None


def test_a_pipe_that_took_the_place_of_a_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert _opened(str(tmp_path / "pipe")) is None
