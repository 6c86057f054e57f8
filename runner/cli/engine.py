"""The connection to the Docker engine, for commands that need one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docker import DockerClient


def connect() -> DockerClient:
    """A client of the engine; `InfrastructureError` with advice when none answers."""
    from runner.sandbox.docker import connect as connect_engine

    return connect_engine()
