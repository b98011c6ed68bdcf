"""Which level each comparison of two records reaches: everything but names."""

from rapidfuzz.fuzz import ratio

from kith.normalize.features import Features


def shared(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    """The first value that both have, "" for none."""
    if not left or not right:
        return ""
    return next((value for value in left if value in right), "")


def local(a: Features, b: Features) -> tuple[str, str]:
    """What mailboxes' local parts tell: the same word of six letters or more, or the other's name."""
    if not a.locals and not b.locals:
        return "", ""
    left, right = {part.replace(" ", "") for part in a.locals}, {part.replace(" ", "") for part in b.locals}
    both = sorted(value for value in left & right if len(value) >= 6)
    if both:
        return "same", both[0]
    if (not a.given and _names(b, left)) or (not b.given and _names(a, right)):
        return "name", ""
    return "", ""


def _names(f: Features, found: set[str]) -> bool:
    """Whether one of the local parts spells this name: janedoe, doejane, jdoe."""
    if not f.given or not f.family or not found:
        return False
    first, last = f.given[0], f.family[-1]
    if len(last) < 2 or len(first) < 1:
        return False
    return not found.isdisjoint({first + last, last + first, first[0] + last, last + first[0]})


def firm(a: Features, b: Features) -> tuple[str, str]:
    """same with the firm, domain with the domain, other where both name employers and none agrees."""
    if same := shared(a.firms, b.firms):
        return "same", f"firm:{same}"
    if same := shared(a.domains, b.domains):
        return "domain", f"domain:{same}"
    if not a.firms or not b.firms:
        return "", ""
    near = next((x for x in a.firms for y in b.firms if _near(x, y)), "")
    return ("same", f"firm:{near}") if near else ("other", "")


def _near(x: str, y: str) -> bool:
    if x.startswith(y + " ") or y.startswith(x + " "):
        return True
    return ratio(x, y, score_cutoff=88) > 0


def address(a: Features, b: Features) -> str:
    """same (street and number), town, other or ""."""
    if shared(a.streets, b.streets):
        return "same"
    if shared(a.codes, b.codes) or shared(a.towns, b.towns):
        return "town"
    return "other" if a.codes and b.codes else ""


def birthday(a: Features, b: Features) -> str:
    """same, day (one without a year), slip (day and month exchanged, or one digit), other or ""."""
    left, right = a.birthday, b.birthday
    if not left or not right:
        return ""
    if left[-5:] == right[-5:]:
        if left == right and not left.startswith("--"):
            return "same"
        if left.startswith("--") or right.startswith("--"):
            return "day"
    if left.startswith("--") or right.startswith("--"):
        return "other"
    swapped = left[:4] == right[:4] and left[5:7] == right[8:] and left[8:] == right[5:7]
    slips = sum(x != y for x, y in zip(left, right, strict=True))
    return "slip" if swapped or slips == 1 else "other"


def services(a: Features, b: Features) -> str:
    """same where a profile agrees; other where both have an account with one network and it is not the same."""
    if not a.profiles or not b.profiles:
        return ""
    if shared(a.profiles, b.profiles):
        return "same"
    left = {profile.partition(":")[0] for profile in a.profiles}
    right = {profile.partition(":")[0] for profile in b.profiles}
    return "other" if left & right & {"linkedin", "xing"} else ""
