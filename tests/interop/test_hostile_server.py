"""The hostile server itself: correct where no switch is set, wrong exactly as a switch says."""

import http.client
import threading
import time
from collections.abc import Callable

import pytest

from servers.hostile import HostileServer
from servers.rewrites import REWRITES, name_of, unfold, value_of
from servers.switches import PRESETS
from servers.wire import ETAGS, MULTIGET, SYNC, Answer, ask, card

Send = Callable[..., Answer]


def _send(server: HostileServer, method: str, path: str, body: bytes | str = b"", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    login = (server.username, server.password)
    return ask(method, server.origin + path, body, named, login)


def _sync(server: HostileServer, token: str = "", limit: str = "") -> Answer:
    return _send(server, "REPORT", "/books/alice/contacts/", SYNC.format(token=token, limit=limit))


def _multiget(server: HostileServer, *names: str) -> Answer:
    hrefs = "".join(f"<D:href>/books/alice/contacts/{name}</D:href>" for name in names)
    return _send(server, "REPORT", "/books/alice/contacts/", MULTIGET.format(hrefs=hrefs))


def _fill(server: HostileServer, count: int) -> list[str]:
    names = [f"c{number:04d}.vcf" for number in range(count)]
    for number, name in enumerate(names):
        server.books["contacts"].put(name, card(f"uid-{number}", f"Ada Number{number}"))
    return names


def _names(answer: Answer) -> list[str]:
    return [href.rpartition("/")[2] for href, status in answer.rows if status == 200]


def test_default_server_lets_a_card_live_and_die() -> None:
    with HostileServer() as server:
        path = "/books/alice/contacts/ada.vcf"
        made = _send(server, "PUT", path, card("1"), If_None_Match="*")
        assert made.status == 201
        assert _send(server, "PUT", path, card("1"), If_None_Match="*").status == 412
        got = _send(server, "GET", path)
        assert (got.body, got.headers["etag"]) == (card("1"), made.headers["etag"])
        assert _send(server, "GET", path, If_None_Match=made.headers["etag"]).status == 304
        assert _send(server, "PUT", path, card("1", "B C"), If_Match='"other"').status == 412
        changed = _send(server, "PUT", path, card("1", "B C"), If_Match=made.headers["etag"])
        assert changed.status == 204 and changed.headers["etag"] != made.headers["etag"]
        assert _send(server, "DELETE", path, If_Match=made.headers["etag"]).status == 412
        assert _send(server, "DELETE", path, If_Match=changed.headers["etag"]).status == 204
        assert _send(server, "GET", path).status == 404
        assert [one.status for one in server.writes()] == [201, 412, 412, 204, 412, 204]


def test_login_is_asked_for_and_checked() -> None:
    with HostileServer() as server:
        assert ask("PROPFIND", server.url, ETAGS).status == 401
        assert ask("PROPFIND", server.url, ETAGS, login=("alice", "wrong")).status == 401
        server.switches.anonymous_principal = True
        anonymous = ask("PROPFIND", server.url, ETAGS)
        assert anonymous.status == 207 and b"unauthenticated" not in anonymous.body
        everything = ask("PROPFIND", server.url)
        assert b"<D:unauthenticated/>" in everything.body
        assert ask("PROPFIND", server.book_url(), ETAGS).status == 401
        server.switches.auth = "both"
        assert ask("PROPFIND", server.book_url(), ETAGS).headers["www-authenticate"].startswith("Basic")


def test_sync_tokens_tell_changes_and_deletions_once() -> None:
    with HostileServer() as server:
        names = _fill(server, 5)
        first = _sync(server)
        assert _names(first) == names
        server.books["contacts"].put(names[1], card("uid-1", "New Name"))
        server.books["contacts"].delete(names[3])
        second = _sync(server, first.token)
        assert [(href.rpartition("/")[2], status) for href, status in second.rows] == [
            (names[1], 200),
            (names[3], 404),
        ]
        assert _sync(server, second.token).rows == []
        assert _names(_sync(server)) == [names[0], names[2], names[4], names[1]]


@pytest.mark.parametrize(
    ("paging", "seen"), [("correct", 7), ("skipping", 6), ("silent", 3)], ids=["507", "skips one", "no 507"]
)
def test_paging_is_complete_only_where_it_is_correct(paging: str, seen: int) -> None:
    with HostileServer(page_size=3, paging=paging) as server:
        _fill(server, 7)
        got: list[str] = []
        token = ""
        for _ in range(10):
            answer = _sync(server, token)
            got += _names(answer)
            token = answer.token
            if b"number-of-matches-within-limits" not in answer.body:
                break
        assert len(got) == seen


@pytest.mark.parametrize(
    ("switch", "value", "status", "rows"),
    [
        ("bad_token", "403", 403, 0),
        ("bad_token", "412", 412, 0),
        ("bad_token", "full", 207, 4),
        ("bad_token", "empty", 207, 0),
    ],
)
def test_bad_tokens(switch: str, value: str, status: int, rows: int) -> None:
    with HostileServer() as server:
        setattr(server.switches, switch, value)
        _fill(server, 4)
        answer = _sync(server, "http://elsewhere.example/1")
        assert (answer.status, len(answer.rows)) == (status, rows)
        assert (b"valid-sync-token" in answer.body) == (status != 207)


def test_restored_backup_accepts_a_token_of_the_future_with_no_rows() -> None:
    with HostileServer("sabre4") as server:
        names = _fill(server, 3)
        book = server.books["contacts"]
        backup = book.snapshot()
        book.delete(names[0])
        token = _sync(server).token
        book.restore(backup)
        answer = _sync(server, token)
        assert (answer.status, answer.rows, list(book.cards)) == (207, [], names)


def test_recreated_book_loses_changes_only_on_sabre() -> None:
    for like, status in (("", 403), ("sabre4", 207)):
        with HostileServer(like) as server:
            _fill(server, 3)
            token = _sync(server).token
            server.books["contacts"].recreate()
            server.books["contacts"].put("new.vcf", card("new"))
            answer = _sync(server, token)
            assert (answer.status, answer.rows) == (status, [])


def test_multiget_of_a_missing_card() -> None:
    with HostileServer() as server:
        name = _fill(server, 1)[0]
        seen = {}
        for missing in ("row", "omit", "404"):
            server.switches.missing = missing
            answer = _multiget(server, name, "gone.vcf")
            seen[missing] = (answer.status, [status for _, status in answer.rows])
        assert seen == {"row": (207, [200, 404]), "omit": (207, [200]), "404": (404, [])}


def test_poisoned_cards_break_the_multiget_they_are_in() -> None:
    with HostileServer(poison={"c0001.vcf"}) as server:
        _fill(server, 3)
        assert b"\x0b" in _multiget(server, "c0000.vcf", "c0001.vcf").body
        assert b"\x0b" not in _multiget(server, "c0000.vcf", "c0002.vcf").body
        server.switches.poison_kind = "500"
        assert _multiget(server, "c0001.vcf").status == 500
        assert _multiget(server, "c0002.vcf").status == 207


def test_ignored_preconditions_and_restarting_etags() -> None:
    with HostileServer("sogo") as server:
        path = "/books/alice/contacts/ada.vcf"
        first = _send(server, "PUT", path, card("1"), If_None_Match="*")
        assert _send(server, "PUT", path, card("2"), If_None_Match="*").status == 204
        assert _send(server, "DELETE", path, If_Match='"wrong"').status == 204
        again = _send(server, "PUT", path, card("3"))
        assert again.headers["etag"] == first.headers["etag"] == '"gcs00000000"'


def test_racing_writers_have_more_than_one_winner_without_a_lock() -> None:
    for race, winners in ((0.0, {1}), (0.2, set(range(2, 9)))):
        with HostileServer(race=race) as server:
            etag = server.books["contacts"].put("ada.vcf", card("1")).etag
            threads = [
                threading.Thread(
                    target=_send,
                    args=(server, "PUT", "/books/alice/contacts/ada.vcf", card("1", f"Name {number}")),
                    kwargs={"If_Match": etag},
                )
                for number in range(8)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sum(one.status == 204 for one in server.writes()) in winners


def test_put_may_be_stored_elsewhere_without_an_etag() -> None:
    with HostileServer("google") as server:
        answer = _send(server, "PUT", "/books/alice/contacts/mine.vcf", card("1", "A B", "X-KEY:1"))
        assert answer.status == 201 and "etag" not in answer.headers
        stored = _send(server, "GET", answer.headers["location"])
        assert value_of(stored.body, "UID") == "srv-1" and not value_of(stored.body, "X-KEY")
        assert _send(server, "GET", "/books/alice/contacts/mine.vcf").status == 404


def test_refusals_name_their_condition() -> None:
    with HostileServer(max_card=600, too_large=507, checks={"two_bday": 415}, uid_conflict="409") as server:
        base = "/books/alice/contacts/"
        large = _send(server, "PUT", base + "a.vcf", card("1", "A B", "NOTE:" + "x" * 600))
        twice = _send(server, "PUT", base + "a.vcf", card("1", "A B", "BDAY:1990-01-01", "BDAY:1991-01-01"))
        _send(server, "PUT", base + "a.vcf", card("1"))
        conflict = _send(server, "PUT", base + "b.vcf", card("1"))
        server.switches.read_only = {"contacts"}
        refused = _send(server, "PUT", base + "c.vcf", card("3"))
        found = [(one.status, one.body.partition(b"carddav")[2]) for one in (large, twice, conflict, refused)]
        assert [status for status, _ in found] == [507, 415, 409, 403]
        for (_, body), condition in zip(
            found,
            (b"max-resource-size", b"valid-address-data", b"no-uid-conflict", b"need-priv"),
            strict=True,
        ):
            assert condition in body


@pytest.mark.parametrize("habit", sorted(REWRITES))
def test_each_rewrite_changes_the_card_it_is_for_and_leaves_a_card(habit: str) -> None:
    source = card(
        "1",
        "Ada Example",
        "item1.TEL;TYPE=CELL,VOICE:+49 171 3920012",
        "item1.X-ABLabel:Boat",
        "EMAIL:ada@example.org",
        "EMAIL:b@example.org",
        "CATEGORIES:Friends",
        "NOTE:" + "a long note, " * 9 + "\x0b",
        "PHOTO:data:image/png;base64,iVBORw0KGgo=",
        version="4.0",
    )
    if habit == "add_uid":
        source = source.replace(b"UID:1\r\n", b"")
    if habit == "unfold":
        source = source.replace(b"FN:", b"FN:\r\n ")
    changed = REWRITES[habit](source)
    assert changed != source
    assert changed.startswith(b"BEGIN:VCARD") and changed.endswith(b"END:VCARD\r\n")
    assert habit in {"unfold", "strip_control"} or max(len(line) for line in changed.split(b"\r\n")) <= 75
    assert "ada@example.org" in changed.decode()


def test_upper_names_spares_values() -> None:
    changed = REWRITES["upper_names"](card("1", "Ada Example", "item1.X-ABLabel:Boat"))
    assert "ITEM1.X-ABLABEL:Boat" in unfold(changed)
    assert name_of("ITEM1.X-ABLABEL:Boat") == "X-ABLABEL"


@pytest.mark.parametrize("like", sorted(PRESETS))
def test_each_preset_serves_a_listing(like: str) -> None:
    with HostileServer(like) as server:
        name = _fill(server, 2)[0]
        answer = _send(server, "PROPFIND", "/books/alice/contacts/", ETAGS, Depth="1")
        assert answer.status == 207 and len(answer.rows) == 3
        assert _multiget(server, name).rows[0][1] == 200


def test_wrong_answers_for_a_whole_book() -> None:
    with HostileServer() as server:
        _fill(server, 2)
        for listing, status in (("empty", 207), ("404", 404)):
            server.switches.listing = listing
            assert (_sync(server).status, _sync(server).rows) == (status, [])
        server.switches.login_page = True
        page = _sync(server)
        assert page.status == 200 and page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("kind", ["cut", "reset_in_body", "reset_after", "reset_before"])
def test_faults_of_the_wire_break_the_connection(kind: str) -> None:
    with HostileServer() as server:
        fault = server.fault("PUT", kind, times=1, skip=1)
        path = "/books/alice/contacts/"
        assert _send(server, "PUT", path + "a.vcf", card("1")).status == 201
        if kind in {"cut", "reset_in_body"}:
            fault.match = "GET"
        with pytest.raises((OSError, http.client.HTTPException)):
            _send(server, "GET" if fault.match == "GET" else "PUT", path + "a.vcf", card("1", "Other Name"))
            _send(server, "GET", path + "a.vcf")
        applied = b"Other Name" in server.books["contacts"].get("a.vcf")
        assert applied == (kind == "reset_after")
        assert [one.fault for one in server.requests if one.fault] == [kind]


def test_stop_ends_a_connection_that_is_never_answered() -> None:
    server = HostileServer()
    server.fault("GET", "drop")
    failed = threading.Event()

    def wait_for_ever() -> None:
        try:
            _send(server, "GET", "/books/alice/contacts/")
        except (OSError, http.client.HTTPException):
            failed.set()

    thread = threading.Thread(target=wait_for_ever)
    thread.start()
    while not server.requests:
        time.sleep(0.001)
    server.stop()
    thread.join(10)
    assert failed.is_set()
