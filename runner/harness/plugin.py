"""The pytest plugin that hidden suites are written against.

Fixtures: `service`, `server`, `subject`, `upstream`, `notes`, `measure`, `probe`, `settings`,
`rng`, `seed`, `issued_seed`. Markers: `requirement("id")`, exactly once on each test;
`workers(2)`; `probe`. Tests may be `async def`; they run on the session's loop.
"""

from __future__ import annotations

import inspect
import random
import sys
from typing import TYPE_CHECKING

import pytest

from runner.harness.collect import Collected
from runner.harness.errors import HarnessError
from runner.harness.messages import Progress
from runner.harness.probes.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from runner.harness.notes import Notes
    from runner.harness.program import Program
    from runner.harness.service import Service
    from runner.harness.session import Session
    from runner.harness.upstream import Upstream


OBITUARY_SECONDS = 20.0
"""How long to ask how the service ended: a little more than the longest call of a test."""

FORGET_SECONDS = 60.0
"""How long the host may take to end the service and the locker of its data."""

TRACE_SHOWN = 2000
"""Characters of a trace that are printed, for us to read when a run is void."""


class HarnessPlugin:
    """One suite run. `items` holds every collected case with what became of it."""

    def __init__(self, session: Session) -> None:
        """Judge with the given session."""
        self.session = session
        self.items: list[Collected] = []
        self.problems: list[str] = []
        self._by_node: dict[str, Collected] = {}
        self._done = 0
        self._probed = False

    # --------------------------------------------------------------- fixtures

    @pytest.fixture
    def server(self, request: pytest.FixtureRequest) -> Service:
        """The service as the test before left it: `await server.serve({…})` gives it files."""
        return self._clean(request)

    @pytest.fixture
    def service(self, request: pytest.FixtureRequest) -> Service:
        """The running service on one worker, or as many as the marker `workers` says.

        It is started anew when an earlier test left it dead, stuck or with other workers.
        """
        service = self._clean(request)
        marker = request.node.get_closest_marker("workers")
        workers = int(marker.args[0]) if marker else 1
        self.session.run(service.ensure(workers=workers), service.start_limit * 2 + 30)
        return service

    def _clean(self, request: pytest.FixtureRequest) -> Service:
        """What the probes did to its data, which races may have spoiled, no other test pays for."""
        self.session.check_time()
        service, _ = self.session.web
        if request.node.get_closest_marker("probe") is not None:
            self._probed = True
        elif self._probed:
            self._probed = False
            self.session.run(service.forget(), FORGET_SECONDS)
        return service

    @pytest.fixture
    def subject(self) -> Program:
        """Runs commands of the submission: `await subject.run([...], inputs={...})`."""
        self.session.check_time()
        return self.session.program

    @pytest.fixture
    def upstream(self) -> Upstream:
        """The stub of the upstream services, with nothing recorded and no fault."""
        return self.session.web[1]

    @pytest.fixture
    def settings(self) -> dict[str, str]:
        """The environment that the subject was given."""
        return dict(self.session.job.settings)

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> random.Random:
        """Randomness that repeats with the seed and differs between tests."""
        return random.Random(f"{self.session.job.seed}/{request.node.nodeid}")  # noqa: S311

    @pytest.fixture
    def issued_seed(self) -> int:
        """What the candidate's own data were made from, if the manifest that came back is right."""
        return self.session.job.issued_seed

    @pytest.fixture
    def notes(self, request: pytest.FixtureRequest) -> Notes:
        """What the running case writes down beside its verdict: numbers, tables, pictures."""
        return self._by_node[request.node.nodeid].notes

    @pytest.fixture
    def seed(self) -> int:
        """What all randomness of this run comes from; every test gets the same number."""
        return self.session.job.seed

    @pytest.fixture
    def measure(self, notes: Notes) -> Callable[..., None]:
        """`measure(name, value, unit="")` records a number as evidence."""
        return notes.measure

    @pytest.fixture
    def probe(self, request: pytest.FixtureRequest) -> Trial:
        """Runs the probes of `runner.harness.probes`: `await probe.timed(overlap, target)`."""
        return Trial(self._by_node[request.node.nodeid].notes, self.session)

    # ------------------------------------------------------------------ hooks

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the marker known."""
        config.addinivalue_line("markers", "requirement(id): the stated behaviour this judges")
        config.addinivalue_line("markers", "workers(n): how many workers the service has")
        config.addinivalue_line("markers", "probe: it is proven in many rounds and under load")

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run each test in so many rounds, each a case of its own."""
        if self.session.job.rounds > 1:
            metafunc.fixturenames.append("_round")
            rounds = range(1, self.session.job.rounds + 1)
            metafunc.parametrize("_round", rounds, ids=lambda number: f"round {number}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be collected voids the run: its checks would be missing."""
        if report.failed:
            self.problems.append(f"cannot collect {report.nodeid}: {report.longreprtext[-800:]}")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Know every case before the first one runs; drop those that were not selected.

        Probes come first: the host leaves the machine to them and begins other work afterwards.
        """
        selected = self.session.job.select
        if selected:
            items[:] = [item for item in items if check_id(item) in selected]
        items.sort(key=lambda item: item.get_closest_marker("probe") is None)
        for item in items:
            marks = list(item.iter_markers("requirement"))
            if len(marks) != 1:
                self.problems.append(f"{item.nodeid} has {len(marks)} requirement markers")
                continue
            collected = Collected(
                check=check_id(item), requirement=str(marks[0].args[0]), name=case_name(item)
            )
            self.items.append(collected)
            self._by_node[item.nodeid] = collected

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Run a coroutine test on the session's loop within its deadline."""
        function = pyfuncitem.obj
        if not inspect.iscoroutinefunction(function):
            return None
        names = pyfuncitem._fixtureinfo.argnames  # noqa: SLF001 - as pytest's own runner does
        self.session.run_test(function(**{name: pyfuncitem.funcargs[name] for name in names}))
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note what each phase of a test raised, and how long it took."""
        report = yield
        collected = self._by_node.get(item.nodeid)
        if collected is not None:
            collected.seconds += call.duration
            collected.called = collected.called or call.when == "call"
            if call.excinfo is not None:
                collected.raised(call.excinfo.value)
                self._explain(collected)
                # pytest prints this; an answer of a megabyte may be part of what was raised.
                trace = report.longreprtext[-TRACE_SHOWN:]
                report.longrepr = trace.encode("utf-8", "backslashreplace").decode()
        return report

    def _explain(self, collected: Collected) -> None:
        """Say so when the service was dead by the time its check failed."""
        if collected.outcome == "failed" and self.session.served:
            try:
                how, limit = self.session.run(self.session.web[0].obituary(), OBITUARY_SECONDS)
            except HarnessError:  # the line is still busy with a call of the test itself
                return
            if how and how not in collected.reason:
                collected.reason = f"{collected.reason} ({how})"
            collected.limit = collected.limit or limit

    def pytest_runtest_teardown(self) -> None:
        """Open gates and forget calls and errors, so that no test sees or pays for another's."""
        # pytest keeps the last error for debuggers, and with it all that its frames hold.
        for name in ("last_type", "last_value", "last_traceback"):
            vars(sys).pop(name, None)
        if self.session.served:
            self.session.run(_reset(self.session.web[1]), 10.0)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Tell the host for its live display."""
        collected = self._by_node.get(nodeid)
        if collected is None:
            return
        self._done += 1
        self.session.channel.send(
            Progress(
                check=collected.check,
                outcome=collected.outcome,
                done=self._done,
                total=len(self.items),
            )
        )


async def _reset(upstream: Upstream) -> None:
    upstream.reset()


def check_id(item: pytest.Item) -> str:
    """`test_orders.py::test_x`: the id of the check that an item is a case of."""
    function = getattr(item, "originalname", None) or item.name
    if not isinstance(function, str):
        message = f"{item.nodeid} has no function name"
        raise HarnessError(message)
    return f"{item.path.name}::{function}"


def case_name(item: pytest.Item) -> str:
    """What tells a case from the others of its check: its parameters, empty without any."""
    parameters = getattr(item, "callspec", None)
    return str(parameters.id) if parameters is not None else ""
