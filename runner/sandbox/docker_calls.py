"""Calls to the engine, with its errors explained. The only place that names its exceptions."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from docker.errors import APIError, DockerException, ImageNotFound
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import RequestException, Timeout
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as PoolTimeout

from runner.sandbox import EngineSilentError, SandboxError

if TYPE_CHECKING:
    from collections.abc import Iterator

CALL_SECONDS = 60
"""Longest silence of the engine within one call."""

CALLS = 40
"""Calls at a time whose connections are kept: four lanes of tests that make volumes and boxes."""

_SILENT = (Timeout, PoolTimeout)

_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.NOT_MODIFIED}


@contextmanager
def explained(doing: str) -> Iterator[None]:
    """Turn every error of the engine or of the way to it into a `SandboxError`."""
    try:
        yield
    except (DockerException, RequestException, HTTPError, OSError) as error:
        kind = EngineSilentError if isinstance(error, _SILENT) else SandboxError
        raise kind(f"Docker failed to {doing}", why=_reason(error), do=_advice(error)) from error


@contextmanager
def explained_unless_gone(doing: str) -> Iterator[None]:
    """Like `explained`, but fine when the thing is gone already or is being removed."""
    with explained(doing):
        try:
            yield
        except APIError as error:
            if error.status_code not in _GONE:
                raise


def _reason(error: Exception) -> str:
    text = error.explanation if isinstance(error, APIError) and error.explanation else str(error)
    return str(text)[:500] or type(error).__name__


def _advice(error: Exception) -> str:
    if isinstance(error, ImageNotFound):
        return "Build the images with `takehome images build`."
    if isinstance(error, _SILENT):
        return f"The engine was silent for {CALL_SECONDS} s: look at its load and its log."
    if isinstance(error, APIError):
        return "Run `takehome doctor`; the engine's own log says more."
    if isinstance(error, NoConnection | DockerException):
        return "Start Docker and check that `docker info` works for this user."
    return "Check the connection to the engine with `docker info`."
