"""Each fault of the proxy at each kind of request, between kith and real servers, in the middle of a day's changes of sixty
cards on three accounts. One account is hit. The other two are synced in that very run; one further run settles everything:
the cards are those of a run without a fault, nobody is lost, doubled or brought back, and no conflict is claimed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from faults.copies import Pair, quick_folder, real_pair
from faults.kill import Books, books, crowd

TIMEOUT = 8.0
"""Seconds for each request: far more than a busy machine needs."""

SYNC, MULTIGET = "sync-collection", "addressbook-multiget"
ON_READING = ("reset_before", "reset_after", "reset_in_body", "cut", "broken_xml", "empty_body", "login_page")
ON_WRITING = ("reset_before", "reset_after")
LATER = (("Retry-After", "3600"),)
FOR_GOOD = 1 << 30

pytestmark = pytest.mark.interop


@dataclass(frozen=True)
class Fault:
    """What is hit at the account `phone`, how, and how often."""

    match: str
    kind: str
    times: int = FOR_GOOD
    within: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        extra = [str(value) for value in self.more.values() if isinstance(value, int | float)]
        often = "always" if self.times == FOR_GOOD else f"{self.times}x"
        return "-".join(part for part in (self.match, self.within, self.kind, *extra, often) if part)


def status(match: str, code: int, times: int = FOR_GOOD, within: str = "", **more: Any) -> Fault:
    return Fault(match, "status", times, within, {"status": code, **more})


FAULTS = [
    *(Fault("REPORT", kind, FOR_GOOD, SYNC) for kind in (*ON_READING, "stale", "empty_listing")),
    *(Fault("REPORT", kind, times, MULTIGET) for kind in ON_READING for times in (1, FOR_GOOD)),
    *(Fault("PROPFIND", kind, FOR_GOOD) for kind in ("cut", "login_page")),
    *(
        Fault(match, kind, times)
        for match in ("PUT", "DELETE")
        for kind in ON_WRITING
        for times in (1, FOR_GOOD)
    ),
    *(Fault(match, "drop", 1, within) for match, within in (("REPORT", SYNC), ("PUT", ""), ("DELETE", ""))),
    *(Fault(match, "delay", FOR_GOOD, more={"seconds": 0.2}) for match in ("REPORT", "PUT", "DELETE")),
    Fault("REPORT", "slow", FOR_GOOD, MULTIGET, {"seconds": 0.05}),
    Fault("PUT", "delay", 1, more={"seconds": 1.5 * TIMEOUT}),
    *(status(match, code) for match in ("PUT", "DELETE") for code in (412, 429, 500, 502, 503, 504)),
    *(status(match, code, 1) for match in ("PUT", "DELETE") for code in (412, 429, 500, 503)),
    *(status("REPORT", code, times, SYNC) for code in (429, 500, 503) for times in (1, FOR_GOOD)),
    *(status("REPORT", code, 1, MULTIGET) for code in (429, 500, 503)),
    status("PUT", 429, headers=LATER),
    status("*", 429, headers=LATER),
    status("*", 503, headers=LATER),
    Fault("*", "reset_before"),
]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Sixty people on three accounts at two real servers, and a day's changes on two of them."""
    with (
        quick_folder(tmp_path_factory.mktemp("three"), 32) as folder,
        real_pair(folder, crowd(60), third=True, timeout=TIMEOUT) as found,
    ):
        for side in found.sides.values():
            side.board.clear()  # nobody is killed any more
        yield found


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_the_others_are_synced_and_one_further_run_settles_it(three: Pair, fault: Fault) -> None:
    moment, board = three.go_back("later"), three.sides["phone"].board
    earlier = books(three.house)
    set_ = board.fault(fault.match, fault.kind, fault.times, within=fault.within, **fault.more)
    result = three.house.sync()
    assert set_.hits > 0, "the fault was not met"
    assert (result.accounts["home"].status, result.accounts["desk"].status) == ("ok", "ok")
    reached(earlier, books(three.house), moment.wanted)
    board.clear()
    result = three.house.sync()
    assert (three.house.problems(result), result.plan.conflicts) == ([], ())
    found = books(three.house)
    for account, cards in moment.wanted.items():
        assert set(found[account]) == set(cards)
        assert found[account] == cards
    result = three.house.sync()
    assert (three.house.problems(result), result.plan.operations, result.plan.conflicts) == ([], (), ())
    assert three.house.writes() == {"phone": [], "home": [], "desk": []}


def reached(earlier: Books, now: Books, wanted: Books) -> None:
    """What was done at home is on the desk, whatever became of the phone: who came, who went, who was edited."""
    came, went = set(wanted["home"]) - set(earlier["desk"]), set(earlier["desk"]) - set(earlier["home"])
    at_home = {name for name in came if name in earlier["home"]}
    assert len(at_home) == 2
    assert at_home <= set(now["desk"])
    assert len(went) == 1
    assert not went & set(now["desk"])
    edited = [name for name, lines in earlier["home"].items() if "ORG:Firm GmbH" in lines]
    assert len(edited) == 8
    assert [name for name in edited if "ORG:Firm GmbH" not in now["desk"][name]] == []
    assert all(set(now[account]) <= {*wanted[account], *earlier[account]} for account in now)
