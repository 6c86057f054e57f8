"""The rounds of probes in a file: what they tell, and which take the place of which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.catalog import variants
from runner.errors import UsageError
from runner.rounds import Rounds, Tally, load_rounds, save_rounds, tried_digest
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from pathlib import Path


def tally(passed: int, failed: int, not_measured: int = 0, **changes: object) -> Tally:
    parts = {
        "variant": "solution",
        "good": True,
        "requirement": "overlap",
        "load": False,
        "jobs": 1,
        "digest": "0",
        "reason": "",
    }
    counts = {"passed": passed, "failed": failed, "not_measured": not_measured}
    return Tally.model_validate(parts | counts | changes)


@pytest.mark.parametrize(
    ("good", "counts", "separated"),
    [
        (True, (5, 0, 0), True),
        (True, (4, 1, 0), False),
        (True, (4, 0, 1), False),
        (False, (0, 5, 0), True),
        (False, (1, 4, 0), False),
        (False, (0, 4, 1), False),
    ],
)
def test_every_round_has_to_tell_the_truth(
    good: bool,  # noqa: FBT001 - a parameter of the case
    counts: tuple[int, int, int],
    separated: bool,  # noqa: FBT001 - as above
) -> None:
    one = tally(*counts, good=good)
    assert one.rounds == 5
    assert one.separated is separated


def test_newer_tallies_take_the_place_of_the_same_trial_only(tmp_path: Path) -> None:
    path = tmp_path / "proofs" / "rounds.json"
    old = [tally(1, 0), tally(2, 0, load=True), tally(0, 3, variant="flawed/a", good=False)]
    save_rounds(path, Rounds(challenge="x/y").with_newer(old))
    newer = load_rounds(path, "x/y").with_newer([tally(9, 0, load=True)])

    assert [(one.variant, one.load, one.rounds) for one in newer.tallies] == [
        ("flawed/a", False, 3),
        ("solution", False, 1),
        ("solution", True, 9),
    ]


def test_a_tally_is_of_a_suite_and_a_variant(tmp_path: Path) -> None:
    loaded = tiny.load(tmp_path, **tiny.FLAWED)
    solution, starter, *_ = variants(loaded)
    other = tiny.load(tmp_path, hidden__conftest_dot_py="# other\n")

    digest = tried_digest(loaded, solution)
    assert digest == tried_digest(loaded, solution)
    assert len({digest, tried_digest(loaded, starter), tried_digest(other, solution)}) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "x.json is not the record of rounds"),
        ('{"challenge": "a/b", "tallies": [{}]}', "x.json is not the record of rounds"),
        ('{"challenge": "a/b"}', "x.json is the record of rounds of a/b"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=message):
        load_rounds(path, "x/y")


def test_a_missing_file_holds_none_and_a_folder_cannot_be_read(tmp_path: Path) -> None:
    assert load_rounds(tmp_path / "none.json", "x/y").tallies == ()
    with pytest.raises(UsageError, match="cannot be read"):
        load_rounds(tmp_path, "x/y")
