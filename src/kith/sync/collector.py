"""Python's garbage collector, kept out of the way while much is computed and nothing becomes garbage."""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

atexit.register(gc.freeze)  # the process ends: Python would look through all that is left once more

AT_LEAST = 20_000
"""So many new values must be in use before the collector looks through them during a run."""


@contextmanager
def resting() -> Iterator[None]:
    """No search for cyclic garbage inside: deciding builds hundreds of thousands of small values that all stay in use
    and never point at each other in circles, and looking through them again and again takes a fifth of its time. What
    was built is not looked through afterwards either, until `seldom` ends. Memory is given back by counting references all
    the same."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.enable()


@contextmanager
def seldom() -> Iterator[None]:
    """The search for cyclic garbage comes rarely inside: a run makes very little of it, and as the cards of a book are
    read, each search looks at more and more values that all stay in use."""
    before = gc.get_threshold()
    gc.set_threshold(AT_LEAST, 20, 20)
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
