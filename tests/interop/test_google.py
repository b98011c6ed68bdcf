"""Reading Google: the real client library against the emulator, with each fault that Google documents."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kith.connector.api import Page, PullRequest
from kith.connector.errors import (
    AuthenticationFailed,
    BadReply,
    ConnectorError,
    RateLimited,
    Unreachable,
    WrongPlace,
)
from kith.connector.testing import gather, known_of
from kith.model.record import RecordKey
from servers.people import PeopleServer
from servers.people_account import open_google

JPEG = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def people() -> Iterator[PeopleServer]:
    with PeopleServer() as server:
        yield server


@pytest.fixture
def account(people: PeopleServer, tmp_path: Path) -> Iterator[Any]:
    opened = open_google(people, tmp_path)
    yield opened
    opened.close()


def add(people: PeopleServer, name: str, **more: Any) -> str:
    given, _, family = name.partition(" ")
    return people.book.add(names=[{"givenName": given, "familyName": family}], **more)


def key(name: str, book: str = "") -> RecordKey:
    return RecordKey("google", book, name)


def pull(
    account: Any, cursor: str | None = None, known: Any = None
) -> tuple[dict[RecordKey, Any], list[Page]]:
    return gather(account, PullRequest(cursor, known or (lambda _book: {})))


def gone(pages: list[Page]) -> list[RecordKey]:
    return [row for page in pages for row in page.gone]


def moved(pages: list[Page]) -> dict[RecordKey, RecordKey]:
    return {old: new for page in pages for old, new in page.moved.items()}


def test_2350_contacts_come_in_three_calls_and_a_run_without_changes_is_one(people, account):
    names = [
        add(people, f"Anna{n} Sommer", emailAddresses=[{"value": f"anna{n}@example.org"}])
        for n in range(2350)
    ]
    records, pages = pull(account)
    assert {row.remote_id for row in records} == set(names)
    assert pages[-1].listed == {"": frozenset(names)}
    assert people.calls == {"people.connections.list": 3, "contactGroups.list": 1}
    assert max(len(page.records) for page in pages) <= 250

    people.book.delete(names[7])
    people.book.edit(names[8], nicknames=[{"value": "Anni"}])
    changes, pages = pull(account, pages[-1].cursor)
    assert gone(pages) == [key(names[7])]
    assert [row.remote_id for row in changes] == [names[8]]
    assert all(not page.listed for page in pages)

    people.reset_counts()
    again, pages = pull(account, pages[-1].cursor)
    assert (again, gone(pages)) == ({}, [])
    assert people.calls == {"people.connections.list": 1}
    assert people.mutations == 0


@pytest.mark.parametrize("status", [400, 410])
def test_an_expired_token_leads_to_a_full_listing_in_the_same_pull(people, account, status):
    stays, goes = add(people, "Anna Sommer"), add(people, "Bert Braun")
    records, pages = pull(account)
    people.book.delete(goes)
    people.faults.expire_tokens(status)
    again, pages = pull(account, pages[-1].cursor, known_of(records))
    assert pages[-1].listed == {"": frozenset({stays})}
    assert again == {}, "what has not changed is not read again"
    assert pull(account, pages[-1].cursor)[1][-1].listed == {}, "the new token is good"


def test_a_token_of_another_field_mask_is_not_even_sent(people, account):
    add(people, "Anna Sommer")
    cursor = json.loads(pull(account)[1][-1].cursor)
    older = json.dumps({**cursor, "mask": "names,emailAddresses"})
    _, pages = pull(account, older)
    assert pages[-1].listed
    assert all("syncToken" not in query for _, query, _ in people.log)


def test_a_token_that_google_refuses_for_its_mask_leads_to_a_full_listing(people, account):
    add(people, "Anna Sommer")
    cursor = json.loads(pull(account)[1][-1].cursor)
    token = people.tokens[cursor["sync"]]
    token["fixed"] = token["fixed"].replace("nicknames", "skills")
    records, pages = pull(account, json.dumps(cursor))
    assert pages[-1].listed
    assert len(records) == 1


def test_a_contact_that_google_renames_is_moved_not_deleted(people, account):
    old = add(people, "Anna Sommer")
    _, pages = pull(account)
    new = people.book.rename(old)
    records, pages = pull(account, pages[-1].cursor)
    assert moved(pages) == {key(old): key(new)}
    assert gone(pages) == []
    assert list(records) == [key(new)]


def test_a_rename_is_found_in_a_full_listing_too(people, account):
    old = add(people, "Anna Sommer")
    records, pages = pull(account)
    new = people.book.rename(old)
    people.faults.expire_tokens()
    again, pages = pull(account, pages[-1].cursor, known_of(records))
    assert moved(pages) == {key(old): key(new)}
    assert pages[-1].listed == {"": frozenset({new})}
    assert again[key(new)].contact.full_name == "Anna Sommer"


def test_hundreds_of_renames_are_asked_for_in_batches(people, account):
    names = [add(people, f"Anna{n} Sommer") for n in range(250)]
    stays = add(people, "Bert Braun")
    records, pages = pull(account)
    renamed = {key(old): key(people.book.rename(old)) for old in names}
    people.faults.expire_tokens()
    _, pages = pull(account, pages[-1].cursor, known_of(records))
    assert moved(pages) == renamed
    assert pages[-1].listed == {"": frozenset({stays, *(new.remote_id for new in renamed.values())})}
    assert people.calls["people.getBatchGet"] == 2


def test_a_contact_missing_in_the_listing_that_still_answers_is_not_missing(people, account):
    names = [add(people, "Anna Sommer"), add(people, "Bert Braun")]
    records, pages = pull(account)
    people.faults.hidden.add(names[1])
    _, pages = pull(account, None, known_of(records))
    assert pages[-1].listed == {"": frozenset(names)}


def test_another_persons_account_is_not_an_emptied_one(people, account):
    for n in range(5):
        add(people, f"Anna{n} Sommer")
    records, pages = pull(account)
    people.book.people.clear()
    add(people, "Somebody Else")
    people.faults.expire_tokens()
    with pytest.raises(WrongPlace) as caught:
        pull(account, pages[-1].cursor, known_of(records))
    assert "kith auth google" in caught.value.remedy
    people.book.people.clear()
    _, pages = pull(account, None, known_of(records))
    assert pages[-1].listed == {"": frozenset()}, "an empty account is the guard's business"


def test_fetch_by_an_old_name_answers_with_the_new_one(people, account):
    old = add(people, "Anna Sommer")
    new = people.book.rename(old)
    assert account.fetch(key(old)).key == key(new)
    people.book.delete(new)
    assert account.fetch(key(new)) is None


def test_writes_that_appear_late_in_sync_runs_are_not_lost(people, account):
    add(people, "Anna Sommer")
    _, pages = pull(account)
    people.delay_syncs()
    late = add(people, "Bert Braun")
    records, pages = pull(account, pages[-1].cursor)
    assert records == {}
    people.release_syncs()
    records, pages = pull(account, pages[-1].cursor)
    assert list(records) == [key(late)]


def test_labels_are_groups_and_system_groups_are_none(people, account):
    rowing = people.book.create_group("Rowing")["resourceName"]
    members = [
        {"contactGroupMembership": {"contactGroupResourceName": name}}
        for name in (rowing, "contactGroups/starred")
    ]
    name = add(people, "Anna Sommer", memberships=members)
    records, _ = pull(account)
    assert records[key(name)].contact.groups == ("Rowing",)


def test_a_renamed_label_changes_all_its_contacts_though_google_does_not_report_them(people, account):
    rowing = people.book.create_group("Rowing")["resourceName"]
    members = [{"contactGroupMembership": {"contactGroupResourceName": rowing}}]
    quiet, other = add(people, "Anna Sommer", memberships=members), add(people, "Bert Braun")
    before, pages = pull(account)
    people.book.rename_group(rowing, "Sculling")
    people.book.edit(other, nicknames=[{"value": "B"}])
    records, pages = pull(account, pages[-1].cursor)
    assert records[key(quiet)].contact.groups == ("Sculling",)
    assert records[key(quiet)].revision != before[key(quiet)].revision
    assert set(records) == {key(quiet), key(other)}


def test_a_renamed_label_is_noticed_by_a_full_listing_alone(people, account):
    rowing = people.book.create_group("Rowing")["resourceName"]
    members = [{"contactGroupMembership": {"contactGroupResourceName": rowing}}]
    quiet = add(people, "Anna Sommer", memberships=members)
    before, pages = pull(account)
    people.book.rename_group(rowing, "Sculling")
    people.faults.expire_tokens()
    records, _ = pull(account, pages[-1].cursor, known_of(before))
    assert records[key(quiet)].contact.groups == ("Sculling",)


def test_a_deleted_label_takes_the_membership_away_and_nobody_else(people, account):
    rowing = people.book.create_group("Rowing")["resourceName"]
    name = add(
        people, "Anna Sommer", memberships=[{"contactGroupMembership": {"contactGroupResourceName": rowing}}]
    )
    _, pages = pull(account)
    people.book.delete_group(rowing)
    records, pages = pull(account, pages[-1].cursor)
    assert records[key(name)].contact.groups == ()
    assert gone(pages) == []


def test_a_contact_with_more_than_100_numbers_is_read_whole(people, account):
    numbers = [{"value": f"+49 30 23125{n:03d}"} for n in range(150)]
    name = add(people, "Anna Sommer", phoneNumbers=numbers)
    records, _ = pull(account)
    assert len(records[key(name)].contact.phones) == 150


def test_what_a_linked_profile_shows_is_not_the_contacts_own(people, account):
    name = add(people, "Anna Sommer", emailAddresses=[{"value": "anna@example.org"}])
    people.book.people[name].profile = {"emailAddresses": [{"value": "profile@example.org"}]}
    records, _ = pull(account)
    assert [row.value for row in records[key(name)].contact.emails] == ["anna@example.org"]
    listings = [query for method, query, _ in people.log if method == "people.connections.list"]
    assert [query["sources"] for query in listings] == [["READ_SOURCE_TYPE_CONTACT"]]


def test_a_picture_is_fetched_once_per_address(people, account):
    name = add(people, "Anna Sommer")
    people.book.set_photo(name, JPEG)
    records, pages = pull(account)
    photo = records[key(name)].contact.photo
    assert records[key(name)].media == {photo.sha256: people.book.people[name].photo}
    people.book.edit(name, nicknames=[{"value": "A"}])
    records, pages = pull(account, pages[-1].cursor)
    assert records[key(name)].contact.photo == photo
    assert people.calls["photo"] == 1
    people.book.set_photo(name, JPEG + b" of another day")
    records, pages = pull(account, pages[-1].cursor)
    assert records[key(name)].contact.photo.sha256 != photo.sha256
    people.book.set_photo(name, None)
    records, pages = pull(account, pages[-1].cursor)
    assert records[key(name)].contact.photo is None


def test_a_picture_that_cannot_be_fetched_is_not_a_picture_removed(people, account):
    name = add(people, "Anna Sommer")
    people.book.set_photo(name, JPEG)
    records, pages = pull(account)
    photo = records[key(name)].contact.photo
    people.book.set_photo(name, JPEG + b" of another day")
    people.faults.photo_status = 503
    records, pages = pull(account, pages[-1].cursor)
    assert records[key(name)].contact.photo == photo
    assert name in pages[-1].skipped[0]
    people.faults.photo_status = 0
    records, pages = pull(account, pages[-1].cursor)
    assert records[key(name)].contact.photo.sha256 != photo.sha256
    assert pages[-1].skipped == ()


def test_pictures_can_be_left_out(people, tmp_path):
    name = add(people, "Anna Sommer")
    people.book.set_photo(name, JPEG)
    account = open_google(people, tmp_path, photos=False)
    records, pages = pull(account)
    assert records[key(name)].contact.photo is None
    assert account.capabilities.limit("photo") is None
    account.close()
    account = open_google(people, tmp_path)
    records, _ = pull(account, pages[-1].cursor)
    assert records[key(name)].contact.photo is not None, "switched on later, everything is read once more"
    account.close()


def test_other_contacts_are_a_read_only_trace(people, tmp_path):
    from servers.people_book import Stored

    people.book.others["otherContacts/c1"] = Stored(
        {"emailAddresses": [{"value": "shop@example.org"}]}, 1, 0.0
    )
    account = open_google(people, tmp_path, other_contacts=True)
    assert (account.capabilities.trace, account.capabilities.writes) == (True, False)
    assert not hasattr(account, "create")
    records, pages = pull(account)
    assert records[key("otherContacts/c1", "otherContacts")].contact.emails[0].value == "shop@example.org"
    assert pages[-1].listed == {"otherContacts": frozenset({"otherContacts/c1"})}
    assert account.fetch(key("otherContacts/c1", "otherContacts")) is not None
    people.reset_counts()
    assert pull(account, pages[-1].cursor)[0] == {}
    assert people.calls == {"otherContacts.list": 1}
    assert "1 other contact" in account.check()[0]
    account.close()


def test_read_only_asks_for_less_and_offers_no_verbs(people, tmp_path):
    account = open_google(people, tmp_path, read_only=True)
    assert not account.capabilities.writes
    assert not hasattr(account, "update")
    account.close()


@pytest.mark.parametrize("header, seconds", [("17", 17.0), (None, None), ("nonsense", None)])
def test_a_quota_is_a_wait_as_long_as_google_says(people, account, header, seconds):
    people.faults.quota(retry_after=header)
    with pytest.raises(RateLimited) as caught:
        pull(account)
    assert caught.value.retry_after == seconds
    assert sum(people.calls.values()) == 1, "the connector itself tries nothing again"


def test_a_quota_reported_as_403_is_a_wait_too(people, account):
    people.faults.quota(status=403)
    with pytest.raises(RateLimited):
        pull(account)


@pytest.mark.parametrize("header, kind", [("9", RateLimited), (None, Unreachable)])
def test_503_with_and_without_retry_after(people, account, header, kind):
    people.faults.fail(503, retry_after=header)
    with pytest.raises(kind):
        pull(account)


def test_a_revoked_login_is_never_an_empty_address_book(people, account):
    add(people, "Anna Sommer")
    _, pages = pull(account)
    people.faults.revoked = True
    with pytest.raises(AuthenticationFailed) as caught:
        pull(account, pages[-1].cursor)
    assert "kith auth google" in caught.value.remedy


def test_an_api_that_is_switched_off_is_named(people, account):
    people.faults.refuse(403, "PERMISSION_DENIED", "People API has not been used", "SERVICE_DISABLED")
    with pytest.raises(WrongPlace) as caught:
        pull(account)
    assert "People API" in caught.value.remedy


def test_a_login_without_the_right_scope_asks_for_a_new_one(people, account):
    people.faults.refuse(403, "PERMISSION_DENIED", "scopes", "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
    with pytest.raises(AuthenticationFailed):
        pull(account)


@pytest.mark.parametrize("garbage", ["<html>log in here</html>", "[1, 2]", "null", '{"connections": [7]}'])
def test_an_answer_that_is_no_answer_is_never_fewer_contacts(people, account, garbage):
    add(people, "Anna Sommer")
    people.faults.garbage = garbage
    with pytest.raises(ConnectorError) as caught:
        pull(account)
    assert isinstance(caught.value, BadReply)


def test_a_contact_that_cannot_be_understood_is_named_and_not_missing(people, account):
    names = [add(people, "Anna Sommer"), add(people, "Bert Braun")]
    people.book.people[names[0]].data["birthdays"] = [{"date": {"year": "soon"}}]
    records, pages = pull(account)
    assert set(records) == {key(names[1])}
    assert pages[-1].listed == {"": frozenset(names)}
    assert names[0] in pages[-1].skipped[0]
    people.book.people[names[0]].data["birthdays"] = []
    records, pages = pull(account, pages[-1].cursor)
    assert set(records) == {key(names[0])}, "it is read again with the next pull"


def test_nobody_there(people, tmp_path):
    account = open_google(people, tmp_path)
    people.stop()
    with pytest.raises(Unreachable):
        pull(account)
    account.close()


def test_check_counts(people, account):
    add(people, "Anna Sommer")
    people.book.create_group("Rowing")
    assert account.check() == ["1 contact, 1 label"]
