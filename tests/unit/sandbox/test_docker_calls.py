"""Errors of the engine are explained; nothing else is touched."""

from __future__ import annotations

import docker
import pytest
import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from runner.sandbox import SandboxError
from runner.sandbox.docker_box import merged
from runner.sandbox.docker_calls import explained, explained_unless_gone


def answer(status: int) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    return response


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (ImageNotFound("no such image", response=answer(404)), "takehome images build"),
        (APIError("broken", response=answer(500), explanation="out of space"), "takehome doctor"),
        (requests.exceptions.ReadTimeout("read"), "silent"),
        (requests.exceptions.ConnectionError("refused"), "Start Docker"),
        (DockerException("no engine"), "Start Docker"),
        (ConnectionResetError("reset"), "docker info"),
    ],
)
def test_every_error_says_what_why_and_what_to_do(error: Exception, advice: str) -> None:
    with pytest.raises(SandboxError) as caught, explained("start a box"):
        raise error
    assert caught.value.what == "Docker failed to start a box"
    assert caught.value.why
    assert advice in caught.value.do


def test_what_is_gone_already_is_fine() -> None:
    for status in (404, 409):
        with explained_unless_gone("remove a box"):
            raise NotFound("gone", response=answer(status))
    with pytest.raises(SandboxError), explained_unless_gone("remove a box"):
        raise APIError("broken", response=answer(500))


def test_errors_of_ours_pass() -> None:
    with pytest.raises(KeyError), explained("do anything"):
        raise KeyError
    assert docker.errors.DockerException is DockerException


def test_usage_only_grows() -> None:
    stats = {
        "cpu_stats": {"cpu_usage": {"total_usage": 2_500_000_000}},
        "memory_stats": {"usage": 100, "max_usage": 900},
    }
    first = merged(None, stats)
    assert first is not None
    assert (first.cpu_seconds, first.peak_memory_bytes) == (2.5, 900)
    later = merged(first, {"cpu_stats": {}, "memory_stats": {"usage": 5}})
    assert later == first


def test_the_stats_of_the_dead_are_no_usage() -> None:
    dead = {"cpu_stats": {"cpu_usage": {"total_usage": 0}}, "memory_stats": {}}
    assert merged(None, dead) is None
