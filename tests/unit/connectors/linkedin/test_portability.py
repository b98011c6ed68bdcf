"""LinkedIn's own interface, against a server on loopback that answers as LinkedIn documents it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from kith.connector.api import PullRequest
from kith.connector.errors import AuthenticationFailed, BadReply, RateLimited, Unreachable
from kith.connector.info import Opening
from kith.connector.testing import SourceContract, gather, known_of
from kith_connectors.linkedin import INFO
from kith_connectors.linkedin.settings import LinkedInSettings

TOKEN = "token-of-an-invented-member"


def person(name: str, position: str = "Chefin") -> dict[str, str]:
    return {
        "First Name": name,
        "Last Name": "Beispiel",
        "URL": f"https://www.linkedin.com/in/{name.lower()}",
        "Email Address": "",
        "Company": "Beispiel GmbH",
        "Position": position,
        "Connected On": "05 Mar 2024",
    }


class LinkedIn:
    """The service: pages of people, or one fault for every request."""

    def __init__(self) -> None:
        self.pages = [[person("Anna"), person("Bernd")], [person("Cem")]]
        self.fault: tuple[int, bytes, dict[str, str]] | None = None
        self.asked: list[tuple[str, str]] = []

    def answer(self, start: int) -> tuple[int, bytes, dict[str, str]]:
        if self.fault:
            return self.fault
        if start >= len(self.pages):
            return 404, b'{"message":"No data found for this memberId"}', {}
        links = [{"rel": "next", "href": f"/rest/memberSnapshotData?start={start + 1}"}]
        elements = [{"snapshotDomain": "CONNECTIONS", "snapshotData": self.pages[start]}]
        page = {"paging": {"start": start, "count": 10, "links": links}, "elements": elements}
        return 200, json.dumps(page).encode(), {}


@pytest.fixture
def linkedin():
    service = LinkedIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            split = urlsplit(self.path)
            asked = parse_qs(split.query)
            service.asked.append((split.path, asked["domain"][0]))
            right = (self.headers["Authorization"], self.headers["LinkedIn-Version"]) == (
                f"Bearer {TOKEN}",
                "202312",
            )
            code, body, headers = service.answer(int(asked["start"][0])) if right else (401, b"{}", {})
            self.send_response(code)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield service
    server.shutdown()
    thread.join()
    server.server_close()


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
