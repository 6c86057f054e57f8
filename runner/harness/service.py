"""The subject as a running web service: requests to it, and its life and death."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal

from runner.harness.client import UNSET, Client, together
from runner.harness.errors import HarnessError, Inconclusive, SubjectError
from runner.harness.given import Given

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping

    from runner.harness.channel import Channel
    from runner.harness.messages import ServiceJob
    from runner.harness.reply import Reply
    from runner.harness.waiting import Waiting

ALIVE_SECONDS = 5.0
"""How long a service may take to show that it lives, between two tests."""

SHUTDOWN_SECONDS = 15.0
"""How long a service may take to end after SIGTERM."""

MOST_STARTS = 90
"""Starts of one suite, several times what the tests ask for, probes that fail twice included. A
service that ends at every request would otherwise be started for every check of the suite."""

START_FAILURES = 2
"""After so many failed starts in a row, with the same files, no further one is tried."""


class Service:
    """One service, started by the host on request. All methods run on the harness's loop."""

    def __init__(  # noqa: PLR0913 - a service has that many neighbours
        self,
        channel: Channel,
        job: ServiceJob,
        client: Client,
        waiting: Waiting,
        *,
        rounds: int = 1,
        given: Given | None = None,
        clear_stub: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Know how to reach the service; nothing is started yet. `waiting` runs for its sake.

        `rounds` is how often each test is run, `given` the files that it finds. `clear_stub` rids
        the stub of its upstream of all that a service has done to it.
        """
        self._clear_stub = clear_stub or _nothing_to_clear
        self._most_starts = MOST_STARTS * rounds
        self._channel = channel
        self._job = job
        self.client = client
        self._waiting = waiting
        self._given = given or Given(job.given_bytes)
        self._subject: str | None = None
        self._failures: list[str] = []
        self._starts = 0
        self._workers = 1
        self.start_seconds: list[float] = []

    @property
    def start_limit(self) -> float:
        """Seconds that one start may take."""
        return self._job.start_seconds

    # ------------------------------------------------------------------ requests

    async def request(  # noqa: PLR0913 - HTTP has that many parts
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = UNSET,  # noqa: ANN401 - JSON
        body: bytes | None = None,
        deadline: float | None = None,
    ) -> Reply:
        """One request; `token` is sent as a bearer token. See `Client.request`."""
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        return await self.client.request(
            method, path, params=params, headers=sent, json=json, body=body, deadline=deadline
        )

    async def get(self, path: str, **options: Any) -> Reply:  # noqa: ANN401 - as `request`
        """A GET request."""
        return await self.request("GET", path, **options)

    async def post(self, path: str, **options: Any) -> Reply:  # noqa: ANN401 - as `request`
        """A POST request."""
        return await self.request("POST", path, **options)

    async def put(self, path: str, **options: Any) -> Reply:  # noqa: ANN401 - as `request`
        """A PUT request."""
        return await self.request("PUT", path, **options)

    async def patch(self, path: str, **options: Any) -> Reply:  # noqa: ANN401 - as `request`
        """A PATCH request."""
        return await self.request("PATCH", path, **options)

    async def delete(self, path: str, **options: Any) -> Reply:  # noqa: ANN401 - as `request`
        """A DELETE request."""
        return await self.request("DELETE", path, **options)

    async def gather(self, *requests: Coroutine[Any, Any, Reply]) -> list[Reply]:
        """All at once; waits for every one, then raises the first `SubjectError` if any."""
        return await together(*requests)

    # ------------------------------------------------------------ life and death

    async def start(
        self, *, workers: int = 1, kind: Literal["service", "stacks"] = "service"
    ) -> None:
        """Start the service and wait until it answers HTTP, whatever the status.

        `stacks` is the same one, which prints where its event loop is at SIGUSR1.
        """
        if len(self._failures) >= START_FAILURES:
            message = f"the service does not start: {self._failures[-1]}"
            raise SubjectError(message)
        if self._starts >= self._most_starts:
            message = f"the service ended or hung so often that it was started {self._starts} times"
            raise SubjectError(message, limit=True)
        self._starts += 1
        self._workers = workers
        begun = time.monotonic()
        answer = await self._call("start", workers=workers, kind=kind)
        self._subject = str(answer["subject"])
        try:
            with self._waiting.on_subject():
                await self._until_ready(begun + self._job.start_seconds)
        except SubjectError as error:
            self._failures.append(str(error))
            await self.kill()
            raise
        self._failures.clear()
        self.start_seconds.append(time.monotonic() - begun)

    @asynccontextmanager
    async def replaced(self, files: Mapping[str, bytes] | None = None) -> AsyncIterator[None]:
        """Inside, a service that is known to be good answers in the place of this one.

        It has the same limits, workers and port. It finds `files` in `/given` and nothing that
        the candidate's was given, which might break it, and nothing that the candidate's did to
        the stub. `Inconclusive` when not even that one starts. Afterwards the candidate's service,
        with its own files, is started again.
        """
        await self.kill()
        await self._clear_stub()
        with self._waiting.aside(), self._given.instead(files or {}):
            answer = await self._call("start", workers=self._workers, kind="control")
            self._subject = str(answer["subject"])
            try:
                await self._until_ready(time.monotonic() + self._job.start_seconds)
                yield
            except SubjectError as error:
                message = f"not even a service that is known to be good starts ({error})"
                raise Inconclusive(message, control_failed=True) from error
            finally:
                await self.kill()
        await self.start(workers=self._workers)

    @asynccontextmanager
    async def database_locked(self, look: Callable[[], Awaitable[object]]) -> AsyncIterator[bool]:
        """Inside, whoever wants to write to the service's database waits; reads go on.

        `look` is a request that reads it: SQLite makes its WAL index when the first one reads.
        False where nothing could be locked: no file, no SQLite, one that is in exclusive use.
        """
        try:
            if (await self._call("keep"))["files"]:
                with suppress(SubjectError):  # how it is answered is judged elsewhere
                    await look()
            yield (await self._call("lock"))["files"] > 0
        finally:
            await self._call("unlock")

    async def kill(self) -> None:
        """SIGKILL everything in the service's container and wait until it is dead."""
        if self._subject is not None:
            await self._call("kill", subject=self._subject)
            self._subject = None

    async def signal(self, name: str) -> None:
        """Send a signal (`TERM`, `USR1`, …) to the service's first process."""
        await self._call("signal", subject=self._subject, signal=name)

    async def terminate(self) -> float:
        """SIGTERM, then wait for the end: the seconds it took. Too slow is a `SubjectError`."""
        begun = time.monotonic()
        await self.signal("TERM")
        with self._waiting.on_subject():
            ended = await self._call("wait", subject=self._subject, seconds=SHUTDOWN_SECONDS)
        await self.kill()
        if not ended["ended"]:
            message = f"the service still ran {SHUTDOWN_SECONDS:g} s after SIGTERM"
            raise SubjectError(message, limit=True)
        return time.monotonic() - begun

    async def restart(self, *, workers: int = 1) -> None:
        """`kill -9`, then a fresh start on the same data."""
        await self.kill()
        await self.start(workers=workers)

    async def serve(self, files: Mapping[str, bytes], *, workers: int = 1) -> None:
        """A living service that finds exactly `files` in `/given`, by their path there.

        One that has them and so many workers, and answers, is left alone; otherwise it is killed
        and started with them. They stay over restarts, until it is given others. `HarnessError`
        where the challenge has no such folder; `SubjectError` when they do not fit into it, or
        when the service does not start with them.
        """
        self._given.check(files)
        if self._given.holds(files):
            await self.ensure(workers=workers)
            return
        await self.kill()
        self._given.put(files)
        self._failures.clear()  # with others it may well start
        await self.start(workers=workers)

    async def cpu_seconds(self) -> float:
        """CPU time of the running service since its start, all its processes, by the engine.

        The engine measures about once a second. It is asked anew and its next figure awaited, which
        takes up to one: what the service did before the call is in it. `SubjectError` when the
        service has ended, as nobody saw what it used last; `HarnessError` where none was started,
        or when the engine does not know.
        """
        if self._subject is None:
            message = "there is no service whose CPU time could be measured"
            raise HarnessError(message)
        used = await self._call("usage", subject=self._subject)
        how, limit = await self.obituary()
        if how:
            message = f"{how}, before its CPU time could be measured"
            raise SubjectError(message, limit=limit)
        if "cpu_seconds" not in used:
            message = "the engine does not know the CPU time of the service"
            raise HarnessError(message)
        return float(used["cpu_seconds"])

    async def forget(self) -> None:
        """Kill the service and give up its data: the next start is its first one."""
        await self.kill()
        await self._call("forget")

    async def renew(self) -> None:
        """As `restart`, with the workers that it has."""
        await self.restart(workers=self._workers)

    async def ensure(self, *, workers: int) -> None:
        """A living service with so many workers: started, or started anew if it is not that."""
        same = self._subject is not None and self._workers == workers
        if not same or not await self._answers(ALIVE_SECONDS):
            await self.restart(workers=workers)

    async def obituary(self) -> tuple[str, bool]:
        """How the service ended and whether at a limit of its own; empty while it runs."""
        if self._subject is None:
            return "", False
        ended = await self._call("wait", subject=self._subject, seconds=0.0)
        return (
            (f"the service had ended: {ended['how']}", bool(ended["limit"]))
            if ended["ended"]
            else ("", False)
        )

    async def _until_ready(self, deadline: float) -> None:
        pause = 0.01
        while not await self._answers(1.0):
            ended = await self._call("wait", subject=self._subject, seconds=0.0)
            if ended["ended"]:
                message = f"the service ended while starting ({ended['how']})"
                raise SubjectError(message)
            if time.monotonic() > deadline:
                message = f"the service did not answer within {self._job.start_seconds:g} s"
                raise SubjectError(message, limit=True)
            await asyncio.sleep(pause)
            pause = min(0.1, pause * 1.5)

    async def _answers(self, deadline: float) -> bool:
        try:
            await self.client.request("GET", self._job.ready_path, deadline=deadline)
        except SubjectError:
            return False
        return True

    async def _call(self, verb: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        # A call blocks on the pipe; in a thread it does not hold up the stub on this loop.
        return await asyncio.to_thread(self._channel.call, verb, arguments)


async def _nothing_to_clear() -> None:
    """There is no stub."""
