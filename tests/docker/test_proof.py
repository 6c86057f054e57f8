"""The proof of the bundled challenges on real containers.

The solution, the starter, the variants that changed since they were proven last (`docs/proofs/`)
and a sample of the others that moves on from day to day, so that over time all are run.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from runner import catalog, certificate, proof
from runner.sandbox import images
from runner.sandbox.docker import DockerSandbox, connect
from scripts.matrix import CERTIFICATES

if TYPE_CHECKING:
    from runner.catalog import LoadedChallenge, LoadedRubric, Variant

pytestmark = [pytest.mark.docker, pytest.mark.slow]

SAMPLE = 2
"""Of each challenge. All variants of one take more than an hour of processor time."""

ALWAYS = ("solution", "starter")


def chosen(loaded: LoadedChallenge, rubric: LoadedRubric) -> tuple[Variant, ...]:
    variants = proof.all_variants(loaded)
    if os.environ.get("TAKEHOME_PROOF") == "all":
        return variants
    known = certificate.load_proof(CERTIFICATES[loaded.challenge.id], loaded)
    others = [variant.title for variant in variants if variant.kind not in ALWAYS]
    start = datetime.now(UTC).toordinal() * SAMPLE % len(others)
    wanted = {variant.title for variant in certificate.stale(known, loaded, rubric, variants)}
    wanted |= {*ALWAYS, *(others * 2)[start : start + SAMPLE]}
    return tuple(variant for variant in variants if variant.title in wanted)


@pytest.mark.parametrize("challenge", CERTIFICATES)
def test_the_variants_come_out_as_stated(challenge: str) -> None:
    loaded = catalog.load_challenge(challenge)
    rubric = catalog.load_rubric(loaded.challenge.rubric)
    engine = connect()
    ids = images.ensure(engine, loaded.challenge.specialization)

    outcome = proof.prove(
        loaded, rubric, chosen(loaded, rubric), DockerSandbox(engine), ids, jobs=4
    )

    assert outcome.problems == (), "\n".join(outcome.problems)


@pytest.mark.parametrize("challenge", CERTIFICATES)
def test_the_challenge_is_fair_and_fits_its_rubric(challenge: str) -> None:
    loaded = catalog.load_challenge(challenge)
    variants = proof.all_variants(loaded)
    kinds = [variant.kind for variant in variants]

    catalog.check(loaded, catalog.load_rubric(loaded.challenge.rubric).rubric, variants)
    assert kinds.count("alternative") >= 3
    assert kinds.count("flawed") >= 15
