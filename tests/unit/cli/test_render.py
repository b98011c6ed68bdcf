"""The plan names a cause that is true of the account under which it stands."""

import pytest

from kith.cli.render import closing_line, operation_event, plan_lines
from kith.model.facts import Facts
from kith.model.operation import Action, FieldChange, Operation, Reason
from kith.model.plan import Conflict, Plan
from kith.model.record import RecordKey
from kith.sync.request import Result


def told(account: str, reason: Reason, because: str, said: dict[str, str] | None = None) -> str:
    """The line about Ida in the plan for one account."""
    operation = Operation(
        Action.UPDATE,
        RecordKey(account, "", "ida.vcf"),
        "p1",
        reason,
        because=because,
        title="Ida Lenz",
        fields=(FieldChange("phones", "", "+49 171 3920001"),),
    )
    _, line, change = plan_lines(Plan(operations=(operation,)), said=said or {})
    assert change == "      phones: + +49 171 3920001"
    return line.removeprefix("  ~ Ida Lenz   ")


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("tablet", "(was edited elsewhere: edited on phone)"),
        ("phone", "(goes with an edit of another card of this person)"),
    ],
)
def test_an_edit_was_elsewhere_only_for_others(account: str, words: str) -> None:
    assert told(account, Reason.EDITED, "edited on phone") == words


def test_a_deletion_in_the_same_account_is_of_another_card() -> None:
    assert "another card of the same person" in told("phone", Reason.DELETED, "deleted on phone")
    assert told("tablet", Reason.DELETED, "deleted on phone") == "(was deleted elsewhere: deleted on phone)"


def test_what_the_user_decided_is_named() -> None:
    word = {"p1": "joined with I. Lenz, by you"}
    assert told("phone", Reason.DRIFTED, "not as agreed", word) == "(joined with I. Lenz, by you)"
    assert told("phone", Reason.UNDONE, "taken back", word) == "(joined with I. Lenz, by you)"
    assert told("phone", Reason.UNDONE, "taken back") == "(an earlier run is taken back)"
    assert told("phone", Reason.DRIFTED, "not as agreed") == "(is not up to date there)"
    assert told("phone", Reason.ENRICHED, "new on net", word) == "(another account adds to it: new on net)"


def test_a_name_that_was_changed_in_two_places_is_one_conflict() -> None:
    """Its parts are told by the whole; where only the parts differ, they are told."""
    sides = RecordKey("phone", "", "a"), RecordKey("tablet", "", "b")
    whole = Conflict("p1", "full_name", "Ida A", sides[0], "Ida B", sides[1])
    parts = Conflict("p1", "name", "A Ida", sides[0], "B Ida", sides[1])
    (line,) = plan_lines(Plan(conflicts=(whole, parts)))
    assert line.startswith(
        "! changed in two places: full name 'Ida A' (from phone) stands; 'Ida B' (from tablet)"
    )
    (line,) = plan_lines(Plan(conflicts=(parts,)))
    assert "'A Ida' (from phone) stands" in line
    result = Result("r", True, Plan(conflicts=(whole, parts)), Facts(0.0, ()), {})
    assert closing_line(result).endswith(", 1 conflict")


def test_the_same_in_json() -> None:
    made = Operation(Action.DELETE, RecordKey("a", "", "x"), "p1", Reason.DRIFTED, because="not as agreed")
    assert (
        operation_event(made, {"p1": "split from I. Lenz, by you"})["because"] == "split from I. Lenz, by you"
    )
    assert operation_event(made)["because"] == "not as agreed"
