"""What is no export is refused whole, with the file, the reason and what to do; nothing of it is imported."""

import io
import zipfile

import pytest

from kith.connector.api import PullRequest
from kith.connector.errors import BadSource
from kith.connector.info import Opening
from kith_connectors.linkedin import INFO
from kith_connectors.linkedin.settings import LinkedInSettings

HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ROW = "Anna,Beispiel,https://www.linkedin.com/in/anna-{0},,Beispiel GmbH,Chefin,05 Mar 2024\n"


def zipped(**members: bytes | str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("_", ".").replace("..", "/"), content)
    return data.getvalue()


def good() -> bytes:
    return zipped(Connections_csv=HEADER + "".join(ROW.format(n) for n in range(300)))


def broken_crc() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as made:
        made.writestr("Connections.csv", HEADER + ROW)
    return data.getvalue().replace(b"Chefin", b"Kochin")


CASES = {
    "wrong zip": (lambda: zipped(Photos_txt="x", messages_csv="y"), "Photos.txt, messages.csv", "Get a copy"),
    "html in a zip": (lambda: zipped(index_html="<html>"), "index.html", "web pages cannot be read"),
    "zip in a zip": (lambda: zipped(export_zip=good()), "export.zip", "zip inside a zip"),
    "html": (lambda: b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page", "Get a copy"),
    "another table": (lambda: b"Name,Amount\nAnna,3\n", "begins with ['Name,Amount']", "Get a copy"),
    "google table": (
        lambda: b"First Name,Last Name,E-mail 1 - Value\nA,B,a@example.org\n",
        "begins with",
        "Get a copy",
    ),
    "empty": (lambda: b"", "not the table", "Get a copy"),
    "truncated zip": (lambda: good()[:-200], "not a complete zip", "download the export again"),
    "damaged zip": (broken_crc, "Connections.csv is damaged", "download the export again"),
    "cut off in a cell": (
        (HEADER + ROW + 'Bernd,"Wei'),
        "cut off inside a quoted",
        "export the file again",
    ),
    "cut off in a row": (
        (HEADER + ROW * 2 + "Bernd,Wei"),
        "cut off in its last row",
        "export the file",
    ),
    "zero bytes": ((HEADER + "A\0,B,,,,,\n"), "not a text file", "export the file again"),
    "a long line": (
        (HEADER + ROW * 20 + "A," * 700_000 + "\n"),
        "characters long",
        "not a list of contacts",
    ),
    "a long header": (
        ("First Name,Last Name,Connected On," + "x," * 300_000),
        "columns",
        "not a list",
    ),
    "a huge cell": (
        (HEADER + 'A,"' + ("x" * 999 + "\n") * 300 + '",,,,,\n'),
        "line 133 cannot",
        "again",
    ),
    "bomb": (
        lambda: zipped(Connections_csv=HEADER + "A,B,,,,,\n" * 1_200_000),
        "far more than it is",
        "not an export",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_refused_with_reason_and_remedy(tmp_path, case):
    make, message, remedy = CASES[case]
    path = tmp_path / "export"
    content = make() if callable(make) else make
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    source = INFO.open(LinkedInSettings(path=str(path)), Opening("linkedin"))
    pulled = source.pull(PullRequest())
    with pytest.raises(BadSource) as raised:
        next(pulled)
    assert str(path) in raised.value.message
    assert message in raised.value.message
    assert remedy in raised.value.remedy


def test_a_missing_file_is_no_empty_list(tmp_path):
    source = INFO.open(LinkedInSettings(path=str(tmp_path / "gone.zip")), Opening("linkedin"))
    for call in (lambda: list(source.pull(PullRequest())), source.check):
        with pytest.raises(BadSource, match=r"gone\.zip cannot be read"):
            call()


def test_a_folder_without_export(tmp_path):
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    source = INFO.open(LinkedInSettings(path=str(tmp_path)), Opening("linkedin"))
    with pytest.raises(BadSource, match="holds no export of LinkedIn"):
        source.check()


def test_mixed_encodings_are_read_line_by_line_and_told(tmp_path):
    path = tmp_path / "Connections.csv"
    path.write_bytes(
        HEADER.encode()
        + "Jörg,Weiß,https://www.linkedin.com/in/a,,,,1 Jan 2020\n".encode()
        + "Zoë,Groß,https://www.linkedin.com/in/b,,,,1 Jan 2020\n".encode("cp1252")
    )
    source = INFO.open(LinkedInSettings(path=str(path)), Opening("linkedin"))
    pages = list(source.pull(PullRequest()))
    assert [record.contact.full_name for record in pages[0].records] == ["Jörg Weiß", "Zoë Groß"]
    assert "1 lines are Windows-1252 among 1 of UTF-8" in pages[-1].skipped[0]


def test_members_outside_the_zip_and_of_macos_are_not_looked_at(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("../../Connections.csv", HEADER + ROW.format("evil"))
        made.writestr("__MACOSX/._Connections.csv", b"\0\5\x16\7")
        made.writestr("export/Connections.csv", HEADER + ROW.format("good"))
    pages = list(INFO.open(LinkedInSettings(path=str(path)), Opening("linkedin")).pull(PullRequest()))
    assert [record.key.remote_id for record in pages[0].records] == ["https://www.linkedin.com/in/anna-good"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (good(), True),
        ((HEADER + ROW).encode(), True),
        (b'Notes:\n"x, y"\n\n' + (HEADER + ROW).encode(), True),
        (b"Vorname,Nachname,Verbunden am\nA,B,1.1.2020\n", True),
        (zipped(messages_csv="x"), False),
        (zipped(Connections_csv="a,b\n1,2\n"), False),
        (b"First Name,Last Name,E-mail 1 - Value\nA,B,a@example.org\n", False),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n", False),
        (b"PK\x03\x04broken", False),
        (b"<html>First Name,Last Name,Connected On</html>", False),
        (b"", False),
    ],
)
def test_recognized_by_content_under_any_name(tmp_path, data, expected):
    path = tmp_path / "download.bin"
    path.write_bytes(data)
    assert INFO.recognizes(path) is expected
