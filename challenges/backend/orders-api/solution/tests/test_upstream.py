"""Quotes and availability when upstream does not do what it should."""

from __future__ import annotations

import time

import httpx2
import pytest

from tests.stub import Behaviour, StubUpstream

Headers = dict[str, str]


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [
        (Behaviour("/prices", status=404), 404),
        (Behaviour("/prices", status=500), 502),
        (Behaviour("/prices", status=302), 502),
        (Behaviour("/prices", body=b"<html>"), 502),
        (Behaviour("/prices", body=b'{"price_cents": "12", "currency": "EUR"}'), 502),
        (Behaviour("/prices", delay_seconds=3.0), 504),
    ],
    ids=["unknown", "broken", "moved", "no-json", "wrong-type", "slow"],
)
def test_quote_of_a_failing_upstream(
    client: httpx2.Client,
    stub: StubUpstream,
    customer: Headers,
    behaviour: Behaviour,
    status: int,
) -> None:
    """One call, and a status that says whose fault it is."""
    stub.state.behaviours.append(behaviour)
    assert client.get("/quotes/MUG-01", headers=customer).status_code == status
    assert len(stub.calls("/prices")) == 1


def test_warehouses_are_asked_at_once(
    client: httpx2.Client, stub: StubUpstream, customer: Headers
) -> None:
    """Five calls of half a second take less than two of them."""
    stub.behave("/warehouses", delay_seconds=0.5)
    begun = time.monotonic()
    assert client.get("/availability/MUG-01", headers=customer).json()["available"] == 15
    assert time.monotonic() - begun < 1.0


def test_failing_warehouse_is_left_out(
    client: httpx2.Client, stub: StubUpstream, customer: Headers
) -> None:
    """The others still count."""
    stub.behave("/warehouses/3/", status=500)
    answer = client.get("/availability/MUG-01", headers=customer).json()
    assert answer["complete"] is False
    assert answer["available"] == 12
    assert answer["warehouses"][2] == {"warehouse": 3, "available": None}


def test_no_warehouse_at_all(client: httpx2.Client, stub: StubUpstream, customer: Headers) -> None:
    """Nothing known is a failure, not a stock of zero."""
    stub.behave("/warehouses", body=b"oops")
    assert client.get("/availability/MUG-01", headers=customer).status_code == 502
