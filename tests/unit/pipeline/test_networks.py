"""Who shares a loopback with whom: a service with its harness, tests with a service, no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.pipeline.whole import Whole

if TYPE_CHECKING:
    from pathlib import Path

    from runner.sandbox import BoxSpec


def is_service(spec: BoxSpec) -> bool:
    return "--port" in spec.argv


def test_only_services_and_the_tests_beside_them_are_on_the_loopback_of_a_harness(
    tmp_path: Path,
) -> None:
    specs = Whole(tmp_path).grade().specs
    joined = {(spec.role, is_service(spec)) for spec in specs if spec.network_of is not None}
    alone = {(spec.role, is_service(spec)) for spec in specs if spec.network_of is None}

    assert joined == {("subject", True), ("control", True), ("tests", False)}
    assert alone == {
        *((role, False) for role in ("harness", "analyser", "locker", "subject", "tests")),
        ("control", True),  # the candidate's tests join the loopback of the service beside them
    }


def test_tests_know_an_address_where_they_are_beside_a_service_only(tmp_path: Path) -> None:
    specs = [spec for spec in Whole(tmp_path).grade().specs if spec.role == "tests"]

    assert {("BASE_URL" in spec.env, spec.network_of is not None) for spec in specs} == {
        (True, True),
        (False, False),
    }
