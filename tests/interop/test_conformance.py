"""One suite for every server: what the carddav connector promises must hold on all of them.

The places are four real servers and each switch of the hostile one (`servers.places.VARIANTS`). "The phone" is another
device of the owner that changes the same book behind kith's back.
"""

import contextlib
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from kith.connector.api import CardChange, NewCard, Page, PullRequest, Target
from kith.connector.errors import RevisionMismatch
from kith.connector.info import Opening
from kith.connector.registry import load
from kith.connector.testing import changed, gather, known_of, picture, sample
from kith.merge.delta import delta
from kith.model.contact import Contact, Email, Text
from kith.model.record import RecordKey, SourceRecord
from kith.plan.shape import shape
from servers.places import VARIANTS, Place, hostile_place, real_place
from servers.wire import card

REAL = ("radicale", "xandikos", "cyrus", "sabre")
Records = dict[RecordKey, SourceRecord]

GROUP = b"""BEGIN:VCARD\r
VERSION:3.0\r
UID:group-1\r
FN:Rowing club\r
N:Rowing club;;;;\r
X-ADDRESSBOOKSERVER-KIND:group\r
X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:u1\r
END:VCARD\r
"""

LOSSY = frozenset(
    {"drop_x", "drop_categories", "drop_photo", "drop_note", "one_email", "cut_note", "shrink_photo", "cut_n"}
)
"""Habits that lose what was written, so that the card read back says less."""


@pytest.fixture(
    params=[
        *(pytest.param(name, marks=pytest.mark.interop, id=name) for name in REAL),
        *(pytest.param(name, id=f"hostile-{name}") for name in VARIANTS),
    ]
)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """An empty address book on each server in turn."""
    if request.param in REAL:
        with real_place(request.param, request.getfixturevalue(request.param)) as found:
            yield found
    else:
        with hostile_place(request.param) as found:
            yield found


@pytest.fixture
def reopen(place: Place) -> Iterator[Callable[[], Target]]:
    """Open the account anew, as the next run would."""
    with contextlib.ExitStack() as closing:

        def opened() -> Target:
            info = load("carddav")
            account: Any = info.open(info.settings(**place.settings), Opening("phonebook", region="DE"))
            closing.callback(account.close)
            return account  # type: ignore[no-any-return]

        yield opened


def fill(place: Place, count: int) -> list[str]:
    """Cards that the phone wrote."""
    names = [f"c{number}.vcf" for number in range(count)]
    for number, name in enumerate(names):
        mail = f"EMAIL;TYPE=home:ada{number}@example.org"
        place.phone.put(name, card(f"u{number}", f"Ada Number{number}", mail, "CATEGORIES:Friends"))
    return names


def by_name(records: Records) -> dict[str, SourceRecord]:
    return {key.remote_id.rpartition("/")[2]: record for key, record in records.items()}


def again(account: Target, records: Records, pages: list[Page]) -> tuple[Records, list[Page]]:
    """The next pull by cursor."""
    return gather(account, PullRequest(pages[-1].cursor, known_of(records)))


def created(account: Target, contact: Contact, media: dict[str, bytes] | None = None) -> SourceRecord:
    """Create a card and read it back."""
    serial = str(uuid.uuid4())
    written = account.create(NewCard("", serial, f"urn:uuid:{serial}", contact, media or {}))
    held = account.fetch(written.key)
    assert held is not None
    assert written.revision in {"", held.revision} or written.revision.startswith("W/")
    return held


def edited(held: SourceRecord, **fields: Any) -> CardChange:
    """A change of the card as it was last seen."""
    after = replace(held.contact, **fields)
    return CardChange(held.key, held.contact, after, held.raw, held.revision)


def test_first_pull_brings_every_card(place: Place, reopen: Callable[[], Target]) -> None:
    names = fill(place, 5)
    records, pages = gather(reopen())
    found = by_name(records)
    assert sorted(found) == names
    assert [found[name].contact.full_name for name in names] == [f"Ada Number{n}" for n in range(5)]
    assert all(found[name].contact.emails[0].value == f"ada{n}@example.org" for n, name in enumerate(names))
    assert {len(ids) for page in pages for ids in page.listed.values()} == {5}
    assert place.writes() == []


def test_second_pull_is_quiet(place: Place, reopen: Callable[[], Target]) -> None:
    fill(place, 5)
    first = reopen()
    records, pages = gather(first)
    for account in (first, reopen()):
        place.requests.clear()
        more, later = again(account, records, pages)
        assert changed(more, records) == []
        assert [key for page in later for key in page.gone] == []
        assert place.writes() == []


def test_what_the_phone_does_arrives(place: Place, reopen: Callable[[], Target]) -> None:
    fill(place, 4)
    records, pages = gather(reopen())
    place.phone.put("c1.vcf", card("u1", "Ada Married"))
    place.phone.put("new.vcf", card("unew", "Grace New"))
    place.phone.delete("c2.vcf")
    more, later = again(reopen(), records, pages)
    arrived = by_name({key: more[key] for key in changed(more, records)})
    assert {name: record.contact.full_name for name, record in arrived.items()} == {
        "c1.vcf": "Ada Married",
        "new.vcf": "Grace New",
    }
    gone = {key.remote_id for page in later for key in page.gone}
    listed = [ids for page in later for ids in page.listed.values()]
    assert all({one.rpartition("/")[2] for one in ids} == place.phone.names() for ids in listed)
    deleted = next(key.remote_id for key in records if key.remote_id.endswith("c2.vcf"))
    assert deleted in gone or (listed and deleted not in listed[-1])
    assert {remote_id for remote_id in gone if not remote_id.endswith("c2.vcf")} == set()


def test_a_card_lives(place: Place, reopen: Callable[[], Target]) -> None:
    account = reopen()
    before, pages = gather(account)
    sent = shape(sample(), account.capabilities)
    held = created(account, sent)
    if not place.habits & LOSSY:
        assert delta(shape(held.contact, account.capabilities), sent, spelling=False) == ()
    more, pages = again(account, {**before, held.key: held}, pages)
    assert changed(more, {held.key: held}) == []
    account.update(edited(held, nicknames=(Text("Zouzou"),)))
    now = account.fetch(held.key)
    assert now is not None
    assert now.contact.nicknames == (Text("Zouzou"),)
    assert [one.field for one in delta(held.contact, now.contact)] in (["nicknames"], ["nicknames"] * 2)
    more, pages = again(account, {held.key: now}, pages)
    assert changed(more, {held.key: now}) == []
    account.delete(now.key, now.revision)
    assert account.fetch(now.key) is None
    assert place.phone.names() == set()


def test_a_stale_update_is_refused(place: Place, reopen: Callable[[], Target]) -> None:
    fill(place, 1)
    account = reopen()
    records, _ = gather(account)
    held = next(iter(records.values()))
    place.phone.put("c0.vcf", card("u0", "Ada Married"))
    with pytest.raises(RevisionMismatch):
        account.update(edited(held, nicknames=(Text("Zouzou"),)))
    kept = place.phone.get("c0.vcf")
    assert kept is not None and b"Ada Married" in kept and b"Zouzou" not in kept


def test_a_stale_delete_is_refused(place: Place, reopen: Callable[[], Target]) -> None:
    fill(place, 1)
    account = reopen()
    records, _ = gather(account)
    held = next(iter(records.values()))
    place.phone.put("c0.vcf", card("u0", "Ada Married"))
    with pytest.raises(RevisionMismatch):
        account.delete(held.key, held.revision)
    assert place.phone.names() == {"c0.vcf"}


def test_deleting_what_is_gone_already_counts_as_done(place: Place, reopen: Callable[[], Target]) -> None:
    fill(place, 2)
    account = reopen()
    records, _ = gather(account)
    place.phone.delete("c0.vcf")
    held = by_name(records)["c0.vcf"]
    with contextlib.suppress(RevisionMismatch):
        account.delete(held.key, held.revision)
    assert place.phone.names() == {"c1.vcf"}
    assert account.fetch(held.key) is None


def test_updating_what_is_gone_is_refused(place: Place, reopen: Callable[[], Target]) -> None:
    fill(place, 2)
    account = reopen()
    records, _ = gather(account)
    place.phone.delete("c0.vcf")
    held = by_name(records)["c0.vcf"]
    with pytest.raises(RevisionMismatch):
        account.update(edited(held, nicknames=(Text("Zouzou"),)))
    assert place.phone.names() == {"c1.vcf"}


def test_a_create_in_doubt_makes_no_twin(place: Place, reopen: Callable[[], Target]) -> None:
    account = reopen()
    serial = str(uuid.uuid4())
    new = NewCard("", serial, f"urn:uuid:{serial}", shape(sample(), account.capabilities))
    account.create(new)
    names = place.phone.names()
    second = reopen()
    if not place.switches.get("location") and place.name != "like-google":
        with contextlib.suppress(RevisionMismatch):
            second.create(new)
    assert place.phone.names() == names and len(names) == 1


def test_a_refused_token_leads_to_a_full_list_and_no_deletion(
    place: Place, reopen: Callable[[], Target]
) -> None:
    names = fill(place, 3)
    records, pages = gather(reopen())
    cursor = pages[-1].cursor
    assert cursor is not None
    place.phone.put("new.vcf", card("unew", "Grace New"))
    more, later = gather(reopen(), PullRequest(with_foreign_tokens(cursor), known_of(records)))
    assert [key for page in later for key in page.gone] == []
    assert "new.vcf" in by_name(more)
    listed = [ids for page in later for ids in page.listed.values()]
    assert listed == [] or {one.rpartition("/")[2] for one in listed[-1]} == {*names, "new.vcf"}


def with_foreign_tokens(cursor: str) -> str:
    """The cursor with every sync-token and change tag in it replaced by one that the server never gave."""

    def foreign(value: Any) -> Any:
        if isinstance(value, dict):
            marks = {"token": "http://kith.example/other/1", "ctag": "other"}
            return {
                key: marks[key] if key in marks and item else foreign(item) for key, item in value.items()
            }
        return [foreign(item) for item in value] if isinstance(value, list) else value

    return json.dumps(foreign(json.loads(cursor)))


def test_a_photo_comes_back_or_is_known_to_be_lost(place: Place, reopen: Callable[[], Target]) -> None:
    account = reopen()
    photo, data = picture(32, noise=60_000)
    sent = shape(replace(sample(), photo=photo), account.capabilities)
    held = created(account, sent, {photo.sha256: data})
    if not place.habits & {"drop_photo", "shrink_photo"}:
        assert held.contact.photo is not None
        assert (held.contact.photo.sha256, held.media[photo.sha256]) == (photo.sha256, data)
    else:
        assert held.contact.photo is None or held.contact.photo.sha256 != photo.sha256
    more, _ = gather(account, PullRequest(None, known_of({held.key: held})))
    assert changed(more, {held.key: held}) == []
    account.update(edited(held, nicknames=(Text("Zouzou"),)))
    now = account.fetch(held.key)
    assert now is not None
    assert now.contact.photo == held.contact.photo


def test_lists_come_back(place: Place, reopen: Callable[[], Target]) -> None:
    place.phone.put("ada.vcf", card("u1", "Ada Example", "CATEGORIES:Friends,Family\\, close"))
    place.phone.put("club.vcf", GROUP)
    records, _ = gather(reopen())
    found = by_name(records)
    if "drop_categories" not in place.habits:
        assert set(found["ada.vcf"].contact.groups) == {"Friends", "Family, close"}
    if not place.habits & {"drop_x", "change_uid"}:
        assert found["club.vcf"].contact.kind == "group"
        assert len(found["club.vcf"].contact.members) == 1


def test_the_audit_lists_the_book_and_finds_nothing(place: Place, reopen: Callable[[], Target]) -> None:
    names = fill(place, 4)
    records, _ = gather(reopen())
    more, pages = gather(reopen(), PullRequest(None, known_of(records)))
    listed = [ids for page in pages for ids in page.listed.values()]
    assert [sorted(one.rpartition("/")[2] for one in ids) for ids in listed] == [names]
    assert changed(more, records) == []


def test_an_update_touches_nothing_else_in_the_card(place: Place, reopen: Callable[[], Target]) -> None:
    lines = ("X-SHOE-SIZE:43", "item1.TEL:+49 171 3920012", "item1.X-ABLabel:Boat", "NICKNAME:A")
    place.phone.put("ada.vcf", card("u1", "Ada Example", *lines))
    account = reopen()
    records, _ = gather(account)
    held = next(iter(records.values()))
    account.update(edited(held, emails=(Email("new@example.org", ("home",)),)))
    now = account.fetch(held.key)
    assert now is not None
    assert [one.field for one in delta(held.contact, now.contact)] == ["emails"]
    stored = place.phone.get("ada.vcf")
    assert stored is not None
    assert (b"SHOE-SIZE:43" in stored) == ("drop_x" not in place.habits)


def test_no_request_writes_to_the_book_itself_or_to_another_place(
    place: Place, reopen: Callable[[], Target]
) -> None:
    account = reopen()
    held = created(account, shape(sample(), account.capabilities))
    account.update(edited(held, nicknames=(Text("Zouzou"),)))
    now = account.fetch(held.key)
    assert now is not None
    account.delete(now.key, now.revision)
    assert {one.method for one in place.writes()} == {"PUT", "DELETE"}
    for one in place.writes():
        assert one.path.endswith(".vcf")
        assert "transfer-encoding" not in one.headers and "content-encoding" not in one.headers
        conditional = one.headers.keys() & {"if-match", "if-none-match"}
        assert conditional, f"{one.method} without a precondition"


def test_check_counts_the_cards_and_writes_nothing(place: Place, reopen: Callable[[], Target]) -> None:
    fill(place, 3)
    lines = reopen().check()
    assert any("3 cards" in line for line in lines)
    assert place.writes() == []


def test_the_phone_sees_what_kith_wrote(place: Place, reopen: Callable[[], Target]) -> None:
    account = reopen()
    created(account, shape(sample(), account.capabilities))
    (name,) = place.phone.names()
    text = place.phone.get(name)
    assert text is not None and "Müller-Łukasz" in text.decode().replace("\r\n ", "")


def test_a_create_in_doubt_is_found_by_the_id_kith_chose(place: Place, reopen: Callable[[], Target]) -> None:
    """After a lost answer kith knows its own id only, not the href that the server gave."""
    account = reopen()
    serial = str(uuid.uuid4())
    written = account.create(NewCard("", serial, f"urn:uuid:{serial}", shape(sample(), account.capabilities)))
    found = reopen().fetch(RecordKey(written.key.account, written.key.book, serial))
    if place.switches.get("location") or place.name == "like-google":
        assert found is None or found.key == written.key
    else:
        assert found is not None and found.key == written.key
