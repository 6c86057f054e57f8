"""Renew the lists of modules that the subjects' images hold: runner/images/provides-*.txt.

    python -m scripts.provided

It asks the images, which it builds if need be. `tests/docker/test_images.py` fails while a list is
out of date.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from runner.sandbox import images
from runner.sandbox.docker import connect

FOLDER = Path(__file__).resolve().parents[1] / "runner" / "images"

ASKS = """
import pkgutil, sys, sysconfig
from importlib import metadata

found = {module.name for module in pkgutil.iter_modules([sysconfig.get_path("purelib")])}
found |= set(metadata.packages_distributions())
print(*sorted(name for name in found - sys.stdlib_module_names if name.isidentifier()), sep="\\n")
"""
"""What an image is asked; its answer is the list."""

HEAD = "# Modules of the subject's image beside the standard library, one name a line.\n"


def main() -> None:
    """Write the list of every specialization."""
    client = connect()
    for specialization in images.specializations():
        image = images.ensure(client, specialization)["subject"]
        command = [
            "docker",
            "run",
            "--rm",
            "--network=none",
            "--interactive",
            image,
            "python3",
            "-",
        ]
        said = subprocess.run(command, input=ASKS, capture_output=True, text=True, check=True)
        path = FOLDER / f"provides-{specialization}.txt"
        path.write_text(HEAD + said.stdout, encoding="utf-8")
        print(f"{path.name}: {len(said.stdout.splitlines())} modules")


if __name__ == "__main__":
    main()
