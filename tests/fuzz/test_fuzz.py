"""Every reader of hostile bytes, fed within a small budget. `make fuzz` feeds them for longer."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.seeds import PIECES, inputs, seeds
from tests.fuzz.targets import TARGETS

EXAMPLES = 40
"""For each target: seconds in all. What they do not find is for `make fuzz`."""

SEEDS = 10


@pytest.mark.parametrize("name", TARGETS)
def test_what_it_is_made_for_is_read(name: str) -> None:
    for data in seeds(name)[:SEEDS]:
        TARGETS[name](data)
    for piece in PIECES[name]:
        TARGETS[name](piece)


@pytest.mark.parametrize("name", TARGETS)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_whatever_comes_is_read_or_refused(name: str, data: st.DataObject) -> None:
    TARGETS[name](data.draw(inputs(name)))
