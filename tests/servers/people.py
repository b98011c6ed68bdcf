"""A loopback emulator of Google's People API and its OAuth endpoints, for the real google-api-python-client.

Every request is checked against the bundled discovery document. Behaviour follows that document and
https://developers.google.com/people; `faults` switches on each documented failure.
"""

import base64
import binascii
import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from servers.loopback import Loopback, Reply, Request
from servers.people_book import JSON, PeopleBook, not_found
from servers.people_call import Call
from servers.people_faults import Faults
from servers.people_schema import Refused, check_body, check_query, find, invalid, methods

MUTATIONS = ("create", "update", "delete", "batchCreate", "batchUpdate", "batchDelete", "modify", "copyOther")


class PeopleServer:
    """The emulator. `calls` counts the API methods, `mutations` those that change something, `logins` token requests."""

    def __init__(self) -> None:
        self.book, self.faults = PeopleBook(), Faults()
        self.calls: Counter[str] = Counter()
        self.log: list[tuple[str, JSON, Any]] = []
        self.logins = 0
        self.mutations = 0
        self.tokens: dict[str, JSON] = {}
        self._visible = 0
        self._writing = threading.Lock()
        self._codes: dict[str, JSON] = {}
        self._server = Loopback(self._respond)
        self.url = self.book.base_url = self._server.url
        self.endpoint, self.token_uri, self.auth_uri = f"{self.url}/", f"{self.url}/token", f"{self.url}/auth"

    def stop(self) -> None:
        self._server.stop()

    def __enter__(self) -> "PeopleServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def reset_counts(self) -> None:
        self.calls.clear()
        self.log.clear()
        self.logins = self.mutations = 0

    def delay_syncs(self) -> None:
        """From now on changes do not appear in sync runs, until release_syncs()."""
        self.faults.delayed, self._visible = True, self.book.clock

    def release_syncs(self) -> None:
        self.faults.delayed = False

    # -- the wire --------------------------------------------------------------------------------

    def _respond(self, request: Request) -> Reply:
        path = urlsplit(request.path).path
        if path in ("/token", "/auth"):
            return self._token(request) if path == "/token" else self._consent(request)
        try:
            self._check_login(request)
            if path.startswith("/photo/"):
                return self._picture(request.plain_path)
            name, answer = self._call(request, path)
        except Refused as refusal:
            return _refuse(refusal)
        if self.faults.lose_answer and self.faults.lose_answer in name:
            self.faults.lose_answer = ""
            return Reply(silent=True, ending="close")
        if self.faults.garbage:
            return Reply(200, self.faults.garbage.encode(), (("Content-Type", "text/html"),))
        return _json(answer)

    def _check_login(self, request: Request) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.faults.revoked or not token.startswith("access-"):
            raise Refused(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")

    def _call(self, request: Request, path: str) -> tuple[str, JSON]:
        # The client library sends a query of more than 2 KB in the body of a POST.
        override = request.headers.get("x-http-method-override")
        method, resource = find(override or request.method, path)
        text = request.body.decode() if override else urlsplit(request.path).query
        query = parse_qs(text, keep_blank_values=True)
        check_query(method, query)
        body = json.loads(request.body) if request.body and not override else None
        check_body(method, body)
        self.calls[method.name] += 1
        self.log.append((method.name, {key: value for key, value in query.items() if key != "alt"}, body))
        self._fail_as_planned(method.name)
        call = Call(method, resource, query, body or {})
        if not method.name.rpartition(".")[2].startswith(MUTATIONS):
            return method.name, ROUTES[method.name](self, call)
        if not self._writing.acquire(blocking=not self.faults.strict):
            self.faults.overlaps += 1
            raise Refused(409, "ABORTED", "Mutate requests for the same user should be sent sequentially.")
        try:
            self.mutations += 1
            if self.faults.paused:
                self.faults.paused.wait(10)
            return method.name, ROUTES[method.name](self, call)
        finally:
            self._writing.release()

    def _fail_as_planned(self, name: str) -> None:
        for row in [row for row in self.faults.meanwhile if row[0] in name]:
            self.faults.meanwhile.remove(row)
            row[1]()
        for planned in self.faults.planned:
            if planned.times and planned.method in name:
                planned.times -= 1
                raise planned.refusal

    def _picture(self, path: str) -> Reply:
        self.calls["photo"] += 1
        if self.faults.photo_status:
            return Reply(self.faults.photo_status)
        name = re.sub(r"=s\d+$", "", path.split("/", 3)[3])
        person = self.book.people.get(name)
        if person is None or person.photo is None:
            return Reply(404)
        kind = "image/png" if person.photo.startswith(b"\x89PNG") else "image/jpeg"
        return Reply(200, person.photo, (("Content-Type", kind),))

    # -- OAuth -----------------------------------------------------------------------------------

    def _consent(self, request: Request) -> Reply:
        """The consent page: the user agrees at once, and the browser is sent on to redirect_uri."""
        query = {key: values[0] for key, values in parse_qs(urlsplit(request.path).query).items()}
        code = f"code-{len(self._codes)}"
        self._codes[code] = query
        back = {"state": query["state"], "code": code, "scope": query["scope"]}
        return Reply(302, headers=(("Location", f"{query['redirect_uri']}?{urlencode(back)}"),))

    def _token(self, request: Request) -> Reply:
        self.logins += 1
        form = {key: values[0] for key, values in parse_qs(request.body.decode()).items()}
        if self.faults.revoked:
            return _json(
                {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400
            )
        answer: JSON = {"access_token": f"access-{self.logins}", "expires_in": 3599, "token_type": "Bearer"}
        if form.get("grant_type") == "refresh_token":
            return _json(answer)
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if asked is None or asked.get("code_challenge") != challenge.decode().rstrip("="):
            return _json({"error": "invalid_grant", "error_description": "Bad code or code verifier."}, 400)
        answer["scope"] = asked["scope"] if self.faults.granted is None else self.faults.granted
        if asked.get("access_type") == "offline" and not self.faults.withhold_refresh_token:
            answer["refresh_token"] = "refresh-1"
        return _json(answer)

    # -- methods ---------------------------------------------------------------------------------

    def list_connections(self, call: "Call") -> JSON:
        if call.resource != "people/me":
            raise invalid("Resource name must be people/me.")
        mask = call.mask("personFields")
        names = [name for name in self.book.people if name not in self.faults.hidden]
        return self._list(call, "connections", names, lambda name: self._shown(name, mask, call, True))

    def list_others(self, call: "Call") -> JSON:
        mask = call.mask("readMask")
        extra = set(mask) - {"emailAddresses", "metadata", "names", "phoneNumbers", "photos"}
        if extra:
            raise invalid(f"Invalid readMask for other contacts: {sorted(extra)}")
        names = list(self.book.others)
        return self._list(call, "otherContacts", names, lambda name: self._shown(name, mask, call, True))

    def _shown(self, name: str, mask: tuple[str, ...], call: "Call", listing: bool = False) -> JSON:
        return self.book.render(name, mask, tuple(call.query.get("sources", ())), listing)

    def _list(self, call: "Call", key: str, names: list[str], show: Callable[[str], JSON]) -> JSON:
        """Pages and sync tokens: a token only stands on the last page, and all other parameters must stay the same."""
        fixed = json.dumps(
            {k: v for k, v in call.query.items() if k not in ("syncToken", "pageToken")}, sort_keys=True
        )
        token = call.one("syncToken")
        since = self._since(key, token, fixed) if token else None
        if since is not None:
            names = self._changed(since, key)
        size = int(call.one("pageSize") or 0) or 100
        start = int(call.one("pageToken").removeprefix("page-") or 0) if call.one("pageToken") else 0
        rows = [
            self._in_sync(name, show) if since is not None else show(name)
            for name in names[start : start + size]
        ]
        answer: JSON = {key: rows} if rows else {}
        answer["totalSize" if key == "otherContacts" else "totalItems"] = len(names)
        if start + size < len(names):
            answer["nextPageToken"] = f"page-{start + size}"
        elif call.one("requestSyncToken") == "true":
            clock = self._visible if self.faults.delayed else self.book.clock
            answer["nextSyncToken"] = f"sync-{key}-{clock}-{len(self.tokens)}"
            self.tokens[answer["nextSyncToken"]] = {"fixed": fixed, "clock": clock}
        return answer

    def _since(self, key: str, token: str, fixed: str) -> int:
        if self.faults.expired and token in self.tokens:
            refusal, self.faults.expired = self.faults.expired, None
            self.tokens.clear()
            raise refusal
        known = self.tokens.get(token)
        if known is None or not token.startswith(f"sync-{key}-"):
            raise invalid("Sync token is invalid.")
        if known["fixed"] != fixed:
            raise invalid("Request parameters must match the first call that provided the sync token.")
        return int(known["clock"])

    def _changed(self, since: int, key: str) -> list[str]:
        until = self._visible if self.faults.delayed else self.book.clock
        kept = self.book.others if key == "otherContacts" else self.book.people
        seen = dict.fromkeys(name for at, name in self.book.changes if since < at <= until)
        renamed = {old for name in seen if name in kept for old in kept[name].previous}
        other = self.book.people if key == "otherContacts" else self.book.others
        return [name for name in seen if name not in renamed and name not in other]

    def _in_sync(self, name: str, show: Callable[[str], JSON]) -> JSON:
        if name not in self.book.people and name not in self.book.others:
            return self.book.tombstone(name)
        shown = show(name)
        previous = (self.book.people.get(name) or self.book.others[name]).previous
        if previous and "metadata" in shown:
            shown["metadata"]["previousResourceNames"] = list(previous)
        return shown

    def get_person(self, call: "Call") -> JSON:
        name = self.book.resolve(call.resource)
        if not name:
            raise not_found(call.resource)
        return self._shown(name, call.mask("personFields"), call)

    def get_many(self, call: "Call") -> JSON:
        names = call.query.get("resourceNames", [])
        if not 1 <= len(names) <= 200:
            raise invalid("Requests may have 1 to 200 resource names")
        mask, responses = call.mask("personFields"), []
        for asked in names:
            name = self.book.resolve(asked)
            row: JSON = {
                "requestedResourceName": asked,
                "status": {} if name else {"code": 5, "message": "Not found"},
            }
            responses.append(row | ({"person": self._shown(name, mask, call)} if name else {}))
        return {"responses": responses}

    def create_person(self, call: "Call") -> JSON:
        return self._shown(self.book.create(call.body), call.mask("personFields", ""), call)

    def update_person(self, call: Call) -> JSON:
        name = self.book.update(call.resource, call.body, call.mask("updatePersonFields"))
        if self.faults.rename_on_update:  # the new e-mail address belongs to a profile
            name = self.book.rename(name)
        return self._shown(name, call.mask("personFields", ""), call)

    def delete_person(self, call: "Call") -> JSON:
        self.book.delete(call.resource)
        return {}

    def update_photo(self, call: "Call") -> JSON:
        try:
            content = base64.b64decode(call.body.get("photoBytes", ""), validate=True)
        except binascii.Error:
            raise invalid("photoBytes is not base64") from None
        self.book.set_photo(call.resource, content)
        return self._photo_answer(
            call, call.body.get("personFields", ""), tuple(call.body.get("sources", ()))
        )

    def delete_photo(self, call: "Call") -> JSON:
        self.book.set_photo(call.resource, None)
        return self._photo_answer(call, call.one("personFields"), tuple(call.query.get("sources", ())))

    def _photo_answer(self, call: "Call", fields: str, sources: tuple[str, ...]) -> JSON:
        mask = tuple(part for part in fields.split(",") if part)
        return {"person": self.book.render(call.resource, mask, sources)} if mask else {}

    def batch_create(self, call: "Call") -> JSON:
        rows = call.batch("contacts", 200)
        names = [self.book.create(row["contactPerson"]) for row in rows]
        mask = call.body_mask("readMask")
        return {"createdPeople": [self._response(name, mask) for name in names]} if mask else {}

    def batch_update(self, call: "Call") -> JSON:
        rows: JSON = call.batch("contacts", 200)
        for name, person in rows.items():
            self.book.check_etag(name, person)  # one stale etag fails the whole batch
        for name, person in rows.items():
            self.book.update(name, person, call.body_mask("updateMask"))
        mask = call.body_mask("readMask")
        return {"updateResult": {name: self._response(name, mask) for name in rows}} if mask else {}

    def batch_delete(self, call: "Call") -> JSON:
        names = call.batch("resourceNames", 500)
        missing = [name for name in names if name not in self.book.people]
        if missing:
            raise not_found(missing[0])
        for name in names:
            self.book.delete(name)
        return {}

    def _response(self, name: str, mask: tuple[str, ...]) -> JSON:
        return {"httpStatusCode": 200, "status": {}, "person": self.book.render(name, mask, ())}


def _json(answer: JSON, status: int = 200) -> Reply:
    return Reply(status, json.dumps(answer).encode(), (("Content-Type", "application/json; charset=UTF-8"),))


def _refuse(refusal: Refused) -> Reply:
    reply = _json(refusal.body(), refusal.status)
    if refusal.retry_after is not None:
        reply.headers = (*reply.headers, ("Retry-After", refusal.retry_after))
    return reply


def _list_groups(server: PeopleServer, call: Call) -> JSON:
    book, token = server.book, call.one("syncToken")
    since = int(token.removeprefix("groups-")) if token else 0
    rows = [group for group in book.groups.values() if int(group["etag"][1:]) > since]
    for at, resource in book.gone_groups if token else ():
        if at > since:
            rows.append({"resourceName": resource, "metadata": {"deleted": True}})
    size, start = int(call.one("pageSize") or 0) or 30, int(call.one("pageToken") or 0)
    answer: JSON = {"contactGroups": rows[start : start + size], "totalItems": len(rows)}
    if start + size < len(rows):
        return {**answer, "nextPageToken": str(start + size)}
    return {**answer, "nextSyncToken": f"groups-{book.clock}"}


def _get_group(server: PeopleServer, call: Call) -> JSON:
    group = server.book.groups.get(call.resource)
    if group is None:
        raise not_found(call.resource)
    members = [
        name
        for name, person in server.book.people.items()
        if call.resource in json.dumps(person.data.get("memberships", []))
    ]
    shown = members[: int(call.one("maxMembers") or 0)]
    return {**group, "memberCount": len(members)} | ({"memberResourceNames": shown} if shown else {})


def _create_group(server: PeopleServer, call: Call) -> JSON:
    return server.book.create_group(call.body["contactGroup"]["name"])


ROUTES: dict[str, Callable[[PeopleServer, Call], JSON]] = {
    "people.connections.list": PeopleServer.list_connections,
    "people.get": PeopleServer.get_person,
    "people.getBatchGet": PeopleServer.get_many,
    "people.createContact": PeopleServer.create_person,
    "people.updateContact": PeopleServer.update_person,
    "people.deleteContact": PeopleServer.delete_person,
    "people.updateContactPhoto": PeopleServer.update_photo,
    "people.deleteContactPhoto": PeopleServer.delete_photo,
    "people.batchCreateContacts": PeopleServer.batch_create,
    "people.batchUpdateContacts": PeopleServer.batch_update,
    "people.batchDeleteContacts": PeopleServer.batch_delete,
    "contactGroups.list": _list_groups,
    "contactGroups.get": _get_group,
    "contactGroups.create": _create_group,
    "otherContacts.list": PeopleServer.list_others,
}

assert set(ROUTES) <= {method.name for method in methods()}
