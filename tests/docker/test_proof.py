"""The proof of every bundled challenge, variant by variant."""

from __future__ import annotations

import pytest

from runner import catalog, proof
from runner.catalog import Variant
from runner.sandbox import images
from runner.sandbox.docker import DockerSandbox, connect
from tests.docker.command import CHALLENGE

pytestmark = [pytest.mark.docker, pytest.mark.slow]

LOADED = catalog.load_challenge(CHALLENGE)
RUBRIC = catalog.load_rubric(LOADED.challenge.rubric)
VARIANTS = proof.all_variants(LOADED)


@pytest.mark.parametrize("variant", VARIANTS, ids=[variant.title for variant in VARIANTS])
def test_each_variant_comes_out_as_stated(variant: Variant) -> None:
    engine = connect()
    ids = images.ensure(engine, LOADED.challenge.specialization)

    outcome = proof.prove(LOADED, RUBRIC, (variant,), DockerSandbox(engine), ids)

    assert outcome.problems == ()


def test_the_challenge_is_fair_and_fits_its_rubric() -> None:
    catalog.check(LOADED, RUBRIC.rubric)
    kinds = [variant.kind for variant in VARIANTS]

    assert kinds.count("alternative") >= 2
    assert kinds.count("flawed") >= 8
