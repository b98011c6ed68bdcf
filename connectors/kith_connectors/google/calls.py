"""The calls to the People API, one method each: they set the fixed parameters and turn refusals into ConnectorErrors."""

import base64
from collections.abc import Iterator, Sequence
from typing import Any

from kith.connector.errors import AuthenticationFailed, BadReply, ConnectorError, Unreachable
from kith_connectors.google import pictures
from kith_connectors.google.mapping import MASK, OTHER_MASK, Person
from kith_connectors.google.replies import LATER, NotThere, explain
from kith_connectors.google.settings import GoogleSettings
from kith_connectors.google.transport import Transport

SOURCES = ["READ_SOURCE_TYPE_CONTACT"]
"""Only what the contact itself says, not what a profile behind it shows: kith could not write that."""

LIST_PAGE = 1000
BATCH_GET = 200
MOST_MEMBERS = 100_000
LARGEST_PICTURE = 16 * 2**20
INSTALL = "pip install 'kith-contacts[google]'"


class Calls:
    """A logged-in connection to the People API. Not thread-safe."""

    def __init__(self, account: str, settings: GoogleSettings, credentials: Any) -> None:
        self.account, self.settings = account, settings
        self._transport = Transport()
        self._http = _authorized(credentials, self._transport)
        self._service = _service(settings, self._http)
        self._people = self._service.people()
        self._groups = self._service.contactGroups()

    def close(self) -> None:
        self._service.close()
        self._transport.close()

    # -- reading ---------------------------------------------------------------------------------

    def connections(self, sync: str, token: str, page_size: int = LIST_PAGE) -> Person:
        """One page of the contacts, or of their changes since a sync token."""
        connections = self._people.connections()
        fixed = {"resourceName": "people/me", "personFields": MASK, "sources": SOURCES, "pageSize": page_size}
        request = connections.list(**fixed, requestSyncToken=True, **_tokens(sync, token))
        return self._run("sync" if sync else "list", request)

    def other_contacts(self, sync: str, token: str, page_size: int = LIST_PAGE) -> Person:
        """One page of the "Other contacts", or of their changes."""
        others = self._service.otherContacts()
        fixed = {"readMask": OTHER_MASK, "pageSize": page_size, "requestSyncToken": True}
        return self._run("sync" if sync else "list", others.list(**fixed, **_tokens(sync, token)))

    def get(self, name: str) -> Person:
        return self._run("get", self._people.get(resourceName=name, personFields=MASK, sources=SOURCES))

    def get_many(self, names: Sequence[str]) -> Iterator[tuple[str, Person]]:
        """(the name asked for, the Person), whose own resource name may be another; those not there are left out."""
        for start in range(0, len(names), BATCH_GET):
            some = list(names[start : start + BATCH_GET])
            request = self._people.getBatchGet(resourceNames=some, personFields=MASK, sources=SOURCES)
            for row in self._run("list", request).get("responses", ()):
                if row.get("person"):
                    yield str(row.get("requestedResourceName", row["person"]["resourceName"])), row["person"]

    def groups(self, sync: str) -> tuple[list[Person], str]:
        """(all contact groups or those changed since, the next token)."""
        found: list[Person] = []
        token = ""
        while True:
            request = self._groups.list(pageSize=LIST_PAGE, **_tokens(sync, token))
            page = self._run("sync" if sync else "list", request)
            found += page.get("contactGroups", ())
            token = page.get("nextPageToken", "")
            if not token:
                return found, str(page.get("nextSyncToken", ""))

    def group_members(self, name: str) -> list[str]:
        """The contacts that carry a label; none where the label was deleted in the meantime."""
        try:
            group = self._run("get", self._groups.get(resourceName=name, maxMembers=MOST_MEMBERS))
        except NotThere:
            return []
        return [str(member) for member in group.get("memberResourceNames", ())]

    def picture(self, url: str) -> bytes:
        """The bytes of a picture. b"" for an address that is not Google's."""
        if not pictures.allowed(url, self.settings.api_endpoint):
            return b""
        response, content = self._send(pictures.sized(url))
        if response.status != 200:
            raise explain(self.account, "get", response.status, response, content)
        if len(content) > LARGEST_PICTURE:
            raise BadReply(f"a picture of {len(content)} bytes")
        return content

    # -- writing ---------------------------------------------------------------------------------

    def create(self, person: Person) -> Person:
        return self._run(
            "create", self._people.createContact(body=person, personFields=MASK, sources=SOURCES)
        )

    def update(self, name: str, person: Person, fields: Sequence[str]) -> Person:
        request = self._people.updateContact(
            resourceName=name,
            body=person,
            updatePersonFields=",".join(fields),
            personFields=MASK,
            sources=SOURCES,
        )
        return self._run("update", request)

    def delete(self, name: str) -> None:
        self._run("delete", self._people.deleteContact(resourceName=name))

    def set_picture(self, name: str, content: bytes) -> Person:
        body = {"photoBytes": base64.b64encode(content).decode(), "personFields": MASK, "sources": SOURCES}
        answer = self._run("update", self._people.updateContactPhoto(resourceName=name, body=body))
        return dict(answer["person"])

    def drop_picture(self, name: str) -> Person:
        request = self._people.deleteContactPhoto(resourceName=name, personFields=MASK, sources=SOURCES)
        return dict(self._run("update", request)["person"])

    def create_group(self, name: str) -> Person:
        return self._run("create", self._groups.create(body={"contactGroup": {"name": name}}))

    # -- the wire --------------------------------------------------------------------------------

    def _send(self, url: str) -> tuple[Any, bytes]:
        with _Explained(self.account):
            response, content = self._http.request(url, "GET")
        return response, content

    def _run(self, doing: str, request: Any) -> Person:
        from googleapiclient.errors import HttpError

        try:
            with _Explained(self.account):
                answer = request.execute(num_retries=0)
        except HttpError as error:
            raise explain(self.account, doing, error.resp.status, error.resp, error.content) from error
        if not isinstance(answer, dict):
            raise BadReply("Google answered with something that is not an object", LATER)
        return answer


class _Explained:
    """Turns what the libraries raise around a request into ConnectorErrors."""

    def __init__(self, account: str) -> None:
        self.account = account

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        from google.auth.exceptions import GoogleAuthError

        if isinstance(error, GoogleAuthError):
            raise login_error(self.account, error) from error
        if isinstance(error, ValueError) and not isinstance(error, ConnectorError):
            message = "Google's answer is not JSON"
            raise BadReply(
                message, "a proxy or login page may stand between this machine and Google"
            ) from error


def login_error(account: str, error: Exception) -> ConnectorError:
    """What a failed refresh of the login means. `invalid_grant`: expired, revoked, or the password was changed."""
    if getattr(error, "retryable", False):
        return Unreachable(f"Google's login server does not answer properly ({error})", LATER)
    if "invalid_grant" in str(error):
        return AuthenticationFailed(
            "the login to Google has expired or was revoked; nothing was read or changed",
            f"run: kith auth {account}",
        )
    return AuthenticationFailed(
        f"Google refuses the login ({error})",
        f"check the OAuth client, then run: kith auth {account}",
    )


def _tokens(sync: str, page: str) -> dict[str, str]:
    return ({"syncToken": sync} if sync else {}) | ({"pageToken": page} if page else {})


def _authorized(credentials: Any, transport: Transport) -> Any:
    try:
        from google_auth_httplib2 import AuthorizedHttp
    except ImportError:
        raise missing_library() from None
    return AuthorizedHttp(credentials, http=transport)


def _service(settings: GoogleSettings, http: Any) -> Any:
    try:
        from googleapiclient.discovery import build
    except ImportError:
        raise missing_library() from None
    options = {"api_endpoint": settings.api_endpoint} if settings.api_endpoint else {}
    return build(
        "people", "v1", http=http, static_discovery=True, cache_discovery=False, client_options=options
    )


class LibraryMissing(ConnectorError):
    """The optional libraries of this connector are not installed."""

    again = "never"


def missing_library() -> LibraryMissing:
    return LibraryMissing("the libraries for Google are not installed", INSTALL)
