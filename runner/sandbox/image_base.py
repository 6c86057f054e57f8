"""The base image that all others are made from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from docker.errors import DockerException, ImageNotFound
from requests.exceptions import RequestException

from runner.errors import InfrastructureError
from runner.sandbox.docker_calls import explained

if TYPE_CHECKING:
    from collections.abc import Callable

    import docker

VARIABLE = "BASE_IMAGE"
DEFAULT = "python:3.11-slim"
BOOTSTRAPPED = "takehome-base:bookworm"
"""What `scripts/bootstrap-docker.sh` makes where no registry is in reach."""


def base_image(
    client: docker.DockerClient, on_event: Callable[[str, str], None], *, pull: bool = True
) -> str:
    """The id of the base image: `BASE_IMAGE`, else the default, else the bootstrapped one.

    Pulled when it is not there; `InfrastructureError` when that fails too. With `pull=False`
    a missing image is `docker.errors.ImageNotFound`.
    """
    chosen = os.environ.get(VARIABLE, "")
    for name in [chosen] if chosen else [DEFAULT, BOOTSTRAPPED]:
        found = local_id(client, name)
        if found is not None:
            return found
    wanted = chosen or DEFAULT
    if not pull:
        message = f"{wanted} is not on this engine"
        raise ImageNotFound(message)
    on_event("base", f"pulling {wanted}")
    return _pull(client, wanted)


def local_id(client: docker.DockerClient, name: str) -> str | None:
    """The id of an image of this engine, None when it has none of that name."""
    with explained("look up an image"):
        try:
            return client.images.get(name).id
        except ImageNotFound:
            return None


def _pull(client: docker.DockerClient, name: str) -> str:
    try:
        client.images.pull(name)
    except (DockerException, RequestException, OSError) as error:
        raise InfrastructureError(
            f"The base image {name} is missing and cannot be pulled",
            why=str(error)[:300],
            do=f"Run scripts/bootstrap-docker.sh, or set {VARIABLE} to an image with Python 3.11.",
        ) from error
    found = local_id(client, name)
    if found is None:
        raise InfrastructureError(f"The base image {name} is missing after its pull")
    return found
