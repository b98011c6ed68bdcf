"""The emulator refuses what the People API refuses, for the real client library."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from servers.people import PeopleServer


@pytest.fixture
def people() -> Iterator[PeopleServer]:
    with PeopleServer() as server:
        yield server


def client(people: PeopleServer) -> Any:
    login = Credentials(
        token=None, refresh_token="refresh-1", token_uri=people.token_uri, client_id="c", client_secret="s"
    )
    options = {"api_endpoint": people.endpoint}
    return build("people", "v1", credentials=login, static_discovery=True, client_options=options)


@pytest.fixture
def api(people: PeopleServer) -> Iterator[Any]:
    with client(people) as service:
        yield service


def refused(request: Any) -> HttpError:
    with pytest.raises(HttpError) as caught:
        request.execute()
    return caught.value


def contacts(count: int) -> list[dict[str, Any]]:
    return [{"contactPerson": {"names": [{"givenName": f"Anna{n}"}]}} for n in range(count)]


def with_etag(shown: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"metadata": {"sources": shown["metadata"]["sources"]}, **fields}


def created(api: Any, count: int) -> list[dict[str, Any]]:
    body = {"contacts": contacts(count), "readMask": "names,metadata"}
    return [row["person"] for row in api.people().batchCreateContacts(body=body).execute()["createdPeople"]]


def test_batches_have_limits_of_200_200_and_500(api, people):
    everybody = [row for _ in range(3) for row in created(api, 200)]
    too_many = {"contacts": contacts(201), "readMask": "names"}
    assert refused(api.people().batchCreateContacts(body=too_many)).resp.status == 400
    edits = {row["resourceName"]: with_etag(row, nicknames=[{"value": "A"}]) for row in everybody[:201]}
    body = {"contacts": edits, "updateMask": "nicknames", "readMask": "nicknames"}
    assert refused(api.people().batchUpdateContacts(body=body)).resp.status == 400
    names = [row["resourceName"] for row in everybody]
    assert refused(api.people().batchDeleteContacts(body={"resourceNames": names[:501]})).resp.status == 400
    api.people().batchDeleteContacts(body={"resourceNames": names[:500]}).execute()
    assert len(people.book.people) == 100


def test_one_stale_etag_fails_the_whole_batch(api, people):
    first, second = created(api, 2)
    people.book.edit(second["resourceName"], nicknames=[{"value": "B"}])
    edits = {row["resourceName"]: with_etag(row, nicknames=[{"value": "A"}]) for row in (first, second)}
    body = {"contacts": edits, "updateMask": "nicknames", "readMask": ""}
    assert b"failedPrecondition" in refused(api.people().batchUpdateContacts(body=body)).content
    assert "nicknames" not in people.book.people[first["resourceName"]].data


def test_a_sync_token_belongs_to_its_mask(api, people):
    listing = api.people().connections().list
    fixed = {"resourceName": "people/me", "requestSyncToken": True}
    token = listing(**fixed, personFields="names").execute()["nextSyncToken"]
    assert refused(listing(**fixed, personFields="names,metadata", syncToken=token)).resp.status == 400
    assert "connections" not in listing(**fixed, personFields="names", syncToken=token).execute()


@pytest.mark.parametrize(
    "body",
    [
        {"names": [{"givenName": "A"}, {"givenName": "B"}]},
        {"names": {"givenName": "A"}},
        {"names": [{"firstName": "A"}]},
        {"nicknames": [{"value": "A", "type": "SILLY"}]},
        {"birthdays": [{"date": {"year": 2000, "month": 13, "day": 1}}]},
        {"memberships": [{"contactGroupMembership": {"contactGroupResourceName": "contactGroups/none"}}]},
        {"biographies": [{"value": 7}]},
    ],
)
def test_a_body_that_is_not_in_the_description_is_refused(api, people, body):
    assert refused(api.people().createContact(body=body)).resp.status == 400
    assert people.book.people == {}


def test_unknown_fields_in_a_mask_and_too_large_pages_are_refused(api):
    listing = api.people().connections().list
    for wrong in (
        {"personFields": "names,shoes"},
        {"personFields": "names", "pageSize": 1001},
        {"personFields": ""},
    ):
        assert refused(listing(resourceName="people/me", **wrong)).resp.status == 400


def test_memberships_may_not_become_empty(api):
    (person,) = created(api, 1)
    request = api.people().updateContact(
        resourceName=person["resourceName"],
        updatePersonFields="memberships",
        body=with_etag(person, memberships=[]),
    )
    assert refused(request).resp.status == 400


def test_mutations_at_the_same_time_are_refused_when_strict(people):
    people.faults.strict = True
    inside = people.faults.pause_mutations()

    def one(_: int) -> bool:
        with client(people) as service:
            try:
                service.people().createContact(body={"names": [{"givenName": "A"}]}).execute()
            except HttpError as error:
                assert error.resp.status == 409
                inside.set()
                return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(one, range(2))) == [False, True]
    assert people.faults.overlaps == 1
