"""Three answers to "is this one person?", and the policy that turns bits into them."""

from dataclasses import dataclass

SAME, ASK, DIFFERENT = "same", "ask", "different"

AUTO_BITS = 8.0
"""From here on two records are joined without asking. See docs/matching.md for the error rate that this means."""

ASK_BITS = 1.0
"""From here on the pair is shown in the review queue."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds in bits (log2 of the odds for "one person"). `automatic` False (match.auto): no join by score.
    `timid`: no join by score in this run."""

    auto: float = AUTO_BITS
    ask: float = ASK_BITS
    automatic: bool = True
    timid: bool = False

    def verdict(self, weight: float) -> str:
        """SAME, ASK or DIFFERENT for a weight in bits."""
        if weight >= self.auto:
            return SAME if self.automatic and not self.timid else ASK
        return ASK if weight >= self.ask else DIFFERENT
