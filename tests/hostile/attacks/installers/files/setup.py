"""Runs when the package is installed."""

from pathlib import Path

from setuptools import setup

for place in ("/tmp", ".", str(Path.home()), "/"):
    try:
        (Path(place) / "takehome-canary-setup").write_text("x")
    except OSError:
        pass
setup()
