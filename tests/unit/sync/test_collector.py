"""The garbage collector rests while much is decided, and is as it was before whatever happens."""

import gc

import pytest

from kith.sync.collector import resting


def test_the_collector_rests_inside_and_goes_on_after() -> None:
    assert gc.isenabled()
    with resting():
        assert not gc.isenabled()
        with resting():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_goes_on_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), resting():
        print(1 / 0)
    assert gc.isenabled()
