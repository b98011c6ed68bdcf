"""The connector contract as tests, shipped so that every connector runs the same ones.

A connector's own file needs no more than this:

    class TestMine(TargetContract):
        @pytest.fixture
        def reopen(self, tmp_path):
            return lambda: INFO.open(MySettings(...), Opening("mine", region="DE"))

`reopen()` opens the same account anew each time; a `SourceContract` account must hold at least one card already.
Capabilities decide which cases apply; a case that does not apply asserts just that, it never skips.
"""

import hashlib
import struct
import uuid
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from kith.connector.api import CardChange, NewCard, Page, PullRequest, Source, Target, Written
from kith.connector.errors import Rejected, RevisionMismatch
from kith.merge.delta import delta
from kith.model.contact import (
    Contact,
    Date,
    Email,
    Extra,
    Name,
    Organization,
    Phone,
    Photo,
    PostalAddress,
    Text,
)
from kith.model.record import RecordKey, SourceRecord
from kith.plan.shape import shape

Reopen = Callable[[], Source]


def picture(edge: int = 8, noise: int = 0) -> tuple[Photo, bytes]:
    """A valid grey PNG of `edge` x `edge` pixels with `noise` incompressible bytes in a text chunk."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", edge, edge, 8, 0, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + bytes([row % 256]) * edge for row in range(edge))))
    filler = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(noise // 32))
    text = chunk(b"tEXt", b"Comment\0" + filler) if noise else b""
    data = b"\x89PNG\r\n\x1a\n" + header + text + rows + chunk(b"IEND", b"")
    return Photo(hashlib.sha256(data).hexdigest(), len(data), "image/png", edge, edge), data


def sample(serial: int = 1) -> Contact:
    """An ordinary contact with a bit of everything that address books hold; another one for each serial."""
    return Contact(
        full_name=f"Zoë Müller-Łukasz {serial}",
        name=Name(family=("Müller-Łukasz",), given=("Zoë",), suffix=(str(serial),)),
        nicknames=(Text("Zo"),),
        emails=(
            Email(f"zoe{serial}@example.org", ("home",), pref=1),
            Email(f"z.mueller{serial}@firm.example", ("work",)),
        ),
        phones=(
            Phone(f"+49 171 39200{serial:02d}", ("cell",)),
            Phone(f"+49 30 23125{serial:03d}", ("work",)),
        ),
        addresses=(
            PostalAddress(
                street=("Große Straße 5",),
                locality=("Köln",),
                postal_code=("50667",),
                country=("Germany",),
                types=("home",),
            ),
        ),
        organizations=(Organization("Müller & Söhne; GmbH, Köln", title="Chefin"),),
        birthday=Date("1971-03-04"),
        notes=(Text("First line\nsecond, with; marks \\ and 🎉"),),
        groups=("Friends", "Family, close"),
    )


def gather(
    source: Source, request: PullRequest | None = None
) -> tuple[dict[RecordKey, SourceRecord], list[Page]]:
    """Everything one pull gives: {key: record} and the pages."""
    pages = list(source.pull(request or PullRequest()))
    return {record.key: record for page in pages for record in page.records}, pages


def known_of(records: dict[RecordKey, SourceRecord]) -> Callable[[str], dict[str, str]]:
    """`PullRequest.known` after these records were taken in."""
    return lambda book: {
        key.remote_id: record.revision for key, record in records.items() if key.book == book
    }


def changed(records: dict[RecordKey, SourceRecord], known: dict[RecordKey, SourceRecord]) -> list[RecordKey]:
    """Keys whose revision is not the known one."""
    return [
        key for key, record in records.items() if key not in known or known[key].revision != record.revision
    ]


class SourceContract:
    """What every account that can be read must do."""

    @pytest.fixture
    def reopen(self) -> Reopen:
        raise AssertionError("a contract test defines the fixture `reopen`")

    @pytest.fixture
    def source(self, reopen: Reopen) -> Iterator[Source]:
        opened = reopen()
        yield opened
        opened.close()

    def test_a_pull_names_its_cards_and_ends_with_a_cursor(self, source: Source) -> None:
        records, pages = gather(source)
        assert pages, "a pull yields at least one page"
        assert pages[-1].cursor is not None, "the last page carries the cursor"
        assert all(page.cursor is None for page in pages[:-1]), "no other page does"
        assert all(record.revision for record in records.values())
        assert sum(len(page.records) for page in pages) == len(records), "no card comes twice"
        assert len({key.account for key in records}) <= 1

    def test_a_first_pull_lists_every_book_completely(self, source: Source) -> None:
        records, pages = gather(source)
        listed = {book: ids for page in pages for book, ids in page.listed.items()}
        assert all(key.remote_id in listed.get(key.book, frozenset()) for key in records)

    def test_a_second_pull_brings_no_change(self, reopen: Reopen) -> None:
        first = reopen()
        records, pages = gather(first)
        first.close()
        second = reopen()
        again, more = gather(second, PullRequest(pages[-1].cursor, known_of(records)))
        second.close()
        assert changed(again, records) == []
        assert [key for page in more for key in page.gone] == []
        assert more[-1].cursor is not None

    def test_two_first_pulls_agree(self, reopen: Reopen) -> None:
        one, two = reopen(), reopen()
        first, _ = gather(one)
        second, _ = gather(two)
        one.close()
        two.close()
        assert {key: record.contact for key, record in first.items()} == {
            key: record.contact for key, record in second.items()
        }

    def test_fetch_reads_one_card(self, source: Source) -> None:
        records, _ = gather(source)
        for key, record in list(records.items())[:3]:
            fetched = source.fetch(key)
            assert fetched is not None
            assert fetched.contact == record.contact
            assert fetched.revision == record.revision

    def test_fetch_of_a_card_that_is_not_there_is_none(self, source: Source) -> None:
        records, _ = gather(source)
        book = next(iter(records)).book if records else ""
        account = next(iter(records)).account if records else "nobody"
        assert source.fetch(RecordKey(account, book, self.absent_id(records))) is None

    def absent_id(self, _records: dict[RecordKey, SourceRecord]) -> str:
        """A remote id of the account's own form that no card has."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, "absent")) + ".vcf"

    def test_check_says_what_it_found(self, source: Source) -> None:
        found = source.check()
        assert found
        assert all(isinstance(line, str) and line for line in found)

    def test_a_source_that_cannot_write_has_no_writing_verbs(self, source: Source) -> None:
        verbs = [verb for verb in ("create", "update", "delete") if hasattr(source, verb)]
        assert verbs == (["create", "update", "delete"] if source.capabilities.writes else [])


class TargetContract(SourceContract):
    """What every account that can be written must do as well. Its fixture `reopen` gives a writable account."""

    book = ""

    @pytest.fixture
    def target(self, reopen: Reopen) -> Iterator[Target]:
        opened: Target = reopen()  # type: ignore[assignment]
        yield opened
        opened.close()

    def create(
        self, target: Target, contact: Contact, media: dict[str, bytes] | None = None
    ) -> tuple[Written, SourceRecord]:
        """Create a card and read it back."""
        serial = uuid.uuid4()
        written = target.create(NewCard(self.book, str(serial), f"urn:uuid:{serial}", contact, media or {}))
        read_back = target.fetch(written.key)
        assert read_back is not None
        return written, read_back

    def test_created_equals_pulled(self, target: Target) -> None:
        sent = shape(sample(), target.capabilities)
        written, _ = self.create(target, sent)
        records, _ = gather(target)
        pulled = records[written.key]
        assert delta(shape(pulled.contact, target.capabilities), sent) == ()
        assert written.revision in ("", pulled.revision)

    def test_own_write_is_no_change_by_cursor(self, target: Target) -> None:
        records, pages = gather(target)
        _, read_back = self.create(target, shape(sample(), target.capabilities))
        records[read_back.key] = read_back
        again, _ = gather(target, PullRequest(pages[-1].cursor, known_of(records)))
        assert changed(again, records) == []

    def test_update_changes_the_revision_and_only_what_differs(self, target: Target) -> None:
        written, held = self.create(target, shape(sample(), target.capabilities))
        after = replace(held.contact, emails=(*held.contact.emails[:1], Email("new@example.org", ("home",))))
        after = shape(after, target.capabilities, held.contact)
        target.update(CardChange(written.key, held.contact, after, held.raw, held.revision))
        now = target.fetch(written.key)
        assert now is not None
        assert now.revision != held.revision
        assert delta(shape(now.contact, target.capabilities), shape(after, target.capabilities)) == ()

    def test_a_stale_update_is_refused_and_changes_nothing(self, target: Target) -> None:
        written, first = self.create(target, shape(sample(), target.capabilities))
        after = replace(first.contact, notes=(Text("second"),))
        target.update(CardChange(written.key, first.contact, after, first.raw, first.revision))
        second = target.fetch(written.key)
        with pytest.raises(RevisionMismatch):
            stale = replace(first.contact, notes=(Text("third"),))
            target.update(CardChange(written.key, first.contact, stale, first.raw, first.revision))
        now = target.fetch(written.key)
        assert now is not None
        assert second is not None
        assert now.contact == second.contact
        assert now.revision == second.revision

    def test_delete_and_a_stale_delete(self, target: Target) -> None:
        written, first = self.create(target, shape(sample(), target.capabilities))
        after = replace(first.contact, notes=(Text("second"),))
        target.update(CardChange(written.key, first.contact, after, first.raw, first.revision))
        with pytest.raises(RevisionMismatch):
            target.delete(written.key, first.revision)
        second = target.fetch(written.key)
        assert second is not None, "a stale delete deletes nothing"
        target.delete(written.key, second.revision)
        assert target.fetch(written.key) is None

    def test_a_deleted_card_is_reported(self, target: Target) -> None:
        written, held = self.create(target, shape(sample(), target.capabilities))
        records, pages = gather(target)
        target.delete(written.key, held.revision)
        _, more = gather(target, PullRequest(pages[-1].cursor, known_of(records)))
        gone = {key for page in more for key in page.gone}
        listed = [page.listed[written.key.book] for page in more if written.key.book in page.listed]
        assert written.key in gone or (listed and written.key.remote_id not in listed[-1])

    def test_creating_the_same_id_twice_makes_no_twin(self, target: Target) -> None:
        before, _ = gather(target)
        serial = str(uuid.uuid4())
        card = NewCard(self.book, serial, f"urn:uuid:{serial}", shape(sample(), target.capabilities))
        written = target.create(card)
        if target.capabilities.chooses_ids:
            in_doubt = target.fetch(RecordKey(written.key.account, written.key.book, serial))
            assert in_doubt is not None, "a create in doubt is found by the id kith had chosen"
            assert in_doubt.key == written.key
        else:
            with pytest.raises(RevisionMismatch):
                target.create(card)
        after, _ = gather(target)
        assert len(after) == len(before) + 1

    def test_unknown_properties_survive_an_update(self, target: Target) -> None:
        extra = Extra("X-SHOE-SIZE", "43")
        contact = shape(replace(sample(), extras=(extra,)), target.capabilities)
        written, held = self.create(target, contact)
        after = replace(held.contact, notes=(Text("edited"),))
        target.update(CardChange(written.key, held.contact, after, held.raw, held.revision))
        now = target.fetch(written.key)
        assert now is not None
        assert [item.value for item in now.contact.extras if item.name == extra.name] == [
            item.value for item in contact.extras
        ]

    def test_two_hundred_phones(self, target: Target) -> None:
        phones = tuple(Phone(f"+49 30 23125{n:03d}", ("work",)) for n in range(200))
        contact = shape(replace(sample(), phones=phones), target.capabilities)
        _, held = self.create(target, contact)
        assert len(held.contact.phones) == len(contact.phones)

    def test_a_large_picture_survives_or_is_refused(self, target: Target) -> None:
        photo, data = picture(64, noise=700_000)
        limit = target.capabilities.photo_bytes
        contact = shape(replace(sample(), photo=photo), target.capabilities)
        if contact.photo is None:
            assert target.capabilities.limit("photo") is None
        elif limit and limit < photo.size:
            with pytest.raises(Rejected):
                self.create(target, contact, {photo.sha256: data})
        else:
            _, held = self.create(target, contact, {photo.sha256: data})
            assert held.contact.photo is not None
            assert held.contact.photo.size > 0
