"""The ways in which the hostile server differs from a correct one, and presets for servers that were measured."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Switches:
    """Every default is correct behaviour; each can be changed while the server runs.

    Discovery and login. `auth`: basic, digest, both, none; `scheme` spells the word Basic; `realm` False leaves it out.
    `anonymous_principal`: a request without credentials gets 207 `unauthenticated` (Cyrus). `well_known`: status of
    /.well-known/carddav; `absolute_well_known` whether its Location is absolute. `redirect_host`: an origin to which
    everything is redirected (307). `home_origin`: an origin put before the home-set (iCloud's partition hosts).
    `login_page`: HTML with 200 for everything. `extra_collections`: calendars and inboxes among the books.
    `discovery` False: no principal, no home-set (SOGo). `context`: the one path that knows the principal, where it is
    not the root; /.well-known/carddav leads there.

    Reports. `sync_collection`, `multiget`, `query` False: 403 supported-report. `bad_token`: 403, 412, full (silently
    everything), empty (0 rows). `future_token`, `recreated_token`: the same for tokens of the future and of a book
    deleted and made again. `page_size` with `paging`: correct (507 and a token that continues), silent (no 507, the
    token skips the rest), skipping (507, but the token jumps over one row). `tombstones_initial`: 404 rows for token "".
    `repeats`: that many last rows come again in each delta. `lost`: names never reported in a delta.
    `data_in_sync`: address-data in sync reports where asked for. `ctag`: number, none, second. `omitted`: names left
    out of each multiget. `missing`: how a multiget answers for an unknown href: row, omit, 404 (whole request).
    `poison`: names whose presence makes a multiget `poison_kind`: xml (control character), 500, latin1.
    `query_uid`: ok, ignored (all rows). `absolute_hrefs`, `own_row`: spelling of hrefs, a row for the collection
    itself. `unlisted`: names that listings forget. `listing`: ok, empty, 404. `multiget_limit`: more hrefs than that
    are refused (413).

    ETags and preconditions. `etag`: strong, weak, unquoted, counter (restarts: ABA). `etag_on_put`: yes, no,
    unless_rewritten. `touch`: identical bytes get a new ETag. `ignore`: set of if-none-match, if-match-put,
    if-match-delete. `delete_missing`: 404, 412. `race`: seconds between check and write, without a lock.
    `star_creates`: If-Match:* on a missing card makes it. `etag_in_rows` False: getetag is missing in reports.

    Content. `rewrite`: names of `servers.rewrites.REWRITES`, applied to what is PUT. `view`: the same, applied to what
    is read. `location`: a PUT of a new card is stored under another href, told in Location. `uid_conflict`: allow,
    409, 403. `uid_change`: the same for a changed UID. `checks`: names of `servers.rewrites.CHECKS` and the status of the
    refusal. `refused`: card names with the status of a PUT. `max_card`: bytes, `too_large`: status above.
    `advertise_size`: whether max-resource-size tells it. `read_only`: books that refuse writes with 403.
    `versions`: of supported-address-data. `no_chunked`: 400 for a chunked body. `put_any`: PUT on the collection
    replaces the whole book (Radicale), else 405. `deleted_book_404`: DELETE of a book answers 404 though done.
    """

    auth: str = "basic"
    scheme: str = "Basic"
    realm: bool = True
    anonymous_principal: bool = False
    well_known: int = 301
    absolute_well_known: bool = False
    redirect_host: str = ""
    home_origin: str = ""
    login_page: bool = False
    extra_collections: bool = False
    discovery: bool = True
    context: str = "/"

    sync_collection: bool = True
    multiget: bool = True
    query: bool = True
    bad_token: str = "403"
    future_token: str = "403"
    recreated_token: str = "403"
    page_size: int = 0
    paging: str = "correct"
    tombstones_initial: bool = False
    repeats: int = 0
    lost: set[str] = field(default_factory=set)
    data_in_sync: bool = True
    ctag: str = "number"
    omitted: set[str] = field(default_factory=set)
    missing: str = "row"
    poison: set[str] = field(default_factory=set)
    poison_kind: str = "xml"
    query_uid: str = "ok"
    absolute_hrefs: bool = False
    own_row: bool = False
    unlisted: set[str] = field(default_factory=set)
    listing: str = "ok"
    multiget_limit: int = 0

    etag: str = "strong"
    etag_on_put: str = "yes"
    touch: bool = False
    ignore: set[str] = field(default_factory=set)
    delete_missing: str = "404"
    race: float = 0.0
    star_creates: bool = False
    etag_in_rows: bool = True

    rewrite: tuple[str, ...] = ()
    view: tuple[str, ...] = ()
    location: bool = False
    uid_conflict: str = "allow"
    uid_change: str = "allow"
    checks: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    max_card: int = 0
    too_large: int = 413
    advertise_size: bool = True
    read_only: set[str] = field(default_factory=set)
    versions: tuple[str, ...] = ("3.0", "4.0")
    no_chunked: bool = False
    put_any: bool = False
    deleted_book_404: bool = False

    gzip: bool = False
    keep_alive: bool = True


def preset(name: str) -> dict[str, Any]:
    """A fresh set of switches of one measured server. Raises KeyError for a name that is not in PRESETS."""
    return {key: _copy(value) for key, value in PRESETS[name].items()}


def _copy(value: Any) -> Any:
    return type(value)(value) if isinstance(value, set | dict) else value


NOT_A_CARD = "not_a_card"

PRESETS: dict[str, dict[str, Any]] = {
    # sabre/dav 4.7.1: the code inside Nextcloud and Baikal
    "sabre4": {
        "future_token": "empty",
        "recreated_token": "empty",
        "missing": "omit",
        "etag_on_put": "unless_rewritten",
        "delete_missing": "412",
        "race": 0.002,
        "rewrite": ("add_uid", "strip_control"),
        "view": ("to_3",),
        "checks": {NOT_A_CARD: 415, "two_bday": 415},
        "max_card": 10_000_000,
        "versions": ("3.0", "4.0"),
    },
    # DAViCal 1.1.12: no ETag on PUT, rewrites every card, never refuses a token
    "davical": {
        "absolute_well_known": True,
        "extra_collections": True,
        "bad_token": "full",
        "future_token": "full",
        "recreated_token": "full",
        "data_in_sync": False,
        "missing": "omit",
        "etag_on_put": "no",
        "race": 0.002,
        "rewrite": ("add_uid", "add_rev", "upper_names", "escape_data"),
        "max_card": 6_550_000,
        "versions": ("3.0",),
        "keep_alive": False,
    },
    # SOGo 5.8: no discovery, ctag in seconds, ETags that restart, preconditions ignored
    "sogo": {
        "scheme": "basic",
        "well_known": 200,
        "bad_token": "full",
        "future_token": "empty",
        "recreated_token": "full",
        "repeats": 2,
        "ctag": "second",
        "etag": "counter",
        "touch": True,
        "ignore": {"if-none-match", "if-match-delete"},
        "star_creates": True,
        "query_uid": "ignored",
        "rewrite": ("add_uid", "cut_n", "upper_names", "to_3"),
        "checks": {NOT_A_CARD: 404},
        "no_chunked": True,
        "versions": (),
        "keep_alive": False,
    },
    # iCloud as its users describe it: home on a partition host, cards refused without a reason
    "icloud": {"absolute_hrefs": True, "own_row": True, "versions": ("3.0",), "rewrite": ("prodid",)},
    # Google's CardDAV: stores a card under an href of its own
    "google": {"location": True, "etag_on_put": "no", "rewrite": ("drop_x", "change_uid", "add_rev")},
    # an appliance with a fixed set of fields
    "lossy": {
        "rewrite": ("drop_x", "drop_categories", "one_email", "cut_note", "format_phones", "shrink_photo"),
    },
}
