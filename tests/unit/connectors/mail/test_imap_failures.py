"""IMAP servers that refuse, break off, or answer in their own way: a scripted server on loopback."""

import socket
import sys
import threading
from contextlib import suppress

import pytest
from pydantic import ValidationError

from kith.connector.api import PullRequest
from kith.connector.errors import AuthenticationFailed, BadReply, RateLimited, Unreachable, WrongPlace
from kith.connector.info import Opening
from kith_connectors.imap import INFO
from letters import ME, people

GREETING = b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"
HEADER = b"From: Jo <jo@example.org>\r\nTo: %s@x.example\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\n\r\n"


def row(uid, name, key=b"BODY[HEADER.FIELDS (FROM TO)]"):
    text = HEADER % name
    return b"* %d FETCH (UID %d %s {%d}\r\n%s)\r\n" % (uid, uid, key, len(text), text)


class Scripted:
    """Answers commands by their first words; a word of the script is the untagged part, None hangs up."""

    def __init__(self, greeting=GREETING, **script):
        self.greeting, self.seen = greeting, []
        self.script = {
            "LOGIN": b"", "AUTHENTICATE": b"", "CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
            "LIST": b'* LIST (\\Sent) "/" Post\r\n', "EXAMINE": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 3] x\r\n",
            "UID SEARCH": b"* SEARCH 1 2\r\n", "UID FETCH": row(1, b"anna") + row(2, b"bo"), "LOGOUT": b"* BYE\r\n",
        } | {name.replace("_", " "): answer for name, answer in script.items()}  # fmt: skip
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with suppress(OSError), connection, connection.makefile("rb") as lines:
            if self.greeting is None:
                lines.readline()
                return
            connection.sendall(self.greeting)
            for line in lines:
                tag, _, command = line.strip().partition(b" ")
                words = command.decode("utf-8", "replace").upper()
                name = next((name for name in self.script if words.startswith(name)), "")
                self.seen.append(name)
                if name == "AUTHENTICATE":
                    connection.sendall(b"+ \r\n")
                    lines.readline()
                answer = self.script.get(name, b"")
                if answer is None:
                    return
                done = b"" if answer.startswith(b"!") else tag + b" OK done\r\n"
                connection.sendall(answer.removeprefix(b"!").replace(b"TAG", tag) + done)

    def close(self):
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@pytest.fixture
def serve():
    """Starts a scripted server and opens an account on it: (account, server)."""
    made = []

    def start(greeting=GREETING, settings=None, **script):
        server = Scripted(greeting, **script)
        keys = {
            "host": "127.0.0.1",
            "port": server.port,
            "security": "none",
            "username": ME,
            "password": "s3cret",
            "timeout": 5,
        }
        account = INFO.open(INFO.settings(**(keys | (settings or {}))), Opening("mail"))
        made.extend((account, server))
        return account, server

    yield start
    for item in made:
        item.close()


def refused(account, kind):
    with pytest.raises(kind, match='account "mail"') as caught:
        list(account.pull(PullRequest()))
    assert caught.value.remedy
    assert "s3cret" not in caught.value.message + caught.value.remedy
    return caught.value


def test_the_script_itself_works(serve):
    account, _ = serve()
    assert people(account)[0] == {"anna@x.example": "", "bo@x.example": ""}


def test_nobody_listens(serve):
    account, server = serve()
    server.close()
    assert "nothing was changed" in refused(account, Unreachable).remedy


def test_another_service_answers(serve):
    account, _ = serve(greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n")
    assert "no IMAP server" in refused(account, WrongPlace).message


def test_a_busy_server(serve):
    account, _ = serve(greeting=b"* BYE too many connections\r\n")
    refused(account, Unreachable)


def test_a_silent_server(serve):
    account, _ = serve(greeting=None, settings={"timeout": 0.1})
    refused(account, Unreachable)


def test_a_login_refused_for_now_is_not_a_wrong_password(serve):
    account, _ = serve(AUTHENTICATE=b"!TAG NO [UNAVAILABLE] Temporary failure\r\n")
    refused(account, RateLimited)


def test_a_login_refused_for_good(serve):
    account, _ = serve(AUTHENTICATE=b"!TAG NO [AUTHENTICATIONFAILED] no\r\n")
    assert "app password" in refused(account, AuthenticationFailed).remedy


def test_an_old_server_takes_login_but_only_ascii(serve):
    old = {"greeting": b"* OK [CAPABILITY IMAP4rev1] ready\r\n", "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n"}
    account, server = serve(**old)
    assert people(account)[0]
    assert "LOGIN" in server.seen
    account, server = serve(**old, settings={"password": "gehéim"})
    refused(account, AuthenticationFailed)
    assert "LOGIN" not in server.seen


def test_encryption_that_is_not_offered(serve):
    account, server = serve(settings={"security": "starttls"})
    assert "security" in refused(account, WrongPlace).remedy
    assert "AUTHENTICATE" not in server.seen


@pytest.mark.parametrize("command", ["LIST", "EXAMINE", "UID_SEARCH", "UID_FETCH"])
def test_a_connection_that_breaks_in_the_middle_gives_nothing(serve, command):
    account, _ = serve(**{command: None})
    refused(account, Unreachable)


def test_the_same_account_can_be_tried_again_after_a_break(serve):
    account, server = serve(UID_FETCH=None)
    refused(account, Unreachable)
    server.script["UID FETCH"] = row(1, b"anna")
    assert people(account)[0] == {"anna@x.example": ""}


@pytest.mark.parametrize("command", ["LIST", "UID_SEARCH", "UID_FETCH"])
def test_an_answer_that_makes_no_sense(serve, command):
    account, _ = serve(**{command: b"!TAG BAD what?\r\n"})
    refused(account, BadReply)


def test_a_folder_that_vanishes_between_list_and_examine_is_said(serve):
    account, _ = serve(EXAMINE=b"!TAG NO [NONEXISTENT] no such mailbox\r\n")
    _, _, pages = people(account)
    assert "cannot be opened" in pages[-1].skipped[0]
    assert pages[-1].listed == {}, "who is missing may only be unreadable"
    account, server = serve(EXAMINE=b"!TAG NO [NONEXISTENT] no such mailbox\r\n")
    listing = account._folders()
    server.script["LIST"] = b""
    account._folders = lambda: listing
    _, _, pages = people(account)
    assert "vanished" in pages[-1].skipped[0]


def test_fields_repeated_in_the_servers_own_spelling(serve):
    account, _ = serve(
        UID_FETCH=row(1, b"anna", b'BODY[HEADER.FIELDS ("From" "To")]') + b"* 2 FETCH (UID 2 FLAGS ())\r\n"
    )
    assert people(account)[0] == {"anna@x.example": ""}


NO_UIDNEXT = b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n"


def test_without_uidnext_the_last_message_is_not_read_again(serve):
    account, server = serve(EXAMINE=NO_UIDNEXT)
    _, cursor, _ = people(account)
    server.script["UID SEARCH"] = b"* SEARCH 2\r\n"  # what 3:* means where 2 is the last
    server.seen.clear()
    found, again, _ = people(account, cursor)
    assert (found, again) == ({}, cursor)
    assert server.seen == ["LIST", "EXAMINE", "UID SEARCH"]


def test_an_unchanged_highestmodseq_spares_the_search(serve):
    account, server = serve(EXAMINE=NO_UIDNEXT + b"* OK [HIGHESTMODSEQ 90] x\r\n")
    _, cursor, _ = people(account)
    server.seen.clear()
    assert people(account, cursor)[1] == cursor
    assert server.seen == ["LIST", "EXAMINE"]


def test_without_uidvalidity_all_is_read_again_each_time(serve):
    account, server = serve(EXAMINE=b"* 2 EXISTS\r\n* OK [UIDNEXT 3] x\r\n")
    _, cursor, _ = people(account)
    server.seen.clear()
    assert people(account, cursor)[0] == {}
    assert "UID FETCH" in server.seen


def test_clear_text_to_another_machine_is_refused_by_the_settings():
    keys = {"host": "imap.example.org", "username": ME, "password": "x", "security": "none"}
    with pytest.raises(ValidationError, match="clear text"):
        INFO.settings(**keys)
    assert INFO.settings(**keys, insecure=True).address == ("imap.example.org", 143)
    for host in ("localhost", "127.0.0.1", "::1", "[::1]"):
        assert INFO.settings(**(keys | {"host": host}))
    assert INFO.settings(**(keys | {"security": "tls"})).address == ("imap.example.org", 993)


def test_settings_never_show_the_password():
    settings = INFO.settings(host="imap.example.org", username=ME, password="s3cret")
    assert "s3cret" not in repr(settings)
    with pytest.raises(ValidationError, match="control characters"):
        INFO.settings(host="imap.example.org", username="jo\r\nA1 DELETE x", password="x")


def test_the_library_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "imapclient", None)
    with pytest.raises(WrongPlace) as caught:
        INFO.open(INFO.settings(host="imap.example.org", username=ME, password="x"), Opening("mail"))
    assert caught.value.remedy == "pip install 'kith-contacts[imap]'"
