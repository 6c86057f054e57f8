"""`verify_token`, which is complete; the routes have to use it."""

from __future__ import annotations

import jwt
import pytest

from app.security import InvalidTokenError, Principal, Role, verify_token
from tests.conftest import SECRET, make_token


def test_valid_token_names_user_and_role() -> None:
    """The claims of a valid token come back as a principal."""
    principal = verify_token(make_token("mia", "manager"), SECRET)
    assert principal == Principal(user="mia", role=Role.MANAGER)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "no.jwt.at-all",
        make_token("mia", "manager", lifetime=-60),
        make_token("mia", "manager", secret="another key that is long enough to sign with"),
        make_token("mia", "emperor"),
        jwt.encode({"sub": "mia", "role": "manager"}, SECRET, algorithm="HS256"),
        jwt.encode({"sub": "mia", "role": "manager", "exp": 2**33}, None, algorithm="none"),
    ],
    ids=["empty", "no-jwt", "expired", "other-key", "unknown-role", "no-expiry", "unsigned"],
)
def test_invalid_token_is_refused(token: str) -> None:
    """Whatever is wrong with a token, one error says so."""
    with pytest.raises(InvalidTokenError):
        verify_token(token, SECRET)
