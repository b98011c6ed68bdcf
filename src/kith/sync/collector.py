"""Python's garbage collector, kept out of the way while much is computed and nothing becomes garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting() -> Iterator[None]:
    """No search for cyclic garbage inside: deciding builds hundreds of thousands of small values that all stay in use
    and never point at each other in circles, and looking through them again and again takes a fifth of its time. Memory
    is given back by counting references all the same."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
