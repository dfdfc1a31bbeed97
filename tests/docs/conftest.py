"""The examples run on the build that the tests of `e2e` share."""

from tests.e2e.conftest import built_sample

__all__ = ["built_sample"]
