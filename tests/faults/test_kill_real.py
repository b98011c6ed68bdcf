"""SIGKILL at every request boundary and every commit point of a sync of sixty cards between Radicale and Xandikos; at
points of syncs of a thousand cards by `make soak`. After each kill one further run settles everything: the cards are
those of a run that nobody killed (so nobody is lost, doubled or brought back), no conflict is claimed, and the run
after that writes nothing.

That they can fail was tried. With the place in each account moved on in a transaction of its own before the plan is
taken in, or with nobody marked as waiting for what is still to be sent, a kill at one single commit loses a day's
changes, and these tests say so. Without the note of what is about to be sent they pass: names that follow from the
person, and the condition that each write carries, already keep these two servers from twins. What that note is for is in
tests/unit/sync/test_readback.py.
"""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.copies import Pair, quick_folder, real_pair
from faults.kill import crowd

CI = os.environ.get("CI") == "true"
SHARES = 6
"""The points of one kind are spread over so many tests, which the workers of a test run have among them."""
FIRSTS = 50
"""Of so many points of the long run two are points of a first sync."""

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both servers with sixty cards, started once for all points."""
    with (
        quick_folder(tmp_path_factory.mktemp("pair"), 24) as folder,
        real_pair(folder, crowd(60)) as found,
    ):
        yield found


@pytest.mark.timeout(900)
@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("what", ["request", "commit"])
@pytest.mark.parametrize("moment", ["first", "later"])
def test_a_kill_at_any_point_is_settled_by_the_next_run(
    pair: Pair, moment: str, what: str, share: int
) -> None:
    """A first sync of two books, and a day's changes (edits, disjoint edits of one person, deletions, an edit against a
    deletion, newcomers). In CI every point; elsewhere one of each share."""
    own = pair.moments[moment].every(what)[share::SHARES]
    assert own
    for point in own if CI else own[len(own) // 2 :][:1]:
        pair.kill_at(moment, point)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("half", [0, 1])
def test_many_kills_with_a_thousand_cards(tmp_path: Path, half: int) -> None:
    """KITH_KILLS points (200), drawn by lot, of syncs of KITH_CARDS cards (1 000): of a day's changes, and now and then of
    a first sync, which writes every card and takes a hundred times as long."""
    count, cards = int(os.environ.get("KITH_KILLS", "200")), int(os.environ.get("KITH_CARDS", "1000"))
    dice = random.Random(cards + half)
    told = Path(os.environ.get("KITH_PROGRESS", os.devnull))
    with quick_folder(tmp_path, cards // 2) as folder, real_pair(folder, crowd(cards)) as pair:
        for number in range(half, count, 2):
            moment = "first" if number % FIRSTS < 2 else "later"
            point = dice.choice(pair.moments[moment].every(dice.choice(("request", "commit"))))
            with told.open("a", encoding="utf-8") as log:
                log.write(f"{time.strftime('%H:%M:%S')} {number + 1} of {count}: {moment} {point}\n")
            pair.kill_at(moment, point)
