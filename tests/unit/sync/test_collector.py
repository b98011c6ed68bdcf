"""The garbage collector rests while much is decided, and is as it was before whatever happens."""

import gc
import subprocess
import sys

import pytest

from kith.sync.collector import resting, seldom


def test_the_collector_rests_inside_and_goes_on_after() -> None:
    assert gc.isenabled()
    with seldom():
        with resting():
            assert not gc.isenabled()
            with resting():
                assert not gc.isenabled()
            assert not gc.isenabled()
        assert gc.isenabled()


def test_what_was_built_inside_is_not_looked_through_until_all_is_done() -> None:
    with seldom():
        with resting():
            built = [[number] for number in range(1000)]
        assert gc.get_freeze_count() >= len(built)
    assert gc.get_freeze_count() == 0


def test_the_collector_goes_on_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), seldom(), resting():
        print(1 / 0)
    assert gc.isenabled()


def test_the_collector_comes_seldom_inside_and_as_often_as_before_after_a_failure() -> None:
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), seldom():
        assert gc.get_threshold() > before
        assert gc.isenabled()
        print(1 / 0)
    assert gc.get_threshold() == before


def test_nothing_is_looked_through_when_the_process_ends() -> None:
    told = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 0)); import kith.sync.collector"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
