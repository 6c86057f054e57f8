"""What the corpus stands for is whole, and every attack in it can be laid."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from runner.errors import UsageError
from runner.selftest.guarantees import PROMISES, Guarantee
from runner.selftest.probes import PROBES
from runner.selftest.promises import PROMISES_PROBE
from runner.selftest.submissions import BUILDERS, laid, received
from tests.meta.repository import ROOT
from tests.unit.selftest.build import CORPUS

if TYPE_CHECKING:
    from runner.selftest.corpus import Loaded

CATALOGUE: dict[str, dict[str, Any]] = tomllib.loads(
    (CORPUS.root / "catalogue.toml").read_text("utf-8")
)
ATTACKS = [one.attack for one in CORPUS.attacks]
GRADED = [one for one in CORPUS.attacks if one.attack.kind in {"analysis", "grading"}]
MOST_BYTES = 12_000


def ids(one: Loaded) -> str:
    return one.attack.id


def test_every_known_attack_is_in_the_corpus_or_has_a_reason() -> None:
    covered = {str(number) for one in ATTACKS for number in one.catalogue}
    excused = set(CATALOGUE["reasons"])

    assert covered | excused == set(CATALOGUE["attacks"])
    assert covered & excused == set()


def test_every_weakness_that_was_found_is_in_the_corpus() -> None:
    covered = {name for one in ATTACKS for name in one.weaknesses}
    assert covered == set(CATALOGUE["weaknesses"])


def test_reasons_name_places_that_there_are() -> None:
    named = [
        place
        for reason in CATALOGUE["reasons"].values()
        for place in re.findall(r"tests/[\w/.]+\w", reason)
    ]
    assert named
    assert [place for place in named if not (ROOT / place).exists()] == []


def test_every_promise_is_attacked_quickly_too() -> None:
    # Honest work is graded as well, whatever else is.
    quick = {one.guarantee for one in ATTACKS if one.quick} | {Guarantee.HONEST}
    assert quick == set(PROMISES)


def test_every_attack_names_what_there_is() -> None:
    for one in ATTACKS:
        assert set(one.probes) <= {*PROBES, PROMISES_PROBE}, one.id
        assert bool(one.probes) is (one.kind == "engine"), one.id
        assert one.builder in {"", *BUILDERS} or one.kind == "render", one.id
        assert one.payloads or one.builder or one.kind != "render", one.id


def test_expectations_name_criteria_that_there_are() -> None:
    rubric = {one.id for one in CORPUS.rubric.rubric.criteria}
    for one in GRADED:
        challenge = CORPUS.challenges[one.attack.target].challenge
        known = rubric | {each.id for each in challenge.requirements}
        assert set(one.attack.expect.not_passed) <= known, one.attack.id


def test_no_attack_is_empty_or_large() -> None:
    for one in CORPUS.attacks:
        assert sum(len(file.data) for file in one.files) < MOST_BYTES, one.attack.id
        attack = one.attack
        does = one.files or attack.edits or attack.builder or attack.probes or attack.payloads
        assert does, attack.id


@pytest.mark.parametrize("one", GRADED, ids=ids)
def test_every_attack_that_is_graded_comes_in_at_the_door(one: Loaded) -> None:
    submission = received(CORPUS, one)

    required = CORPUS.challenges[one.attack.target].challenge.subject.files
    assert set(required) <= submission.paths
    base = {file.path: file.data for file in CORPUS.base(one.attack.target, one.attack.base)}
    assert {file.path: file.data for file in submission.files} != base


@pytest.mark.parametrize("one", [one for one in CORPUS.attacks if one not in GRADED], ids=ids)
def test_every_other_attack_can_be_laid(one: Loaded) -> None:
    if one.attack.kind != "render":
        assert laid(CORPUS, one)


def test_nothing_is_copied_from_or_into_a_container() -> None:
    """Attack 111: such calls have been raced by the code inside, as root of the host."""
    calls = re.compile(r"\.(put_archive|get_archive|copy)\(")
    files = sorted((ROOT / "runner" / "sandbox").glob("docker*.py"))
    assert files
    assert [path.name for path in files if calls.search(path.read_text("utf-8"))] == []


def test_unknown_attacks_are_refused() -> None:
    with pytest.raises(UsageError, match="no attack nonsense"):
        CORPUS.chosen(quick=False, only=("nonsense",))


def test_a_quick_choice_is_a_part() -> None:
    quick, every = CORPUS.chosen(quick=True), CORPUS.chosen(quick=False)
    assert set(map(ids, quick)) < set(map(ids, every))
    assert [ids(one) for one in CORPUS.chosen(quick=True, only=("fork-bomb",))] == ["fork-bomb"]
