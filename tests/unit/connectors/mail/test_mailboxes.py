"""Which IMAP folders are read."""

from kith_connectors.imap.mailboxes import Folder, Listed, chosen


def rows(*names, **flags):
    return [Listed(frozenset(flags.get(name, "").split()), "/", name) for name in names]


def pick(*names, foreign=(), only=(), sent=(), **flags):
    return [(folder.name, folder.kind) for folder in chosen(rows(*names, **flags), foreign, only, sent)]


def test_by_flag_before_name():
    assert pick("Sent", "Ausgang", Ausgang="\\sent") == [("Ausgang", "sent"), ("Sent", "sent")]
    assert pick("Sent", Sent="\\junk") == []


def test_what_cannot_or_need_not_be_opened():
    flags = {"A": "\\noselect", "B": "\\nonexistent", "C": "\\flagged", "D": "\\important"}
    assert pick("A", "B", "C", "D", "INBOX", **flags) == [("INBOX", "other")]


def test_folders_below_a_special_one():
    assert pick("Weg", "Weg/Sent", "Sent/Weg/x", Weg="\\trash") == [("Sent/Weg/x", "sent")]


def test_gmail():
    names = ("INBOX", "[Gmail]/Alle Nachrichten", "[Gmail]/Gesendet", "[Gmail]/Spam", "Label")
    flags = {names[1]: "\\all", names[2]: "\\sent", names[3]: "\\junk"}
    assert pick(*names, **flags) == [("[Gmail]/Gesendet", "sent"), ("[Gmail]/Alle Nachrichten", "all")]


def test_folders_of_others_are_not_mine():
    assert pick("INBOX", "Shared/boss/Sent", foreign=("Shared/",)) == [("INBOX", "other")]


def test_the_users_word():
    assert pick("INBOX", "Weg", sent=("Weg",)) == [("Weg", "sent"), ("INBOX", "other")]
    assert pick("INBOX", "Trash", only=("Trash",)) == [("Trash", "trash")]


def test_without_a_delimiter():
    found = chosen([Listed(frozenset(), "", "Sent/Trash")], (), (), ())
    assert found == [Folder("Sent/Trash", "other")]
