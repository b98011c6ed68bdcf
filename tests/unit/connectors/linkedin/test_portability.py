"""LinkedIn's own interface, against a server on loopback that answers as LinkedIn documents it."""

import pytest
from pydantic import ValidationError

from kith.connector.api import PullRequest
from kith.connector.errors import AuthenticationFailed, BadReply, RateLimited, Unreachable
from kith.connector.info import Opening
from kith.connector.testing import SourceContract, gather, known_of
from kith_connectors.linkedin import INFO
from kith_connectors.linkedin.settings import LinkedInSettings
from servers.portability import TOKEN, LinkedIn, person, serving


@pytest.fixture
def linkedin():
    with serving() as service:
        yield service


def account(service: LinkedIn, token: str = TOKEN):
    settings = LinkedInSettings.model_validate({"token": token, "api_endpoint": service.url})
    return INFO.open(settings, Opening("linkedin"))


class TestContract(SourceContract):
    @pytest.fixture
    def reopen(self, linkedin):
        return lambda: account(linkedin)


def test_all_pages_are_read_and_the_same_list_is_no_change(linkedin):
    records, pages = gather(account(linkedin))
    assert [record.contact.full_name for record in records.values()] == [
        "Anna Beispiel",
        "Bernd Beispiel",
        "Cem Beispiel",
    ]
    assert linkedin.asked == [("/rest/memberSnapshotData", "CONNECTIONS")] * 3
    again, more = gather(account(linkedin), PullRequest(pages[-1].cursor, known_of(records)))
    assert (again, more[-1].listed) == ({}, {})
    linkedin.pages[1] = [person("Cem", "Chef")]
    changed, more = gather(account(linkedin), PullRequest(pages[-1].cursor, known_of(records)))
    assert [record.contact.full_name for record in changed.values()] == ["Cem Beispiel"]
    assert len(more[-1].listed[""]) == 3


def test_an_export_and_the_interface_know_a_person_by_the_same_id(linkedin):
    records, _ = gather(account(linkedin))
    assert next(iter(records)).remote_id == "https://www.linkedin.com/in/anna"


@pytest.mark.parametrize(
    ("fault", "error", "told"),
    [
        ((403, b"{}", {}), AuthenticationFailed, "refuses the access token"),
        ((429, b"{}", {"Retry-After": "120"}), RateLimited, "asks to wait"),
        ((503, b"", {}), Unreachable, "a fault of its own"),
        ((200, b"<html>Sign in</html>", {}), BadReply, "not JSON"),
        ((200, b'{"elements":[{"snapshotData":[]}]}', {}), BadReply, "another form"),
        (
            (200, b'{"elements":[{"snapshotDomain":"CONNECTIONS","snapshotData":[{"A":"1"}]}]}', {}),
            BadReply,
            "other columns",
        ),
        ((418, b"", {}), BadReply, "answered 418"),
    ],
)
def test_faults_are_told_and_nobody_is_lost(linkedin, fault, error, told):
    linkedin.fault = fault
    with pytest.raises(error, match=told) as raised:
        list(account(linkedin).pull(PullRequest()))
    assert raised.value.remedy
    assert getattr(raised.value, "retry_after", 120.0) == 120.0


def test_a_wrong_token_and_a_server_that_is_not_there(linkedin):
    with pytest.raises(AuthenticationFailed) as raised:
        account(linkedin, "wrong").check()
    assert "wrong" not in str(raised.value)
    linkedin.url = "http://127.0.0.1:9"
    with pytest.raises(Unreachable, match="does not answer"):
        account(linkedin).check()


@pytest.mark.parametrize("keys", [{}, {"path": "x.zip", "token": "t"}])
def test_the_settings_name_one_way(keys):
    with pytest.raises(ValidationError, match="give either path"):
        LinkedInSettings.model_validate(keys)


@pytest.mark.parametrize(
    "endpoint", ["http://api.linkedin.example", "http://127.0.0.1.evil.example", "ftp://x"]
)
def test_a_token_travels_encrypted_only(endpoint):
    with pytest.raises(ValidationError, match="must begin with https"):
        LinkedInSettings.model_validate({"token": "t", "api_endpoint": endpoint})
