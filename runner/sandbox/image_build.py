"""Builds an image and flattens it into one layer.

Flattening (export, then import) leaves the build's history, arguments and certificates behind
and makes sure that two images share no layer: code that manages to change a cached page of a
file in its own image changes nothing in another one.
"""

from __future__ import annotations

import io
import os
import tarfile
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.errors import InfrastructureError
from runner.sandbox.docker_calls import explained, explained_unless_gone
from runner.sandbox.docker_gc import labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import docker

IMAGE_LABEL = "takehome.image"
STAGE = "stage"
"""Value of the label on what a build leaves as its cache."""

_BUILD_SECONDS = 1800
_SHOWN_LINES = 30
_CERTIFICATES = "ca.pem"
_CERTIFICATE_VARIABLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
_SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
_PASSED_ON = (
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_TRUSTED_HOST",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
)

_CHANGES = (
    "ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin",
    "ENV LANG=C.UTF-8",
    "USER 65534:65534",
    "WORKDIR /",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What to build: `files` of the context by path, `base` as an image id."""

    name: str
    tag: str
    base: str
    files: dict[str, Path]


def build(client: docker.DockerClient, recipe: Recipe, on_event: Callable[[str, str], None]) -> str:
    """Build and flatten; the id of the tagged image. `InfrastructureError` when it fails."""
    on_event("build", recipe.name)
    built = _build(client, recipe, on_event)
    on_event("flatten", recipe.name)
    try:
        return _flatten(client, built, recipe)
    finally:
        with explained_unless_gone("remove an intermediate image"):
            client.api.remove_image(built, force=True)


def context(files: dict[str, Path], certificates: bytes) -> bytes:
    """The build context: an uncompressed tar, equal for equal files whoever makes it."""
    buffer = io.BytesIO()
    contents = {path: file.read_bytes() for path, file in files.items()}
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, data in sorted({**contents, _CERTIFICATES: certificates}.items()):
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def host_certificates(environment: dict[str, str]) -> bytes:
    """The bundle of certificate authorities that this host trusts, empty when it has none."""
    named = [environment[name] for name in _CERTIFICATE_VARIABLES if environment.get(name)]
    for path in map(Path, [*named, _SYSTEM_CERTIFICATES]):
        if path.is_file():
            return path.read_bytes()
    return b""


def build_arguments(environment: dict[str, str], base: str) -> dict[str, str]:
    """The base image, and how this host reaches packages, except by paths of its own."""
    passed = {name: environment.get(name, "") for name in _PASSED_ON}
    reachable = {name: value for name, value in passed.items() if value and "file:" not in value}
    return {"BASE_IMAGE": base, **reachable}


def _build(
    client: docker.DockerClient, recipe: Recipe, on_event: Callable[[str, str], None]
) -> str:
    environment = dict(os.environ)
    archive = context(recipe.files, host_certificates(environment))
    with explained(f"build {recipe.name}"):
        stream = client.api.build(
            fileobj=io.BytesIO(archive),
            custom_context=True,
            buildargs=build_arguments(environment, recipe.base),
            rm=True,
            forcerm=True,
            decode=True,
            timeout=_BUILD_SECONDS,
        )
        return _follow(stream, recipe.name, on_event)


def _follow(
    stream: Iterable[dict[str, Any]], name: str, on_event: Callable[[str, str], None]
) -> str:
    """Report the steps of a build until it ends; the id of what it built."""
    last: deque[str] = deque(maxlen=_SHOWN_LINES)
    image = ""
    for item in stream:
        text = str(item.get("stream", "")).strip()
        if text:
            last.append(text)
        if text.startswith("Step "):
            on_event("build", f"{name} {text}")
        image = (item.get("aux") or {}).get("ID", image)
        if "error" in item:
            raise InfrastructureError(
                f"The image {name} cannot be built",
                why="\n".join([*last, str(item["error"])]),
                do="Check that packages can be downloaded from this machine, then try again.",
            )
    if not image:
        raise InfrastructureError(f"The build of {name} ended without an image")
    return image


def _flatten(client: docker.DockerClient, built: str, recipe: Recipe) -> str:
    api = client.api
    repository, _, tag = recipe.tag.partition(":")
    changes = [*_CHANGES, f"LABEL {IMAGE_LABEL}={recipe.name}"]
    owned = labels("images", expires=int(time.time()) + _BUILD_SECONDS)
    with explained(f"flatten {recipe.name}"):
        container = api.create_container(built, ["true"], labels=owned, use_config_proxy=False)
        try:
            api.import_image_from_stream(
                _chunks(api.export(container["Id"])), repository, tag, changes
            )
            image = str(client.images.get(recipe.tag).id)
        finally:
            with explained_unless_gone("remove a build container"):
                api.remove_container(container["Id"], force=True)
    return image


def _chunks(stream: Iterable[bytes]) -> Iterator[bytes]:
    # An empty chunk would end the upload.
    return (chunk for chunk in stream if chunk)
