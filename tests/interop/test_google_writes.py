"""Writing to Google: only the difference, never over a newer version, never twice."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kith.connector.api import CardChange, NewCard, PullRequest
from kith.connector.errors import RateLimited, Rejected, RevisionMismatch, Unreachable
from kith.connector.testing import changed, gather, known_of, picture, sample
from kith.model.contact import Contact, Date, Email, Name, Organization, Phone, Text
from kith.model.record import RecordKey
from kith.plan.shape import shape
from servers.people import PeopleServer
from servers.people_account import open_google

RAW = {
    "names": [{"givenName": "Anna", "familyName": "Sommer"}],
    "emailAddresses": [
        {"value": "anna@example.org", "type": "home", "displayName": "Anna S."},
        {"value": "a.sommer@firm.example", "type": "work"},
    ],
    "organizations": [{"name": "Firm", "title": "Baker", "startDate": {"year": 2019}, "current": True}],
    "nicknames": [{"value": "AS", "type": "INITIALS"}],
    "externalIds": [{"value": "4711", "type": "customer"}],
    "userDefined": [{"key": "Shoe size", "value": "43"}],
}


@pytest.fixture
def people() -> Iterator[PeopleServer]:
    with PeopleServer() as server:
        yield server


@pytest.fixture
def account(people: PeopleServer, tmp_path: Path) -> Iterator[Any]:
    opened = open_google(people, tmp_path)
    yield opened
    opened.close()


def held(account: Any, name: str) -> Any:
    return account.fetch(RecordKey("google", "", name))


def change(record: Any, media: dict[str, bytes] | None = None, **fields: Any) -> CardChange:
    after = replace(record.contact, **fields)
    return CardChange(record.key, record.contact, after, None, record.revision, media or {})


def new(contact: Contact, serial: str = "serial-1", media: dict[str, bytes] | None = None) -> NewCard:
    return NewCard("", serial, f"urn:uuid:{serial}", contact, media or {})


def sent(people: PeopleServer, method: str) -> list[tuple[dict[str, Any], Any]]:
    return [(query, body) for name, query, body in people.log if name == method]


def test_an_update_names_only_the_fields_that_differ(people, account):
    record = held(account, people.book.add(**RAW))
    account.update(change(record, birthday=Date("--02-29"), phones=(Phone("+49 30 23125001", ("work",)),)))
    ((query, body),) = sent(people, "people.updateContact")
    assert query["updatePersonFields"] == ["birthdays,phoneNumbers"]
    assert set(body) == {"birthdays", "metadata", "phoneNumbers"}
    assert body["birthdays"] == [{"date": {"month": 2, "day": 29}}]


def test_what_kith_does_not_hold_survives_a_change_beside_it(people, account):
    name = people.book.add(**RAW)
    record = held(account, name)
    first, second = record.contact.emails
    firm = replace(record.contact.organizations[0], title="Master baker")
    account.update(
        change(
            record,
            emails=(replace(first, types=("work",)), second),
            organizations=(firm,),
            nicknames=(Text("Anni"),),
        )
    )
    data = people.book.people[name].data
    assert data["emailAddresses"][0] == {
        "value": "anna@example.org",
        "type": "work",
        "displayName": "Anna S.",
    }
    assert data["organizations"] == [
        {"name": "Firm", "title": "Master baker", "startDate": {"year": 2019}, "current": True}
    ]
    assert data["nicknames"] == [{"value": "AS", "type": "INITIALS"}, {"value": "Anni"}]
    assert data["externalIds"] == RAW["externalIds"]
    assert data["userDefined"] == RAW["userDefined"]


def test_a_value_is_removed_and_the_others_stay(people, account):
    name = people.book.add(**RAW)
    record = held(account, name)
    account.update(change(record, emails=record.contact.emails[:1], organizations=()))
    data = people.book.people[name].data
    assert [row["value"] for row in data["emailAddresses"]] == ["anna@example.org"]
    assert "organizations" not in data


def test_an_update_that_google_would_not_see_costs_no_mutation(people, account):
    record = held(account, people.book.add(**RAW))
    written = account.update(change(record, emails=record.contact.emails[::-1]))
    assert people.mutations == 0
    assert written.revision == record.revision


def test_a_change_between_reading_and_writing_is_refused_by_google_itself(people, account):
    name = people.book.add(**RAW)
    record = held(account, name)
    people.faults.before_next("updateContact", lambda: people.book.edit(name, birthdays=[{"text": "soon"}]))
    with pytest.raises(RevisionMismatch):
        account.update(change(record, notes=(Text("mine"),)))
    assert "biographies" not in people.book.people[name].data


def test_a_contact_that_is_gone_or_renamed_is_a_mismatch(people, account):
    name, other = people.book.add(**RAW), people.book.add(**RAW)
    record, second = held(account, name), held(account, other)
    people.book.delete(name)
    people.book.rename(other)
    for row in (record, second):
        with pytest.raises(RevisionMismatch):
            account.update(change(row, notes=(Text("mine"),)))
        with pytest.raises(RevisionMismatch):
            account.delete(row.key, row.revision)
    assert len(people.book.people) == 1


def test_a_create_whose_answer_is_lost_is_sent_once_and_found_again(people, account):
    people.faults.lose_answer = "createContact"
    with pytest.raises(Unreachable):
        account.create(new(sample()))
    assert people.calls["people.createContact"] == 1
    assert len(people.book.people) == 1
    found = account.fetch(RecordKey("google", "", "serial-1"))
    assert found.key.remote_id in people.book.people
    assert found.contact.uid == "urn:uuid:serial-1"
    assert account.fetch(RecordKey("google", "", "serial-2")) is None


def test_everything_that_google_holds_comes_back(people, account):
    photo, data = picture()
    contact = shape(replace(sample(), photo=photo), account.capabilities)
    written = account.create(new(contact, media={photo.sha256: data}))
    assert replace(written.record.contact, uid="") == replace(contact, groups=tuple(sorted(contact.groups)))
    pulled, _ = gather(account, PullRequest())
    assert pulled[written.key].contact == written.record.contact


def test_a_picture_that_google_recompressed_is_no_edit(people, account, tmp_path):
    photo, data = picture()
    _, pages = gather(account, PullRequest())
    written = account.create(new(replace(sample(), photo=photo), media={photo.sha256: data}))
    assert people.book.people[written.key.remote_id].photo != data
    later = open_google(people, tmp_path)
    records, pages = gather(later, PullRequest(pages[-1].cursor))
    assert records[written.key].contact.photo == photo
    assert records[written.key].revision == written.revision

    people.book.people[written.key.remote_id].photo_version += 1000  # the same picture under another address
    people.book.edit(written.key.remote_id, nicknames=[{"value": "Z"}])
    records, pages = gather(later, PullRequest(pages[-1].cursor))
    assert records[written.key].contact.photo == photo

    people.book.set_photo(written.key.remote_id, data + b" retouched by the user")
    records, _ = gather(later, PullRequest(pages[-1].cursor))
    assert records[written.key].contact.photo.sha256 != photo.sha256
    later.close()


def test_a_picture_is_sent_only_when_it_changed_and_can_be_removed(people, account):
    photo, data = picture()
    written = account.create(new(replace(sample(), photo=photo), media={photo.sha256: data}))
    people.reset_counts()
    again = account.update(change(written.record, media={photo.sha256: data}, notes=(Text("x"),)))
    assert people.calls["people.updateContactPhoto"] == 0
    gone = account.update(change(again.record, photo=None))
    assert people.calls["people.deleteContactPhoto"] == 1
    assert gone.record.contact.photo is None
    assert people.book.people[written.key.remote_id].photo is None


def test_a_refused_picture_does_not_make_a_second_contact(people, account):
    people.faults.refuse(400, "INVALID_ARGUMENT", "no", method="updateContactPhoto")
    photo, data = picture()
    written = account.create(new(replace(sample(), photo=photo), media={photo.sha256: data}))
    assert written.record.contact.photo is None
    assert len(people.book.people) == 1


def test_a_picture_that_fails_once_is_sent_again_and_the_contact_is_not(people, account):
    people.faults.fail(503, method="updateContactPhoto")
    photo, data = picture()
    written = account.create(new(replace(sample(), photo=photo), media={photo.sha256: data}))
    assert written.record.contact.photo == photo
    assert people.calls["people.createContact"] == 1
    assert people.calls["people.updateContactPhoto"] == 2


def test_a_picture_that_google_has_no_time_for_is_planned_anew(people, account):
    record = held(account, people.book.add(**RAW))
    people.faults.quota(method="updateContactPhoto", retry_after="60")
    photo, data = picture()
    with pytest.raises(RateLimited) as caught:
        account.update(change(record, {photo.sha256: data}, photo=photo, notes=(Text("x"),)))
    assert caught.value.retry_after == 60
    now = held(account, record.key.remote_id)
    assert now.contact.notes == (Text("x"),), "the first half is written, and seen by the next pull"
    account.update(change(now, {photo.sha256: data}, photo=photo))
    assert held(account, record.key.remote_id).contact.photo == photo


def test_labels_are_made_once_and_kept_beside_googles_own(people, account):
    starred = [{"contactGroupMembership": {"contactGroupResourceName": "contactGroups/starred"}}]
    name = people.book.add(**RAW, memberships=starred)
    record = held(account, name)
    first = account.update(change(record, groups=("Rowing", "Ä/B")))
    assert first.record.contact.groups == ("Rowing", "Ä/B")
    second = account.create(new(replace(sample(), groups=("Rowing",))))
    assert people.calls["contactGroups.create"] == 2
    last = account.update(change(first.record, groups=()))
    assert last.record.contact.groups == ()
    assert people.book.people[name].data["memberships"] == starred
    bare = account.update(change(second.record, groups=()))
    assert people.book.people[bare.key.remote_id].data["memberships"][0]["contactGroupMembership"] == {
        "contactGroupResourceName": "contactGroups/myContacts"
    }


def test_a_contact_with_no_list_at_all_is_never_without_group(people, account):
    rowing = people.book.create_group("Rowing")["resourceName"]
    name = people.book.add(
        **RAW, memberships=[{"contactGroupMembership": {"contactGroupResourceName": rowing}}]
    )
    account.update(change(held(account, name), groups=()))
    assert "myContacts" in str(people.book.people[name].data["memberships"])


def test_a_label_made_elsewhere_meanwhile_is_used(people, account):
    record = held(account, people.book.add(**RAW))
    people.faults.before_next("contactGroups.create", lambda: people.book.create_group("Rowing"))
    written = account.update(change(record, groups=("Rowing",)))
    assert written.record.contact.groups == ("Rowing",)


def test_a_reserved_label_is_refused_by_name(people, account):
    record = held(account, people.book.add(**RAW))
    with pytest.raises(Rejected, match="friends"):
        account.update(change(record, groups=("friends",)))


def test_own_writes_are_no_news(people, account):
    _, pages = gather(account, PullRequest())
    written = account.create(new(sample()))
    later = account.update(change(written.record, notes=(Text("second"),), groups=("B",)))
    records, _ = gather(account, PullRequest(pages[-1].cursor))
    assert changed(records, {later.key: later.record}) == []


def test_mutations_are_sent_one_after_the_other(people, account):
    people.faults.strict = True
    photo, data = picture()
    for n in range(5):
        account.create(new(replace(sample(n), photo=photo), f"serial-{n}", {photo.sha256: data}))
    assert people.faults.overlaps == 0
    assert people.mutations == 5 + 5 + 2, "five contacts, five pictures, two labels"


@pytest.mark.parametrize("verb", ["createContact", "updateContact", "deleteContact"])
def test_a_quota_while_writing_says_how_long_to_wait(people, account, verb):
    record = held(account, people.book.add(**RAW))
    people.faults.quota(method=verb, retry_after="30")
    acts = {
        "createContact": lambda: account.create(new(sample())),
        "updateContact": lambda: account.update(change(record, notes=(Text("x"),))),
        "deleteContact": lambda: account.delete(record.key, record.revision),
    }
    with pytest.raises(RateLimited) as caught:
        acts[verb]()
    assert caught.value.retry_after == 30
    acts[verb]()


def test_two_contacts_of_one_firm_without_names_stay_firms(people, account):
    contact = Contact(kind="org", full_name="Café Sonne", organizations=(Organization("Café Sonne"),))
    written = account.create(new(contact))
    assert "names" not in people.book.people[written.key.remote_id].data
    assert replace(written.record.contact, uid="") == contact


def test_a_free_form_name_that_google_takes_apart_is_not_written_again(people, account):
    written = account.create(new(Contact(full_name="Anna Sommer", emails=(Email("anna@example.org"),))))
    assert written.record.contact.name == Name(family=("Sommer",), given=("Anna",))
    people.reset_counts()
    account.update(change(written.record, name=Name()))
    assert people.mutations == 0


def test_a_listing_after_writes_has_nothing_new(people, account, tmp_path):
    for n in range(3):
        account.create(new(sample(n), f"serial-{n}"))
    records, pages = gather(account, PullRequest())
    people.reset_counts()
    later = open_google(people, tmp_path)
    again, _ = gather(later, PullRequest(pages[-1].cursor, known_of(records)))
    later.close()
    assert again == {}
    assert (people.mutations, people.calls) == (0, {"people.connections.list": 1})
