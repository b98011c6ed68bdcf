"""One person out of many cards, with provenance."""
