"""Which variants of the bundled challenges were proven as they stand. This tells; the proof on
real containers (`tests/docker/test_proof.py`) grades what is stale.
"""

from __future__ import annotations

import pytest

from runner import catalog
from runner.certificate import load_proof, stale
from runner.proof import all_variants
from runner.rounds import load_rounds
from scripts.matrix import CERTIFICATES, ROOT
from scripts.rounds import CHALLENGES, place

SHOWN = 8


@pytest.mark.parametrize("challenge", CERTIFICATES)
def test_every_variant_was_proven_as_it_stands(challenge: str) -> None:
    loaded = catalog.load_challenge(challenge)
    rubric = catalog.load_rubric(loaded.challenge.rubric)

    proof = load_proof(CERTIFICATES[challenge], loaded)

    assert proof.problems == ()
    titles = [variant.title for variant in stale(proof, loaded, rubric, all_variants(loaded))]
    if titles:
        path = CERTIFICATES[challenge].relative_to(ROOT)
        more = f" and {len(titles) - SHOWN} more" if len(titles) > SHOWN else ""
        pytest.skip(
            f"not proven as they stand: {', '.join(titles[:SHOWN])}{more}; "
            f"takehome challenge verify {challenge} --stale --certificate {path}"
        )


@pytest.mark.parametrize("challenge", CHALLENGES)
def test_no_round_that_was_kept_told_the_wrong_thing(challenge: str) -> None:
    tallies = load_rounds(place(challenge), challenge).tallies

    assert tallies
    assert [(one.variant, one.requirement) for one in tallies if not one.separated] == []
