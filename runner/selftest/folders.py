"""Hostile folders: links, pipes and sockets where files are due, made in a folder of our own."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def links_in_place(root: Path) -> None:
    """The application is a link to a file of the host."""
    (root / "app/main.py").unlink()
    (root / "app/main.py").symlink_to("/etc/passwd")


def pipe_in_place(root: Path) -> None:
    """The notes are a pipe, which whoever opens it waits for."""
    (root / "NOTES.md").unlink(missing_ok=True)
    os.mkfifo(root / "NOTES.md")


def socket_in_place(root: Path) -> None:
    """The read-me is a socket."""
    (root / "README.md").unlink(missing_ok=True)
    here = os.open(root, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as listener:
        # A path through the descriptor: that of a temporary folder may be too long for a socket.
        listener.bind(f"/proc/self/fd/{here}/README.md")
    os.close(here)


def folder_link(root: Path) -> None:
    """A package is a link to a folder of the host."""
    (root / "app/more").symlink_to("/etc", target_is_directory=True)


FOLDERS: dict[str, Callable[[Path], None]] = {
    make.__name__.replace("_", "-"): make
    for make in (links_in_place, pipe_in_place, socket_in_place, folder_link)
}
"""The builders, by the name that an `attack.toml` gives."""
