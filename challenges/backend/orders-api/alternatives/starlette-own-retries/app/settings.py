"""Configuration, read from the environment once at the start."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between two installations."""

    database_url: str
    upstream_url: str
    api_token_secret: str

    @property
    def database_path(self) -> str:
        """The file behind `database_url`."""
        prefix, _, path = self.database_url.partition("sqlite:///")
        if prefix or not path:
            raise ValueError("DATABASE_URL has to be sqlite:/// and the path of a file")
        return path

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the three variables; a missing one stops the start with its name."""
        return cls(
            database_url=os.environ["DATABASE_URL"],
            upstream_url=os.environ["UPSTREAM_URL"].rstrip("/"),
            api_token_secret=os.environ["API_TOKEN_SECRET"],
        )
