"""Why two records were joined or are asked about: kept short, spelt out only when somebody reads it.

A first sync of a large book makes tens of thousands of joins and questions. Their evidence in words would cost more than
finding them, and most of it is never looked at.
"""

from dataclasses import dataclass, replace

from kith.match.compare import evidence
from kith.match.edges import RULE, Edge, findings
from kith.match.evidence import Evidence, Finding
from kith.match.member import Member
from kith.match.statistics import Statistics

_SAID = (("decision", "same"), ("uid", "same"))


@dataclass(frozen=True, slots=True)
class Grounds:
    """Two records, the edge between them and the verdict on it: what their evidence is made from again."""

    left: Member
    right: Member
    edge: Edge
    statistics: Statistics
    verdict: str

    @property
    def weight(self) -> float:
        """Bits, as in the evidence."""
        return round(self.edge.weight, 3)

    def evidence(self) -> Evidence:
        """Itemised: what the records themselves tell, what others add, and what the user or a UID said."""
        found = [*findings(self.left, self.right, self.statistics), *self.edge.extra]
        if self.edge.rank < RULE:
            name, level = _SAID[self.edge.rank]
            found.append(Finding(name, level, (50.0,) * 3))
        whole = evidence(self.left.features, self.right.features, found, self.statistics)
        return replace(whole, weight=self.weight, verdict=self.verdict)
