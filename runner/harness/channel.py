"""The harness's end of the line to the host: calls out, answers in."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

from pydantic import Field, TypeAdapter, ValidationError

from runner.harness.errors import HarnessError
from runner.harness.messages import Answer, Call, Job, Message, TestsJob

if TYPE_CHECKING:
    from collections.abc import Mapping

JOBS: TypeAdapter[Job | TestsJob] = TypeAdapter(
    Annotated[Job | TestsJob, Field(discriminator="kind")]
)


class Channel:
    """JSON lines over two byte streams. Calls are served one at a time, from any thread."""

    def __init__(self, reader: BinaryIO, writer: BinaryIO) -> None:
        """Take over both streams; nobody else may write to them."""
        self._reader = reader
        self._writer = writer
        self._turn = threading.Lock()
        self._output = threading.Lock()
        self._number = 0

    def receive_job(self) -> tuple[Job | TestsJob, bytes]:
        """The job and the bytes of the sources that follow it."""
        job = JOBS.validate_json(self._line())
        sources = self._reader.read(job.sources_bytes)
        if len(sources) != job.sources_bytes:
            message = f"expected {job.sources_bytes} bytes of sources, got {len(sources)}"
            raise HarnessError(message)
        return job, sources

    def call(self, verb: str, arguments: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask the host for `verb` and wait for its answer; `HarnessError` when it cannot."""
        with self._turn:
            self._number += 1
            document = {"number": self._number, "verb": verb, "arguments": dict(arguments or {})}
            self.send(Call.model_validate(document))
            answer = self._answer()
        if answer.number != self._number or answer.error:
            raise HarnessError(answer.error or f"answer {answer.number} to call {self._number}")
        return answer.result

    def send(self, message: Message) -> None:
        """Write one message as a line."""
        line = message.model_dump_json().encode() + b"\n"
        with self._output:
            self._writer.write(line)
            self._writer.flush()

    def _answer(self) -> Answer:
        try:
            return Answer.model_validate_json(self._line())
        except ValidationError as error:
            message = f"the host's answer is malformed: {error}"
            raise HarnessError(message) from error

    def _line(self) -> bytes:
        line = self._reader.readline()
        if not line.endswith(b"\n"):
            message = "the host closed the line"
            raise HarnessError(message)
        return line
