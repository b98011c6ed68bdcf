"""Fixtures for all tests."""

import os

from hypothesis import HealthCheck, settings

from kith.sync import patience

patience.FIRST_WAIT = 0.02
"""Tests need the order of retries, not the waiting between them."""

pytest_plugins = ["servers.fixtures"]

settings.register_profile(
    "quick", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "ci", max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "quick")
