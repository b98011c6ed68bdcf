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
        found.append(f"{'for' if item.for_ else 'against'}: {item.text} ({strength(item.weight)})")
    found.append(f"The likeliest other explanation: {_RIVALS[evidence.rival]}. {_odds(evidence.weight)}")
    change = change_of_mind(evidence)
    return [*found, change] if change else found


def before_all(rival: str, bits: float) -> str:
    """The odds before any comparison as a clause: of one person against that explanation."""
    likelier, other = (
        ("one person is", _RIVALS[rival]) if bits >= 0 else (f"{_RIVALS[rival]} are", "one person")
    )
    return f"before any comparison: {likelier} likelier than {other}"


def strength(bits: float) -> str:
    """How much a finding weighs, in a word: 1 bit doubles or halves the odds, 3 make them 8 times, 6 make them 64 times as large."""
    size = abs(bits)
    return "very strong" if size >= 6 else "strong" if size >= 3 else "fair" if size >= 1 else "weak"


def _odds(bits: float) -> str:
    """The sum as odds of one against the other, in round numbers."""
    if bits >= 10:
        return "One person is more than 1000 times as likely."
    if bits <= -10:
        return "That is more than 1000 times as likely as one person."
    if abs(bits) < 0.5:
        return "Both are about as likely."
    times = 2.0 ** abs(bits)
    shown = f"{times:.1f}" if times < 4 else f"{times:.0f}" if times < 20 else f"{round(times, -1):.0f}"
    who = "One person is" if bits > 0 else "That is"
    return f"{who} about {shown} times as likely" + (" as one person." if bits < 0 else ".")


def change_of_mind(evidence: Evidence, policy: Policy | None = None) -> str:
    """The single fact that would change the verdict, "" where none would."""
    rule = policy or Policy()
    if evidence.barred:
        return ""
    if evidence.verdict == SAME:
        return "A different birthday or your word (“not the same”) would keep them apart."
    missing = rule.auto - evidence.weight
    if (
        missing <= 0
    ):  # asked all the same: because of what other cards tell, or since the user wants to be asked
        return "Only your word would join them."
    reached = {item.comparison for item in evidence.items if item.level in ("same", "twins")}
    for comparison, bits, text in (
        ("birthday", 7.0, "The same full birthday on both"),
        ("mobile", 5.5, "The same mobile number on both"),
        ("personal", 6.0, "The same personal e-mail address on both"),
    ):
        if comparison not in reached and bits >= missing:
            return f"{text} would join them."
    return "Only your word would join them." if evidence.verdict == ASK else ""
