"""How a request ends that does not succeed."""

from __future__ import annotations

from collections.abc import Mapping


class ApiError(Exception):
    """Answered with `status` and a JSON body that holds `detail`."""

    def __init__(
        self, status: int, detail: object, headers: Mapping[str, str] | None = None
    ) -> None:
        """Say what to answer."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers
