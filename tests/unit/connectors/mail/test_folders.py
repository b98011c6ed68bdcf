"""What folders and labels are for."""

import pytest

from kith.connector.mail import folders


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Sent", "sent"), ("Sent Items", "sent"), ("Gesendet", "sent"), ("Gesendete Objekte", "sent"),
        ("Gesendete Elemente", "sent"), ("Envoyés", "sent"), ("Éléments envoyés", "sent"), ("Enviados", "sent"),
        ("Posta inviata", "sent"), ("Verzonden items", "sent"), ("Отправленные", "sent"), ("已发送", "sent"),
        ("Sent.mbox", "sent"), ("Sent-1", "sent"), ("SENT", "sent"), ("Sent.sbd", "sent"),
        ("Spam", "junk"), ("Junk-E-Mail", "junk"), ("Unerwünscht", "junk"),
        ("Papierkorb", "trash"), ("Deleted Items", "trash"), ("Corbeille", "trash"),
        ("Entwürfe", "drafts"), ("Drafts", "drafts"), ("Outbox", "drafts"),
        ("INBOX", "other"), ("Sentinel", "other"), ("", "other"), ("Familie", "other"),
    ],
)  # fmt: skip
def test_named(name, kind):
    assert folders.named(name) == kind


def test_a_folder_inside_another_is_of_its_kind():
    assert folders.kind(["Trash", "Sent"]) == "trash"
    assert folders.kind(["Sent", "2020"]) == "sent"
    assert folders.kind(["Familie", "2020"]) == "other"


def test_flags_and_labels():
    assert folders.flagged(["\\HasNoChildren", "\\Sent"]) == "sent"
    assert folders.flagged(["\\HasNoChildren"]) == ""
    assert folders.labelled(["Wichtig", "Gesendet"]) == "sent"
    assert folders.labelled(["Gesendet", '"Papierkorb"']) == "trash"
    assert folders.labelled(["Posteingang"]) == "other"


def test_utf7():
    assert folders.utf7("Entw&APw-rfe") == "Entwürfe"
    assert folders.utf7("A &- B") == "A & B"
    assert folders.utf7("broken &AP-") == "broken &AP-"
    assert folders.utf7("plain") == "plain"
