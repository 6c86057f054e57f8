"""The proof of the bundled challenge on real containers.

The variants that changed since they were proven last (`docs/proofs/`), and always the solution,
the starter, the alternatives, the cheats and a sample of the flawed variants that moves on from
day to day.
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
from tests.docker.command import CHALLENGE

if TYPE_CHECKING:
    from runner.catalog import Variant

pytestmark = [pytest.mark.docker, pytest.mark.slow]

LOADED = catalog.load_challenge(CHALLENGE)
RUBRIC = catalog.load_rubric(LOADED.challenge.rubric)
VARIANTS = proof.all_variants(LOADED)
SAMPLE = 6


def chosen() -> tuple[Variant, ...]:
    if os.environ.get("TAKEHOME_PROOF") == "all":
        return VARIANTS
    known = certificate.load_proof(CERTIFICATES[CHALLENGE], LOADED)
    flawed = [variant for variant in VARIANTS if variant.kind == "flawed"]
    start = datetime.now(UTC).toordinal() * SAMPLE % len(flawed)
    wanted = {variant.title for variant in certificate.stale(known, LOADED, RUBRIC, VARIANTS)}
    wanted |= {variant.title for variant in (flawed * 2)[start : start + SAMPLE]}
    return tuple(
        variant for variant in VARIANTS if variant.kind != "flawed" or variant.title in wanted
    )


def test_the_variants_come_out_as_stated() -> None:
    engine = connect()
    ids = images.ensure(engine, LOADED.challenge.specialization)

    outcome = proof.prove(LOADED, RUBRIC, chosen(), DockerSandbox(engine), ids, jobs=4)

    assert outcome.problems == ()


def test_the_challenge_is_fair_and_fits_its_rubric() -> None:
    catalog.check(LOADED, RUBRIC.rubric, VARIANTS)
    kinds = [variant.kind for variant in VARIANTS]

    assert kinds.count("alternative") >= 2
    assert kinds.count("flawed") >= 8
