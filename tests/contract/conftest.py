"""Callers of the REST face."""

import pytest

from tests.api.callers import Caller, make_caller


@pytest.fixture
def caller(db: None) -> Caller:
    """Return a client that may do everything."""
    return make_caller()


@pytest.fixture
def stranger(db: None) -> Caller:
    """Return another client that may do everything with its own."""
    return make_caller(name="another platform")
