"""Which properties that kith does not model may travel from one account to another."""

from kith.model.contact import Extra

PRIVATE = ("X-RADICALE-", "X-COUCHDB-", "X-EVOLUTION-", "X-KITH-", "X-LINKEDIN-")


def portable(extra: Extra) -> bool:
    """Whether a property may be written to another server than the one it came from."""
    return not extra.name.startswith(PRIVATE)
