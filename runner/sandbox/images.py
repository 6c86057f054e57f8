"""The images of a specialization: what goes into them, their content tag, when to build.

An image is named by everything that it is made of: the id of the base image, the Dockerfile
and each file of its build context. So it is built once per content, an edit makes another
tag, and two versions of this tool share an engine without disturbing each other. Gradings use
the ids that `ensure` returns, never a tag.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docker.errors import ImageNotFound

from runner.errors import UsageError
from runner.sandbox.docker_calls import explained, explained_unless_gone
from runner.sandbox.image_base import base_image, local_id
from runner.sandbox.image_build import IMAGE_LABEL, Recipe, build

if TYPE_CHECKING:
    import docker

OnEvent = Callable[[str, str], None]
"""Called with a stage (`base`, `build`, `flatten`, `ready`) and its detail."""

_PACKAGE = Path(__file__).resolve().parents[1]
_DATA = _PACKAGE / "images"
_TAG_DIGITS = 16
_OURS = "takehome/"
_SUBJECT_FILES = (
    "coverage.sh",
    "home.sh",
    "launcher.py",
    "program.py",
    "pytests.py",
    "recorder.py",
    "takehome_coverage.pth",
    "takehome_coverage.py",
)
_HARNESS_FILES = ("link.sh", "types.sh")
_CACHES = {"__pycache__", ".mypy_cache", ".ruff_cache"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSpec:
    """One image: the role that it plays and the files of its build context by their path."""

    role: str
    name: str
    files: dict[str, Path]


def specializations() -> tuple[str, ...]:
    """Those that there are images for."""
    return tuple(sorted(path.stem.removeprefix("subject-") for path in _DATA.glob("subject-*.in")))


def specs(specialization: str) -> tuple[ImageSpec, ...]:
    """The images of a specialization; `UsageError` when there are none.

    A specialization has of its own: the packages of both images, and for the harness the names
    that submissions import.
    """
    known = specializations()
    if specialization not in known:
        raise UsageError(
            f"There are no images for {specialization!r}", do=f"Choose of {', '.join(known)}."
        )
    subject = {name: _DATA / name for name in _SUBJECT_FILES}
    harness = {name: _DATA / name for name in _HARNESS_FILES}
    harness |= {
        "imports.txt": _DATA / f"imports-{specialization}.txt",
        "runner/__init__.py": _PACKAGE / "__init__.py",
    }
    for package in ("harness", "analyser"):
        harness |= {f"runner/{package}/{path}": file for path, file in _sources(package)}
    return (
        _spec("subject", specialization, subject),
        _spec("harness", specialization, harness),
    )


def ensure(
    client: docker.DockerClient, specialization: str, on_event: OnEvent = lambda *_: None
) -> dict[str, str]:
    """The image id for each role (`subject`, `harness`); builds those that are missing, together.

    A build is one process most of the time, so that two of them share two cores well.
    """
    base = base_image(client, on_event)

    def image(spec: ImageSpec) -> str:
        name = tag(spec, base)
        known = local_id(client, name)
        if known is None:
            recipe = Recipe(name=spec.name, tag=name, base=base, files=spec.files)
            known = build(client, recipe, on_event)
        on_event("ready", name)
        return known

    wanted = specs(specialization)
    with ThreadPoolExecutor(max_workers=len(wanted)) as pool:
        return dict(zip((spec.role for spec in wanted), pool.map(image, wanted), strict=True))


def missing(client: docker.DockerClient, specialization: str) -> tuple[str, ...]:
    """Names of the images that `ensure` would build (all of them without a base image)."""
    try:
        base = base_image(client, lambda *_: None, pull=False)
    except ImageNotFound:
        return tuple(spec.name for spec in specs(specialization))
    return tuple(
        spec.name for spec in specs(specialization) if local_id(client, tag(spec, base)) is None
    )


def layers(client: docker.DockerClient, image: str) -> tuple[str, ...]:
    """Digests of the layers that an image is made of."""
    with explained(f"inspect the image {image}"):
        found = client.images.get(image).attrs
    return tuple(found.get("RootFS", {}).get("Layers") or ())


def prune(client: docker.DockerClient, specializations: tuple[str, ...]) -> int:
    """Remove build caches and images of other contents; says how many images went."""
    base = base_image(client, lambda *_: None)
    current = {tag(spec, base) for name in specializations for spec in specs(name)}
    with explained("list images"):
        found = client.api.images(filters={"label": IMAGE_LABEL})
    removed = 0
    for image in found:
        tags = [name for name in image["RepoTags"] or () if not name.startswith("<none>")]
        if current.isdisjoint(tags):
            with explained_unless_gone("remove an image"):
                client.api.remove_image(image["Id"], force=True)
            removed += 1
    return removed


def tag(spec: ImageSpec, base: str) -> str:
    """`takehome/<name>:<digits>`, the digits from the base image's id and all of the context."""
    digest = hashlib.sha256(base.encode())
    for path, file in sorted(spec.files.items()):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"\n{path} {content}".encode())
    return f"{_OURS}{spec.name}:{digest.hexdigest()[:_TAG_DIGITS]}"


def _spec(role: str, specialization: str, files: dict[str, Path]) -> ImageSpec:
    name = f"{role}-{specialization}"
    common = {
        "Dockerfile": _DATA / f"{role}.Dockerfile",
        "requirements.txt": _DATA / f"{name}.txt",
        "install.sh": _DATA / "install.sh",
        "strip.sh": _DATA / "strip.sh",
    }
    return ImageSpec(role=role, name=name, files=common | files)


def _sources(package: str) -> Iterator[tuple[str, Path]]:
    folder = _PACKAGE / package
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder)
        if file.is_file() and _CACHES.isdisjoint(path.parts):
            yield path.as_posix(), file
