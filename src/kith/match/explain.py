"""Evidence as sentences for a user."""

from kith.match.evidence import Evidence
from kith.match.verdict import ASK, SAME, Policy

_RIVALS = {
    "stranger": "two people who share a name by chance",
    "relative": "two members of one family or household",
    "colleague": "two people at one place of work",
}
_BARS = {"kind": "One is a person and the other is not (or a household, a firm, a mailbox): they are never joined.",
         "generation": "They are marked as two generations (such as Jr and Sr): they are never joined by themselves."}  # fmt: skip


def explain(evidence: Evidence) -> list[str]:
    """What speaks for and against one person, strongest first; then what would change the verdict."""
    found = [_BARS[evidence.barred]] if evidence.barred in _BARS else []
    for item in evidence.items:
        if item.comparison == "prior" or abs(item.weight) < 0.05:
            continue
        found.append(f"{'for' if item.for_ else 'against'}: {item.text} ({item.weight:+.1f} bits)")
    found.append(
        f"The likeliest other explanation: {_RIVALS[evidence.rival]}. Sum: {evidence.weight:+.1f} bits."
    )
    change = change_of_mind(evidence)
    return [*found, change] if change else found


def change_of_mind(evidence: Evidence, policy: Policy | None = None) -> str:
    """The single fact that would change the verdict, "" where none would."""
    rule = policy or Policy()
    if evidence.barred:
        return ""
    if evidence.verdict == SAME:
        return "A different birthday or your word (“not the same”) would keep them apart."
    missing = rule.auto - evidence.weight
    reached = {item.comparison for item in evidence.items if item.level == "same"}
    for comparison, bits, text in (
        ("birthday", 7.0, "The same full birthday on both"),
        ("mobile", 5.5, "The same mobile number on both"),
        ("personal", 6.0, "The same personal e-mail address on both"),
    ):
        if comparison not in reached and bits >= missing:
            return f"{text} would join them."
    return "Only your word would join them." if evidence.verdict == ASK else ""
