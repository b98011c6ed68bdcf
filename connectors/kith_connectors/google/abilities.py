"""What a Google account can hold, as data. Source: People API v1, reference of Person and updateContact."""

from kith.model.capabilities import Capabilities, FieldLimit
from kith_connectors.google.settings import GoogleSettings

NO_TYPES = "none"
"""A vocabulary that no value uses: its types are not kept."""

PLACES = ("home", "other", "work")
PHONES = ("cell", "fax", "home", "main", "other", "pager", "work")
PAGES = ("appinstallpage", "blog", "ftp", "home", "homepage", "other", "reservations", "work")
RELATIONS = (
    *("assistant", "brother", "child", "domesticpartner", "father", "friend", "manager", "mother", "parent"),
    *("partner", "referredby", "relative", "sister", "spouse"),
)


def _plain(name: str, *types: str, labels: bool = False, count: int = 0) -> FieldLimit:
    """A field whose values have no order of preference: Google knows only the order in which they stand."""
    return FieldLimit(name, count=count, types=types, labels=labels, prefs=False)


FIELDS = (
    FieldLimit("kind"),
    FieldLimit("full_name"),
    FieldLimit("name"),
    FieldLimit("phonetic"),
    FieldLimit("maiden_name"),
    _plain("nicknames", NO_TYPES),
    _plain("emails", *PLACES, labels=True),
    _plain("phones", *PHONES, labels=True),
    _plain("addresses", *PLACES, labels=True),
    _plain("organizations", "school", "work", labels=True),
    _plain("urls", *PAGES, labels=True),
    _plain("profiles", NO_TYPES),
    _plain("handles", *PLACES, labels=True),
    FieldLimit("birthday"),
    _plain("dates", "anniversary", "other", labels=True),
    _plain("relations", *RELATIONS, labels=True),
    _plain("notes", count=1),
    FieldLimit("groups"),
    FieldLimit("photo"),
    FieldLimit("gender"),
    _plain("languages", NO_TYPES),
    _plain("calendars", "caladruri", "caluri", "fburl", "home", "work", labels=True),
    _plain("interests", "interest"),
    _plain("pronouns", NO_TYPES, count=1),
)

CAPABILITIES = Capabilities(
    writes=True,
    deletes=True,
    deltas=True,
    chooses_ids=True,
    groups="labels",
    fields=FIELDS,
    extras="drop",
    photo_types=("image/jpeg", "image/png"),
    batch=50,
    full_name_required=False,
)

OTHER_FIELDS = tuple(FieldLimit(name) for name in ("full_name", "name", "phonetic", "emails", "phones"))

OTHER_CAPABILITIES = Capabilities(
    deltas=True,
    chooses_ids=True,
    trace=True,
    curated=False,
    groups="none",
    fields=OTHER_FIELDS,
    extras="drop",
    full_name_required=False,
)


def abilities(settings: GoogleSettings) -> Capabilities:
    """The capabilities of an account with these settings."""
    if settings.other_contacts:
        return OTHER_CAPABILITIES
    fields = tuple(row for row in FIELDS if settings.photos or row.name != "photo")
    return CAPABILITIES.but(writes=settings.writes, deletes=settings.writes, fields=fields)
