"""The IMAP account against a real Dovecot: folders, increments, logins, encryption, and what it asks of the server."""

import base64
import logging

import pytest

import sample_mailbox as sample
from kith.connector.errors import AuthenticationFailed, CursorExpired, WrongPlace
from kith.connector.info import Opening
from kith.connector.secrets import Secret
from kith.model.record import RecordKey
from kith_connectors.imap import INFO, connector
from letters import ME, NOON, letter, people
from servers.dovecot import PASSWORD, dovecot, token

__all__ = ["dovecot"]
pytestmark = pytest.mark.interop

ALIAS = "Jo <alias@y.example>"
ANNA = "Anna Schmidt <anna@x.example>"


@pytest.fixture
def box(dovecot):
    return dovecot.mailbox()


@pytest.fixture
def open_box(box):
    """Opens the mailbox anew, with settings by keyword; closes all at the end."""
    opened = []

    def account(me=(ME,), **settings):
        keys = {
            "host": "127.0.0.1", "port": box.server.port, "security": "none", "username": box.user, "password": PASSWORD,
        }  # fmt: skip
        opened.append(INFO.open(INFO.settings(**(keys | settings)), Opening("mail", me=frozenset(me))))
        return opened[-1]

    yield account
    for source in opened:
        source.close()


def commands(box):
    """The commands after login that the server saw, without LIST and LOGOUT."""
    return [line for line in box.commands() if not line.startswith(("LIST", "NAMESPACE", "LOGOUT"))]


def test_sent_by_flag_by_name_and_below_and_nothing_from_junk_trash_drafts(box, open_box):
    for folder, name in {
        "Verschickt": "flag", "Gesendete Objekte": "german", "Отправленные": "russian", "Sent/2020": "below",
        "Muell": "junk", "Papierkorb": "bin", "Entwürfe": "draft", "Muell/alt": "junk-below",
    }.items():  # fmt: skip
        box.put(folder, letter(ALIAS, to=f"{name}@x.example"))
    box.put("INBOX", letter("Flora Flag <flag@x.example>", to="alias@y.example"), letter("Eve <e@x.example>"))
    found, _, pages = people(open_box(me=()))
    assert found == {
        "flag@x.example": "Flora Flag", "german@x.example": "", "russian@x.example": "", "below@x.example": "",
    }  # fmt: skip
    assert pages[-1].listed == {"": frozenset(found)}


def test_exactly_the_people_of_the_sample(box, open_box):
    for folder, items in {
        "INBOX": sample.INBOX, "Gesendet": sample.SENT, "Papierkorb": sample.BIN, "Muell": sample.SPAM, "Drafts": sample.DRAFTS,
    }.items():  # fmt: skip
        box.put(folder, *items)
    assert people(open_box(addresses=("jo.b@firm.example",)))[0] == sample.PEOPLE


def test_a_folder_with_all_mail_makes_the_others_needless(box, open_box):
    box.put("Verschickt", letter(ALIAS, to=ANNA))
    box.put("Everything", letter(ALIAS, to=ANNA), letter(ALIAS, to="bo@x.example", when=NOON + 5))
    box.put("INBOX", letter(ALIAS, to="inbox@x.example"))
    box.watch()
    found, _, _ = people(open_box(me=("alias@y.example",)))
    assert found == {"anna@x.example": "Anna Schmidt", "bo@x.example": ""}
    assert [line for line in commands(box) if line.startswith("EXAMINE")] == [
        'EXAMINE "Verschickt"', 'EXAMINE "Everything"',
    ]  # fmt: skip


def test_only_headers_are_fetched_and_nothing_is_marked_as_read(box, open_box):
    box.put("Sent", letter(to=ANNA), letter(to=ANNA, when=NOON + 1))
    box.watch()
    people(open_box())
    seen = commands(box)
    assert [line.split()[0] for line in seen] == ["EXAMINE", "UID", "UID", "EXAMINE"]
    assert seen[2].startswith("UID FETCH 1,2 (BODY.PEEK[HEADER.FIELDS (FROM TO CC")
    assert "SUBJECT" not in seen[2]
    with box.client() as client:
        client.select_folder("Sent")
        assert client.search(["UNSEEN"]) == [1, 2]


def test_a_run_without_new_mail_asks_one_examine_for_each_folder(box, open_box):
    box.put("Sent", letter(to=ANNA))
    _, cursor, _ = people(open_box())
    box.watch()
    found, again, pages = people(open_box(), cursor)
    assert (found, again, pages[-1].gone, pages[-1].listed) == ({}, cursor, (), {})
    assert sorted(commands(box)) == ['EXAMINE "INBOX"', 'EXAMINE "Sent"']


def test_one_new_mail_is_one_message_fetched(box, open_box):
    box.put("Sent", *(letter(to=ANNA, when=NOON + n) for n in range(5)))
    _, cursor, _ = people(open_box())
    box.put("Sent", letter(to="Bo <bo@x.example>", when=NOON + 99))
    box.watch()
    found, cursor, _ = people(open_box(), cursor)
    assert found == {"bo@x.example": "Bo"}
    fetches = [line for line in commands(box) if "FETCH" in line]
    assert len(fetches) == 1
    assert fetches[0].startswith("UID FETCH 6 ")
    assert people(open_box(), cursor)[0] == {}


def test_more_mail_from_the_same_person_is_no_change_of_the_person(box, open_box):
    box.put("Sent", letter(to=ANNA))
    _, cursor, _ = people(open_box())
    box.put("INBOX", letter(ANNA, to=ME, when=NOON + 60))
    found, cursor, _ = people(open_box(), cursor)
    assert found == {}
    assert people(open_box(), cursor)[1] == cursor


def test_a_folder_made_anew_is_read_again_and_counts_no_message_twice(box, open_box):
    messages = [letter(to=ANNA, when=NOON + n) for n in range(3)]
    box.put("Sent", *messages)
    _, cursor, _ = people(open_box())
    box.delete("Sent")
    box.put("Sent", letter(to="Bo <bo@x.example>", when=NOON + 50), *messages)
    found, cursor, pages = people(open_box(), cursor)
    assert found == {"bo@x.example": "Bo"}
    assert pages[-1].gone == ()
    assert '"anna@x.example":[[1700000000,1700000001,1700000002],[],' in cursor


def test_a_message_moved_to_another_folder_counts_once(box, open_box):
    box.put("Archive/2020", letter(ANNA, to=ME, when=NOON))
    box.put("Sent", letter(to="x@x.example"))
    _, cursor, _ = people(open_box())
    with box.client() as client:
        client.select_folder("Archive/2020")
        client.move([1], "INBOX")
    _, cursor, _ = people(open_box(), cursor)
    assert '"anna@x.example":[[],[1700000000],' in cursor


def test_a_folder_that_is_gone_deletes_nobody(box, open_box):
    box.put("Sent", letter(to=ANNA))
    box.put("Sent/2020", letter(to="old@x.example"))
    _, cursor, _ = people(open_box())
    box.delete("Sent/2020")
    found, cursor, pages = people(open_box(), cursor)
    assert (found, pages[-1].gone, pages[-1].listed) == ({}, (), {})
    assert "old@x.example" in cursor


def test_many_messages_come_in_chunks_and_windows(box, open_box, monkeypatch):
    monkeypatch.setattr(connector, "CHUNK", 4)
    monkeypatch.setattr(connector, "WINDOW", 5)
    box.put("Sent", *(letter(to=f"p{n:02}@x.example", when=NOON + n) for n in range(17)))
    with box.client() as client:
        client.select_folder("Sent")
        client.delete_messages([3, 9])
        client.expunge()
    found, cursor, _ = people(open_box())
    assert list(found) == [f"p{n:02}@x.example" for n in range(17) if n not in (2, 8)]
    box.put("Sent", letter(to="late@x.example"))
    assert list(people(open_box(), cursor)[0]) == ["late@x.example"]


def test_folders_and_sent_by_the_users_word(box, open_box):
    box.put("Rausgegangen", letter(ALIAS, to=ANNA))
    box.put("Sent", letter(ALIAS, to="bo@x.example"))
    assert list(people(open_box(me=(), folders=("Rausgegangen",), sent=("Rausgegangen",)))[0]) == [
        "anna@x.example"
    ]
    with pytest.raises(WrongPlace, match='account "mail": there is no folder "Absent"') as caught:
        people(open_box(folders=("Absent",)))
    assert "Rausgegangen" in caught.value.remedy


def test_the_login_is_one_of_my_addresses(box, open_box):
    box.put("INBOX", letter(f"Jo <{box.user}>", to=ANNA), letter(f"Jo <{box.user}>", to=box.user))
    assert list(people(open_box(me=()))[0]) == ["anna@x.example"]


def test_other_rules_make_the_cursor_expire(box, open_box):
    box.put("Sent", letter(to=ANNA))
    _, cursor, _ = people(open_box())
    for other in ({"min_messages": 2}, {"folders": ("Sent",)}, {"sent": ("INBOX",)}):
        with pytest.raises(CursorExpired):
            people(open_box(**other), cursor)


def test_odd_headers_survive_the_way_over_the_server(box, open_box):
    raw = (
        b'From: "M\xfcller, Bernd" <b@x.example>\nTo: '
        + ME.encode()
        + b"\nDate: 14 Nov 2087 12:00:00 +0000\n\nHi\n"
    )
    folded = letter(to="=?utf-8?Q?J=C3=BC?=\n =?utf-8?Q?rgen?= Meier <j@x.example>; b@x.example")
    box.put("INBOX", raw, b"\n\nno headers at all\n", letter("", to=""))
    box.put("Sent", folded)
    assert people(open_box())[0] == {"b@x.example": "Bernd Müller", "j@x.example": "Jürgen Meier"}


def test_an_empty_mailbox(box, open_box):
    found, cursor, pages = people(open_box())
    assert (found, pages[-1].listed) == ({}, {"": frozenset()})
    assert people(open_box(), cursor)[0] == {}


def test_fetch_of_one(box, open_box):
    box.put("Sent", letter(to=ANNA))
    record = open_box().fetch(RecordKey("mail", "", "anna@x.example"))
    assert record.contact.full_name == "Anna Schmidt"


def test_check(box, open_box):
    assert open_box().check()[1] == 'no folder with sent mail was recognized: name it, sent = ["..."]'
    box.put("Gesendet", letter(to=ANNA))
    found = open_box().check()
    assert found == [
        f"logged in to 127.0.0.1 port {box.server.port} as {box.user}; 2 folders to read",
        "the mail you sent is in: Gesendet",
    ]


def test_attached_cards_only_where_asked_for(box, open_box):
    card = b"BEGIN:VCARD\nVERSION:3.0\nFN:Anna Maria Schmidt\nN:Schmidt;Anna Maria\nEMAIL:anna@x.example\nEND:VCARD\n"
    body = (
        "--b\nContent-Type: text/plain\n\nsecret\n--b\nContent-Type: text/vcard; name=a.vcf\n"
        f"Content-Transfer-Encoding: base64\n\n{base64.encodebytes(card).decode()}--b--\n"
    )
    mime = {"mime_version": "1.0", "content_type": "multipart/mixed; boundary=b"}
    box.put("INBOX", letter(ANNA, to=ME, body=body, **mime), letter("Bo <bo@x.example>", to=ME))
    box.put("Sent", letter(to="anna@x.example"))
    box.watch()
    assert list(people(open_box())[0]) == ["anna@x.example"]
    assert not [line for line in commands(box) if "BODYSTRUCTURE" in line]
    found, cursor, _ = people(open_box(attached_cards=True))
    assert found == {"anna@x.example": "Anna Schmidt", "anna@x.example#card": "Anna Maria Schmidt"}
    assert [line for line in commands(box) if "BODY.PEEK[" in line and "HEADER" not in line] == [
        "UID FETCH 1 (BODY.PEEK[2])"
    ]
    with box.client() as client:
        client.select_folder("INBOX")
        assert client.search(["UNSEEN"]) == [1, 2]
    assert people(open_box(attached_cards=True), cursor)[0] == {}


# Logins.


def test_a_wrong_password_names_account_and_remedy_and_hides_itself(open_box):
    with pytest.raises(AuthenticationFailed, match='account "mail"') as caught:
        open_box(password="Unrecht-77").check()
    assert "app password" in caught.value.remedy
    assert "Unrecht" not in caught.value.message + caught.value.remedy


def test_xoauth2(box, open_box):
    box.put("Sent", letter(to=ANNA))
    fresh = Secret(command=("printf", "%s\\n", token(box.user)))
    assert list(people(open_box(auth="xoauth2", password=fresh))[0]) == ["anna@x.example"]
    with pytest.raises(AuthenticationFailed) as caught:
        open_box(auth="xoauth2", password=token(box.user, -60)).check()
    assert "new one" in caught.value.remedy


def test_no_secret_reaches_a_log(box, open_box, caplog):
    caplog.set_level(logging.DEBUG)
    fresh = token(box.user)
    open_box().check()
    open_box(auth="xoauth2", password=fresh).check()
    assert "imapclient" in {record.name.partition(".")[0] for record in caplog.records}
    plain = base64.b64encode(f"\0{box.user}\0{PASSWORD}".encode()).decode()
    bearer = base64.b64encode(f"user={box.user}\1auth=Bearer {fresh}\1\1".encode()).decode()
    for secret in (PASSWORD, fresh, plain, bearer):
        assert secret not in caplog.text


# Encryption.


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_encrypted_connection_needs_a_trusted_certificate(box, open_box, security):
    server = box.server
    port = server.tls_port if security == "tls" else server.port
    keys = {"host": "localhost", "port": port, "security": security}
    assert open_box(**keys, ca_file=str(server.certificate)).check()
    with pytest.raises(WrongPlace, match="not trusted") as caught:
        open_box(**keys).check()
    assert "ca_file" in caught.value.remedy
    with pytest.raises(WrongPlace, match="not trusted"):
        open_box(**(keys | {"host": "127.0.0.1"}), ca_file=str(server.certificate)).check()


def test_tls_to_a_plain_port_names_the_remedy(box, open_box):
    with pytest.raises(WrongPlace) as caught:
        open_box(security="tls").check()
    assert "starttls" in caught.value.remedy


def test_a_certificate_file_that_is_not_there(open_box):
    with pytest.raises(WrongPlace, match="certificate file"):
        open_box(security="starttls", ca_file="/nowhere/ca.pem").check()
