from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from runner import kept
from runner.errors import InfrastructureError
from runner.kept import Kept

if TYPE_CHECKING:
    from pathlib import Path


class Numbers(Kept):
    """A document as large as a proof."""

    numbers: tuple[int, ...] = ()


def test_whoever_writes_last_the_document_is_whole(tmp_path: Path) -> None:
    """Two proofs of one challenge may keep their rows in one file at the same time."""
    documents = [Numbers(challenge="a", numbers=(n,) * 20_000) for n in range(8)]
    path = tmp_path / "deep" / "proof.json"
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            list(pool.map(lambda document: kept.save(path, document), documents))
            assert kept.load(path, Numbers, "a", name="a proof") in documents
    assert [one.name for one in path.parent.iterdir()] == ["proof.json"]


def test_a_document_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "proof.json"
    kept.save(path, Numbers(challenge="a"))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InfrastructureError, match=r"proof\.json cannot be written: because no"):
        kept.save(path, Numbers(challenge="a", numbers=(1,)))
    assert kept.load(path, Numbers, "a", name="a proof") == Numbers(challenge="a")
    assert [one.name for one in tmp_path.iterdir()] == ["proof.json"]
