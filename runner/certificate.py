"""The certificate of a challenge: how every variant came out, and for what that holds.

Each row has a digest over what decides its outcome, so that the change of one variant costs one
grading. What graded it (checks, harness, images) is no part of that: when they change, grade
everything.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from runner import kept
from runner.model import Document, Level, Status
from runner.tree import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from runner.catalog import LoadedChallenge, LoadedRubric, Variant

_GRADED = ("challenge.toml", "hidden/", "starter/")
OWN_TESTS = frozenset({"solution", "starter", "cheat"})
"""Kinds of variants whose quality is measured, and whose own tests are run: code that is wrong on
purpose, or correct in another way, proves nothing by it."""

_JUDGES = {"categories", "criteria", "gates"}
"""What of a rubric decides points. Flags, questions and advice are for readers."""

_ELSEWHERE = {"defect", "probes", "edits"}
"""What `expect.toml` says to readers and to `takehome challenge probes`, and what is in the
variant's files already."""


class Row(Document):
    """One variant: the status of each requirement, percent by level, what did not hold.

    `failed_checks` is None where it was not recorded.
    """

    variant: str
    kind: str
    digest: str
    statuses: dict[str, Status]
    percents: dict[Level, float]
    failed_checks: tuple[str, ...] | None
    problems: tuple[str, ...]
    seconds: float

    @property
    def lost(self) -> frozenset[str]:
        """Ids of the requirements that did not pass."""
        return frozenset(
            name for name, status in self.statuses.items() if status is not Status.PASSED
        )


class Proof(kept.Kept):
    """The matrix requirement × variant. `untriggered` are checks that no flaw makes fail."""

    rows: tuple[Row, ...] = ()
    untriggered: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that did not hold, each with its variant."""
        return tuple(f"{row.variant}: {text}" for row in self.rows for text in row.problems)


def row_digest(challenge: LoadedChallenge, rubric: LoadedRubric, variant: Variant) -> str:
    """sha256 (hex) over what decides how a variant comes out."""
    runs = challenge.challenge.tests
    # Where a variant's own tests are run, it is against these.
    faults = runs.faults if runs and variant.kind in OWN_TESTS else ()
    graded = (*_GRADED, *(f"flawed/{name}/" for name in faults))
    shared = digest_of(file for file in challenge.files if file.path.startswith(graded))
    expects = variant.expects.model_dump_json(exclude=_ELSEWHERE, exclude_defaults=True)
    judges = rubric.rubric.model_dump_json(include=_JUDGES)
    parts = (shared, judges, variant.kind, digest_of(variant.files), expects)
    return sha256("\0".join(parts).encode()).hexdigest()


def stale(
    proof: Proof, challenge: LoadedChallenge, rubric: LoadedRubric, variants: Iterable[Variant]
) -> tuple[Variant, ...]:
    """The variants whose row is missing or was made of something else."""
    held = {(row.variant, row.digest) for row in proof.rows}
    return tuple(
        variant
        for variant in variants
        if (variant.title, row_digest(challenge, rubric, variant)) not in held
    )


def renewed(
    proof: Proof, rows: Iterable[Row], challenge: LoadedChallenge, variants: Iterable[Variant]
) -> Proof:
    """The proof with these rows in place of older ones, and without variants that are gone."""
    known = {row.variant: row for row in (*proof.rows, *rows)}
    still = tuple(known[variant.title] for variant in variants if variant.title in known)
    return Proof(
        challenge=challenge.challenge.id,
        rows=still,
        untriggered=_untriggered(still, challenge.expected, proof.untriggered),
    )


def _untriggered(
    rows: Sequence[Row], expected: tuple[tuple[str, str], ...], before: tuple[str, ...]
) -> tuple[str, ...]:
    """What was told `before` stands in for what a row did not record."""
    failed = [row.failed_checks for row in rows if row.kind == "flawed"]
    triggered = {check for checks in failed for check in checks or ()}
    told = before if None in failed else [check for check, _ in expected]
    return tuple(check for check, _ in expected if check in told and check not in triggered)


def load_proof(path: Path, challenge: LoadedChallenge) -> Proof:
    """The certificate in a file, without rows where there is none; else `UsageError`."""
    return kept.load(path, Proof, challenge.challenge.id, name="a certificate")


def save_proof(path: Path, proof: Proof) -> None:
    """Write the certificate; what did not hold has no row there."""
    rows = tuple(row for row in proof.rows if not row.problems)
    kept.save(path, proof.model_copy(update={"rows": rows}))
