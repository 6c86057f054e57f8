"""The tiny services that prove the probes."""

from __future__ import annotations

from runner.catalog import control_service, load_controls, probe_checks, variants

BAD = 2
"""Services that each probe has to tell from the good one, at least."""

OBSERVATIONS = {"crowd"}
"""Probes that record and never fail."""


def test_each_probe_has_services_that_fail_it() -> None:
    loaded = load_controls("backend")
    known = variants(loaded)
    requirements = {requirement.id for requirement in loaded.challenge.requirements}

    for requirement in requirements - OBSERVATIONS:
        bad = [one.name for one in known if requirement in one.expects.probes]
        assert len(bad) >= BAD, f"{requirement} is failed by {bad}"


def test_every_check_of_the_controls_is_a_probe() -> None:
    loaded = load_controls("backend")
    assert probe_checks(loaded.suite) == tuple(check for check, _ in loaded.expected)


def test_the_control_service_is_the_good_one() -> None:
    files = control_service("backend")
    assert {"app/main.py", "app/shop.py", "app/store.py"} <= files.keys()
    assert control_service("cooking") == {}
