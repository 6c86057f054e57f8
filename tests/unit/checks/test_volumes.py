"""The subject's volumes have room for every submission that the intake lets through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.checks import CheckContext
from runner.checks.hidden_tests import volumes
from runner.testing.fake import FakeSandbox
from runner.tree import SourceFile, pack
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from pathlib import Path

PAGE = 4096
MIB = 1024 * 1024


def test_many_tiny_files_fit_a_page_each(tmp_path: Path) -> None:
    files = 15_000
    sources = pack([SourceFile(path=f"z/{number}", data=b"x") for number in range(files)])
    challenge = tiny.load(tmp_path).challenge
    with FakeSandbox().open(ttl_seconds=60) as run:
        context = CheckContext(
            run=run,
            challenge=challenge,
            images={},
            sources=sources,
            starter=b"",
            suite=(),
            expected=(),
            seed=1,
        )
        source, data = volumes(context)

    assert source.size_mib * MIB >= files * PAGE
    assert data.size_mib == challenge.subject.data_mib
