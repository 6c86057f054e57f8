"""Configuration, read from the environment once at the start."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

SQLITE_PREFIX = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between two installations."""

    database_path: Path
    upstream_url: str
    api_token_secret: str

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the three variables; a missing or unusable one stops the start with its name."""
        database_url = os.environ["DATABASE_URL"]
        if not database_url.startswith(SQLITE_PREFIX):
            raise ValueError(f"DATABASE_URL has to start with {SQLITE_PREFIX}")
        return cls(
            database_path=Path(database_url.removeprefix(SQLITE_PREFIX)),
            upstream_url=os.environ["UPSTREAM_URL"].rstrip("/"),
            api_token_secret=os.environ["API_TOKEN_SECRET"],
        )
