"""Three-way merge of notes, line by line: what both sides wrote stays."""

from difflib import SequenceMatcher


def merge_text(base: str, mine: str, theirs: str) -> str:
    """`mine` with what led from `base` to `theirs`. Where both changed the same lines differently, both stay."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    old, left, right = (text.split("\n") if text else [] for text in (base, mine, theirs))
    merged: list[str] = []
    at_old = at_left = at_right = 0
    for start, end in (*_anchors(old, left, right), (len(old), len(old))):
        to_left, to_right = _place(old, left, start), _place(old, right, start)
        merged += _region(old[at_old:start], left[at_left:to_left], right[at_right:to_right])
        merged += old[start:end]
        at_old, at_left, at_right = end, to_left + end - start, to_right + end - start
    return "\n".join(merged)


def union_text(mine: str, theirs: str) -> str:
    """`mine`, then those lines of `theirs` that it does not hold yet."""
    present = {line.strip() for line in mine.split("\n")}
    added = [line for line in theirs.split("\n") if line.strip() and line.strip() not in present]
    return "\n".join([mine, *added]) if mine else theirs


def transfer(shown: str, whole: str, edited: str) -> str:
    """`whole` with the edit that led from `shown`, its beginning, to `edited`.

    What was added behind the part that is shown goes to the end, a change inside of it is made in place. Whoever
    rewrites most of it, or shortens it, means all of the text.
    """
    if not edited:
        return ""
    if edited.startswith(shown):
        return whole + edited[len(shown) :]
    room = min(len(shown), len(edited))
    start = next((place for place in range(room) if shown[place] != edited[place]), room)
    rest = room - start
    end = next((place for place in range(rest) if shown[-1 - place] != edited[-1 - place]), rest)
    if not end or 2 * (start + end) < len(shown):
        return edited
    return edited + whole[len(shown) :]


def _matches(old: list[str], new: list[str]) -> dict[int, int]:
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {a + step: b + step for a, b, size in blocks for step in range(size)}


def _anchors(old: list[str], left: list[str], right: list[str]) -> list[tuple[int, int]]:
    """Runs of lines that all three share, as [start, end) in `old`."""
    in_left, in_right = _matches(old, left), _matches(old, right)
    runs: list[tuple[int, int]] = []
    for line in sorted(in_left.keys() & in_right.keys()):
        if (
            runs
            and runs[-1][1] == line
            and in_left[line] == in_left[line - 1] + 1
            and in_right[line] == in_right[line - 1] + 1
        ):
            runs[-1] = (runs[-1][0], line + 1)
        else:
            runs.append((line, line + 1))
    return runs


def _place(old: list[str], new: list[str], line: int) -> int:
    return len(new) if line >= len(old) else _matches(old, new)[line]


def _region(old: list[str], left: list[str], right: list[str]) -> list[str]:
    if left in (old, right):
        return right
    if right == old:
        return left
    return [*left, *(line for line in right if line not in left and line not in old)]
