"""What one suite run shares: the event loop, the service, the stub, the clock."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import math
import random
import sys
import threading
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from runner.harness.client import AGENTS, Client
from runner.harness.errors import HarnessError, SubjectError
from runner.harness.probes.overlap import HOLD_SECONDS
from runner.harness.probes.stacks import SETTLE_SECONDS, blocked_at
from runner.harness.probes.tiny import TinyShop
from runner.harness.program import Budget, Program
from runner.harness.service import Service
from runner.harness.upstream import Upstream
from runner.harness.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    from runner.harness.channel import Channel
    from runner.harness.messages import Job, ServiceJob, SuitePlace
    from runner.harness.probes.target import Target

T = TypeVar("T")

CLOSE_SECONDS, STOP_SECONDS = 30.0, 5.0
"""For the end of the subject and the stub, and then for the end of the loop."""

SUBJECT_SHARE = 0.5
"""A deadline is charged to the subject when at least this share of it was spent waiting for
the subject's answers; otherwise the time was lost on our side and the check is errored."""


class Session:
    """A loop on a thread of its own, so that the stub answers between tests as well."""

    def __init__(self, channel: Channel, job: Job) -> None:
        """Start the loop, bind the stub; the subject is started by the first test."""
        self.job = job
        self.channel = channel
        self.begun = time.monotonic()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.waiting = Waiting()
        self._test_ends = math.inf
        self.program = Program(
            channel,
            self.waiting,
            Budget(
                command_seconds=job.command_seconds,
                output_bytes=job.output_bytes,
                left=self.left,
            ),
        )
        self._web = self.run(self._open(job.service), 30.0) if job.service else None

    async def _open(self, job: ServiceJob) -> tuple[Service, Upstream]:
        agent = random.Random(self.job.seed).choice(AGENTS)  # noqa: S311 - no secret
        deadline = self.job.request_seconds
        client = Client(job.port, deadline=deadline, agent=agent, waiting=self.waiting)
        upstream = Upstream(job.upstream_port)
        await upstream.start()
        rounds = self.job.rounds
        service = Service(
            self.channel, job, client, self.waiting, rounds=rounds, clear_stub=upstream.clear
        )
        return service, upstream

    @property
    def web(self) -> tuple[Service, Upstream]:
        """The service and its upstream; `HarnessError` for a challenge that has none."""
        if self._web is None:
            message = "this challenge's subject is no service"
            raise HarnessError(message)
        return self._web

    @asynccontextmanager
    async def control(self) -> AsyncIterator[TinyShop]:
        """A tiny service, known to be good, in the place of the candidate's for a while.

        `HarnessError` where the challenge's solution is what is known to be good: no probe can talk
        to it without knowing it.
        """
        service, upstream = self.web
        if not self.job.control.tiny:
            message = "there is no tiny service that could be probed in the candidate's place"
            raise HarnessError(message)
        async with service.replaced():
            yield TinyShop(service, upstream, random.Random(self.job.seed))  # noqa: S311 - names

    async def stack(self, target: Target) -> list[SuitePlace]:
        """Where the candidate's event loop is while a request waits for upstream: a hint.

        From a run of its own, printed by the candidate's process: never part of a verdict. Nobody
        reads it after many rounds.
        """
        if self.job.rounds > 1:
            return []
        service, upstream = self.web
        await service.kill()
        await service.start(kind="stacks")
        name = target.name()
        gate = upstream.hold(target.ask_path, math.inf, timeout=HOLD_SECONDS, token=name)
        request = asyncio.ensure_future(target.ask(name))
        if await gate.until(1, HOLD_SECONDS, request):
            await asyncio.sleep(SETTLE_SECONDS)
            await service.signal("USR1")
            await asyncio.sleep(SETTLE_SECONDS)
        gate.release()
        await asyncio.gather(request, return_exceptions=True)
        await service.kill()
        return blocked_at(await asyncio.to_thread(self.output))

    @property
    def served(self) -> bool:
        """Whether the subject is a service."""
        return self._web is not None

    def output(self) -> str:
        """The tail of what the subjects wrote so far. Text of the candidate."""
        return str(self.channel.call("output")["text"])

    def close(self) -> None:
        """Kill the subject, close the stub, stop the loop.

        A subject that floods the stub on a busy machine can make that take long. What was judged
        is judged by then, and the host removes whatever is left: so that costs no report.
        """
        try:
            self.run(self._shut(), CLOSE_SECONDS)
        except HarnessError as error:
            sys.stderr.write(f"closing the session: {error}\n")
        # What was cancelled gets a moment to end.
        self._loop.call_soon_threadsafe(self._loop.call_later, 0.05, self._loop.stop)
        self._thread.join(STOP_SECONDS)
        with contextlib.suppress(RuntimeError):  # one that is still busy cannot be closed
            self._loop.close()

    async def _shut(self) -> None:
        if self._web is not None:
            service, upstream = self._web
            await service.kill()
            await upstream.close()
            await service.client.close()

    def left(self) -> float:
        """Seconds that the running test still has."""
        return self._test_ends - time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the session began."""
        return time.monotonic() - self.begun

    def run(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """Run `work` on the loop; `HarnessError` when it takes longer than `seconds`."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds)
        except concurrent.futures.TimeoutError as error:
            if future.done():  # the work itself raised it
                raise
            future.cancel()
            with contextlib.suppress(concurrent.futures.CancelledError, Exception):
                future.result(5.0)
            message = f"not done within {seconds:g} s"
            raise HarnessError(message) from error

    def check_time(self) -> None:
        """Raise for whoever used up the suite's time, once it is used up."""
        if self.elapsed >= self.job.suite_seconds:
            self._charge("the suite's time was used up before this check", self.elapsed, 0.0)

    def run_test(self, work: Coroutine[Any, Any, None]) -> None:
        """Run one test within its deadline and within what is left for the suite."""
        try:
            self.check_time()
        except (HarnessError, SubjectError):
            work.close()
            raise
        seconds = min(self.job.test_seconds, self.job.suite_seconds - self.elapsed)
        self._test_ends = time.monotonic() + seconds
        waited = self.waiting.seconds
        try:
            self.run(work, seconds)
        except HarnessError as error:
            self._charge(f"the check was {error}", seconds, waited)

    def _charge(self, message: str, spent: float, waited: float) -> None:
        share = (self.waiting.seconds - waited) / spent if spent else 0.0
        note = f"{message} ({share:.0%} of it spent waiting for the submission)"
        if share >= SUBJECT_SHARE:
            raise SubjectError(note, limit=True)
        raise HarnessError(note)
