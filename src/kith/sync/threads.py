"""Accounts side by side: one thread, hence one reader or writer, for each; the first has the caller's."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

J = TypeVar("J")
R = TypeVar("R")


def side_by_side(work: Callable[[J], R], jobs: Sequence[J], in_turn: bool = False) -> list[R]:
    """The results of `work` for each job, in order. What a job raises is raised here, when all have ended; with
    `in_turn` there are no threads, and it is raised at once."""
    if in_turn or len(jobs) <= 1:
        return [work(job) for job in jobs]
    results: dict[int, R] = {}
    errors: dict[int, BaseException] = {}

    def one(place: int) -> None:
        try:
            results[place] = work(jobs[place])
        except BaseException as error:  # handed to the caller below
            errors[place] = error

    threads = [threading.Thread(target=one, args=(place,)) for place in range(1, len(jobs))]
    for thread in threads:
        thread.start()
    one(0)  # here: a thread less, and what its memory held is used again
    for thread in threads:
        thread.join()
    for _, error in sorted(errors.items()):
        raise error
    return [results[place] for place in range(len(jobs))]
