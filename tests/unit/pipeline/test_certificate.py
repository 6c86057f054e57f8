"""Rows of a certificate: what makes one stale, and how new ones replace it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.catalog import load_challenge, load_rubric
from runner.certificate import Proof, Row, load_proof, renewed, row_digest, save_proof, stale
from runner.errors import UsageError
from runner.model import Level, Status
from runner.proof import all_variants, prove
from runner.testing.fake import IMAGE
from tests.unit.catalog import tiny
from tests.unit.pipeline.scenes import Stage

if TYPE_CHECKING:
    from pathlib import Path

    from runner.catalog import LoadedChallenge

CREATE, READ = "test_items.py::test_create", "test_items.py::test_read"
EXPECT = "flawed/no_read/expect.toml"
EMPTY = Proof(challenge="backend/tiny")
FLAG = """
[[flags]]
id = "red.items"
kind = "red"
title = "No items"
criterion = "items.create"
status = "failed"

"""


@pytest.fixture
def challenge(tmp_path: Path) -> LoadedChallenge:
    return tiny.load(tmp_path, **tiny.FLAWED)


def digests(root: Path) -> dict[str, str]:
    loaded, rubric = load_challenge("backend/tiny", root), load_rubric("tiny", root)
    return {v.title: row_digest(loaded, rubric, v) for v in all_variants(loaded)}


def row(variant: str, **changes: Any) -> Row:
    parts: dict[str, Any] = {
        "variant": variant,
        "kind": "flawed" if variant.startswith("flawed/") else variant,
        "digest": "0",
        "statuses": {"items.create": Status.PASSED, "items.read": Status.PARTIAL},
        "percents": dict.fromkeys(Level, 50.0),
        "failed_checks": (),
        "problems": (),
        "seconds": 1.0,
    }
    return Row(**(parts | changes))


@pytest.mark.parametrize(
    ("path", "old", "new", "changed"),
    [
        ("hidden/test_items.py", "/items", "/item", "solution starter no_create no_read"),
        ("hidden/conftest.py", "", "x = 1\n", "solution starter no_create no_read"),
        ("challenge.toml", "port = 8000", "port = 8001", "solution starter no_create no_read"),
        ("starter/app/main.py", "None", "0", "solution starter no_create no_read"),
        ("solution/app/main.py", "1", "2", "solution no_create no_read"),
        ("brief.md", "POST", "GET", "starter"),
        (EXPECT, 'loses = ["items.read"]', "loses = []", "no_read"),
        (EXPECT, "loses", 'removes = ["app/db.py"]\nloses', "no_read"),
        (EXPECT, "loses", 'base = "starter"\nloses', "no_read"),
        (EXPECT, "loses", 'alarms = ["x"]\nloses', "no_read"),
        (EXPECT, "loses", 'probes = ["items.read"]\nloses', ""),
        (EXPECT, "no read", "reads nothing", ""),
    ],
)
def test_a_digest_follows_what_decides_the_outcome(
    tmp_path: Path, path: str, old: str, new: str, changed: str
) -> None:
    root = tiny.write(tmp_path, **tiny.FLAWED) / "challenges/backend/tiny"
    before = digests(tmp_path)
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new) if old else new)

    after = digests(tmp_path)

    differing = {title for title in before if before[title] != after[title]}
    assert {title.rpartition("/")[2] for title in differing} == set(changed.split())


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("share = 0.5", "share = 0.4", True),
        ("schema_version", "# stricter\nschema_version", False),
        ("[[gates]]", FLAG + "[[gates]]", False),
    ],
    ids=["points", "comment", "flag"],
)
def test_another_way_to_earn_points_changes_every_digest(
    tmp_path: Path, old: str, new: str, *, changes: bool
) -> None:
    tiny.write(tmp_path)
    before = digests(tmp_path)
    assert old in tiny.RUBRIC
    tiny.write(tmp_path, rubrics__tiny_dot_toml=tiny.RUBRIC.replace(old, new))

    assert set(before.values()).isdisjoint(digests(tmp_path).values()) is changes


def test_rows_that_are_missing_or_of_something_else_are_stale(
    challenge: LoadedChallenge, tmp_path: Path
) -> None:
    rubric, known = load_rubric("tiny", tmp_path), all_variants(challenge)
    held = digests(tmp_path)["solution"]
    proof = Proof(challenge="backend/tiny", rows=(row("solution", digest=held), row("starter")))

    titles = [variant.title for variant in stale(proof, challenge, rubric, known)]

    assert titles == ["starter", "flawed/no_create", "flawed/no_read"]


def test_what_was_proven_is_not_stale(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.play()
    known = all_variants(stage.challenge)[:1]
    images = {"harness": IMAGE, "subject": IMAGE}

    kept: list[Row] = []

    proof = prove(stage.challenge, stage.rubric, known, stage.sandbox, images, keep=kept.append)

    assert [item.variant for item in proof.rows] == ["solution"]
    assert tuple(kept) == proof.rows
    assert proof.rows[0].failed_checks == ()
    assert stale(proof, stage.challenge, stage.rubric, known) == ()


def test_new_rows_replace_old_ones_and_those_of_nobody_go(challenge: LoadedChallenge) -> None:
    known = all_variants(challenge)
    before = Proof(
        challenge="backend/tiny",
        rows=(row("flawed/gone"), row("flawed/no_read"), row("solution")),
    )
    fresh = (row("flawed/no_read", digest="1"), row("flawed/no_create", digest="1"))

    proof = renewed(before, fresh, challenge, known)

    assert [(item.variant, item.digest) for item in proof.rows] == [
        ("solution", "0"),
        ("flawed/no_create", "1"),
        ("flawed/no_read", "1"),
    ]


def test_untriggered_counts_the_failed_checks_of_all_flaws(challenge: LoadedChallenge) -> None:
    known = all_variants(challenge)
    rows = (row("starter", failed_checks=(READ,)), row("flawed/no_create", failed_checks=(CREATE,)))

    proof = renewed(EMPTY, rows, challenge, known)
    assert proof.untriggered == (READ,)

    more = (row("flawed/no_read", failed_checks=(READ,)),)
    assert renewed(proof, more, challenge, known).untriggered == ()


def test_what_a_row_did_not_record_stays_as_it_was_told(challenge: LoadedChallenge) -> None:
    known = all_variants(challenge)
    before = Proof(
        challenge="backend/tiny",
        rows=(row("flawed/no_create", failed_checks=None),),
        untriggered=(READ, "test_items.py::test_gone"),
    )

    assert renewed(before, (), challenge, known).untriggered == (READ,)
    fresh = (row("flawed/no_read", failed_checks=(READ,)),)
    assert renewed(before, fresh, challenge, known).untriggered == ()


def test_problems_name_their_variant_and_lost_is_what_did_not_pass() -> None:
    proof = Proof(challenge="x/y", rows=(row("solution", problems=("a", "b")),))

    assert proof.problems == ("solution: a", "solution: b")
    assert proof.rows[0].lost == {"items.read"}


def test_a_certificate_is_read_as_it_was_written(
    challenge: LoadedChallenge, tmp_path: Path
) -> None:
    path = tmp_path / "new" / "proof.json"
    proof = Proof(challenge="backend/tiny", rows=(row("solution"),), untriggered=(READ,))

    assert load_proof(path, challenge) == EMPTY
    save_proof(path, proof)
    assert load_proof(path, challenge) == proof

    broken = row("starter").model_copy(update={"problems": ("earns too much",)})
    save_proof(path, proof.model_copy(update={"rows": (*proof.rows, broken)}))
    assert load_proof(path, challenge) == proof


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no JSON", "proof.json is not a certificate: because the document: Invalid JSON"),
        ('{"challenge_digest": "0", "rows": []}', "because challenge: Field required"),
        ('{"challenge": "backend/other"}', "proof.json is a certificate of backend/other"),
    ],
)
def test_what_is_no_certificate_of_this_challenge_is_refused(
    challenge: LoadedChallenge, tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "proof.json"
    path.write_text(text)

    with pytest.raises(UsageError, match=message) as caught:
        load_proof(path, challenge)
    assert caught.value.do


def test_a_certificate_that_cannot_be_read_is_explained(
    challenge: LoadedChallenge, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_proof(tmp_path, challenge)
