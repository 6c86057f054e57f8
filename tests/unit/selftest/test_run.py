"""A self-test on a simulated engine: what boxes say, what breaks, what is told in the end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from runner.selftest import engine as engine_module
from runner.selftest import run as run_module
from runner.selftest.engine import LIMITS, Engine
from runner.selftest.guarantees import Guarantee, Report, Tried, Verdict
from runner.selftest.run import Plan, run
from runner.testing.fake import IMAGE, FakeSandbox
from tests.unit.selftest.build import CORPUS, FACTS, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from runner.checks import Event
    from runner.selftest.corpus import Loaded
    from runner.testing.fake_box import Actor, Inside

IMAGES = {"subject": IMAGE, "harness": IMAGE}


def saying(**parts: dict[str, Any]) -> Actor:
    """Boxes of a self-test on an engine on which all holds, but for what `parts` say otherwise."""
    facts = {part: found | parts.get(part, {}) for part, found in FACTS.items()}

    def act(box: Inside) -> int:
        word = box.spec.argv[4] if len(box.spec.argv) > 4 else ""
        if word == "everything":
            box.write_line(json.dumps(facts["surroundings"]))
        elif word == "limits":
            box.write_line(json.dumps(facts["ceilings"]))
        elif word == "greedy":
            box.out_of_memory()
        elif word == "flood":
            box.emit(b"x" * (LIMITS.output_kib * 1024 + 1))
            box.sleep(30)
        elif word == "daemon":
            box.sleep(30)
        elif word == "beats":
            box.write_line(json.dumps({"beats": facts["forever"]["beats"]}))
        elif word == "leave_marks":
            box.write_line("ready")
            box.read_line()
            box.write_line(json.dumps({"whole": facts["neighbours"]["whole"]}))
        elif word == "find_marks":
            box.write_line(json.dumps(facts["neighbours"]))
        return 0

    return act


def holding(box: Inside) -> int:
    """A box that keeps a volume alive; a harness that falls silent."""
    if "runner.harness" not in box.spec.argv:
        box.sleep(30)
    return 0


def attempted(
    *attacks: Loaded,
    actor: Actor | None = None,
    layers: dict[str, tuple[str, ...]] | None = None,
    events: list[Event] | None = None,
) -> Report:
    """A self-test of these attacks."""
    acts = actor or saying()
    sandbox = FakeSandbox({"subject": acts, "harness": holding, "analyser": lambda _box: 0})
    made = layers or {}

    def leftovers(name: str) -> tuple[str, ...]:
        found = [one for one in sandbox.runs if one.id == name]
        return ("a box",) * sum(one.leftovers for one in found)

    engine = Engine(
        sandbox=sandbox,
        images={"subject": "one", "harness": "two"} if made else IMAGES,
        leftovers=leftovers,
        layers=lambda image: made.get(image, (image,)),
    )
    told: list[Event] = [] if events is None else events
    return run(
        Plan(
            corpus=CORPUS,
            chosen=attacks,
            engine=engine,
            show=lambda _record: "",
            on_event=told.append,
            quick=False,
        )
    )


def probe(*names: str) -> Loaded:
    return loaded(id="-".join(names), kind="engine", guarantee="limits", probes=names)


def outcome(report: Report, name: str) -> Tried:
    (found,) = [one for one in report.tried if one.attack == name]
    return found


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "SHORT_SECONDS", 0.2)


@pytest.mark.parametrize(
    "name",
    ["identity", "disk", "memory", "output", "forever", "neighbours", "leftovers"],
)
def test_what_holds_in_boxes_holds(name: str) -> None:
    report = attempted(probe(name))
    assert outcome(report, name).problems == ()
    assert report.holds


@pytest.mark.parametrize(
    ("name", "part", "changes"),
    [
        ("identity", "surroundings", {"uid": [0, 0]}),
        ("processes", "ceilings", {"processes": [5000, ""]}),
        ("forever", "forever", {"beats": [1, 2]}),
        ("neighbours", "neighbours", {"marks_seen": ["a port"]}),
    ],
)
def test_what_a_box_finds_breaks_the_promise(name: str, part: str, changes: dict[str, Any]) -> None:
    report = attempted(probe(name), actor=saying(**{part: changes}))
    assert outcome(report, name).verdict is Verdict.BROKEN
    assert not report.holds


def test_boxes_that_end_by_themselves_have_met_no_limit() -> None:
    report = attempted(probe("memory"), probe("output"), actor=lambda _box: 0)
    assert outcome(report, "memory").problems == ("a box that takes all memory ended as exited",)
    assert outcome(report, "output").verdict is Verdict.BROKEN


def test_a_box_that_tells_nothing_leaves_it_unknown() -> None:
    report = attempted(probe("identity"), probe("neighbours"), actor=lambda _box: 0)
    assert outcome(report, "identity").verdict is Verdict.UNKNOWN
    assert "told nothing" in outcome(report, "identity").problems[0]
    assert "left no marks" in outcome(report, "neighbours").problems[0]
    assert not report.holds


def test_layers_that_two_images_share_are_told() -> None:
    report = attempted(probe("layers"), layers={"one": ("a", "b"), "two": ("b",)})
    assert outcome(report, "layers").problems == ("both images are made of b",)
    assert attempted(probe("layers"), layers={"one": ("a",), "two": ("b",)}).holds


def test_the_promises_of_the_sandbox_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def kept(_engine: Engine) -> tuple[str, ...]:
        return ()

    def broken(_engine: Engine) -> tuple[str, ...]:
        return ("a kill is prompt: it took too long",)

    monkeypatch.setattr(run_module, "broken_promises", kept)
    assert attempted(probe("promises")).holds
    monkeypatch.setattr(run_module, "broken_promises", broken)
    assert outcome(attempted(probe("promises")), "promises").verdict is Verdict.BROKEN


def test_attacks_at_the_door_need_no_box() -> None:
    one = loaded(
        id="pipe",
        kind="intake",
        guarantee="intake",
        builder="pipe-in-place",
        expect={"outcome": "refused"},
    )
    events: list[Event] = []
    report = attempted(one, events=events)
    assert [(one.attack, one.verdict) for one in report.tried] == [
        ("pipe", "held"),
        ("canaries", "held"),
    ]
    assert [(event.stage, event.detail, event.done, event.total) for event in events] == [
        ("selftest", "pipe", 1, 1)
    ]


def test_a_file_of_an_attack_on_the_host_breaks_a_promise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "takehome-canary-old").touch()
    assert attempted(probe("identity")).holds

    def leaves(box: Inside) -> int:
        (tmp_path / "takehome-canary-new").touch()
        return saying()(box)

    report = attempted(probe("identity"), actor=leaves)
    assert outcome(report, "canaries").guarantee is Guarantee.HOST
    assert "takehome-canary-new is on the host" in outcome(report, "canaries").problems[0]


def test_a_grading_that_breaks_leaves_it_unknown() -> None:
    """The simulated harness says nothing, for honest work as little as for an attack."""
    one = loaded(id="graded", checks=["suite"], files={"README.md": "# Other\n"})
    report = attempted(one)
    assert outcome(report, "graded").verdict is Verdict.UNKNOWN
    assert "of the honest submission is errored" in outcome(report, "graded").problems[0]
    assert outcome(report, "service-solution").verdict is Verdict.UNKNOWN
