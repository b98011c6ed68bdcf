"""Tables, dates, zips and quick constructors: what several connectors share."""

import dataclasses
import io
import struct
import zipfile

import pytest

from kith.connector.archive import Archive, is_zip
from kith.connector.drafts import quick
from kith.connector.errors import BadSource
from kith.connector.tables import as_utf8, plain_header, read_table
from kith.connector.testing import sample
from kith.connector.written_dates import iso_date
from kith.model.contact import Contact, Name, Organization
from kith.model.record import RecordKey, SourceRecord


def named(row) -> int:
    return ("a" in row) + ("b" in row)


@pytest.mark.parametrize(
    ("data", "rows", "encoding", "delimiter"),
    [
        (b"a,b\n1,2\n", [("1", "2")], "utf-8", ","),
        (b"\xef\xbb\xbfa;b\r\n1;2\r\n", [("1", "2")], "utf-8", ";"),
        ("a\tb\n1\tä\n".encode("utf-16"), [("1", "ä")], "utf-16-le", "\t"),
        ("a\tb\n1\tä\n".encode("utf-16-be"), None, "", ""),
        (b"\xfe\xff" + "a|b\n1|ä\n".encode("utf-16-be"), [("1", "ä")], "utf-16-be", "|"),
        (b"a,b\n\xe4,\x80\n", [("ä", "€")], "cp1252", ","),
        (b"a,b\r1,2\r3,4\r", [("1", "2"), ("3", "4")], "utf-8", ","),
        (b'sep=;\na;b\n"x;y";"1\n2"\n', [("x;y", "1\n2")], "utf-8", ";"),
        (b"a,b\n1\n\n3,4,\n", [("1", ""), ("3", "4")], "utf-8", ","),
        (b"a,b\n1,2", [("1", "2")], "utf-8", ","),
    ],
)
def test_encodings_delimiters_and_uneven_rows(data, rows, encoding, delimiter):
    if rows is None:
        with pytest.raises(BadSource, match="zero bytes"):
            read_table(data, "t", named)
        return
    table = read_table(data, "t", named)
    assert table is not None
    assert ([*map(tuple, table.rows)], table.encoding, table.delimiter) == (rows, encoding, delimiter)


def test_cells_beyond_the_header_are_told():
    table = read_table(b"a,b\n1,2,3\n4,5\n", "t", named)
    assert table is not None
    assert table.rows == [["1", "2"], ["4", "5"]]
    assert "1 rows have more cells" in table.warnings[0]


def test_a_table_read_once_is_checked_just_as_well():
    body = '"x, y",2\n' * 20_000
    once = read_table(("a,b\n" + body).encode(), "t", named, extent="once")
    assert once is not None
    assert iter(once.rows) is once.rows, "nothing was kept"
    assert sum(row == ["x, y", "2"] for row in once.rows) == 20_000
    plain = read_table(("a,b\n" + "x,2\n" * 60_000).encode(), "t", named, extent="once")
    assert plain is not None
    assert iter(plain.rows) is plain.rows, "a table without any quotes needs none kept either"
    for broken, told in (
        ("a,b\n" + body + '"1,2\n', "cut off inside a quoted cell"),
        ("a,b\n" + body + "1", "cut off in its last row"),
        ("a,b\n" + body + '"' + "x\n" * 99_000 + '",2\n' + body, "cannot be read"),
        ("a,b\n" + body + '"' + '""\n' * 99_000 + '",2\n' + body, "cannot be read"),
        ("a,b\n" + body + "x" * 200_000 + ",2\n" + body, "cannot be read"),
        ("a,b\n" + "x,2\n" * 60_000 + "x" * 200_000 + ",2\n", "cannot be read"),
    ):
        with pytest.raises(BadSource, match=told):
            read_table(broken.encode(), "t", named, extent="once")


def test_cells_beyond_the_header_are_told_after_the_rows():
    table = read_table(b'a,b\n1,2,"3"\n', "t", named, extent="once")
    assert table is not None
    assert [list(row) for row in table.rows] == [["1", "2"]]
    assert "1 rows have more cells" in table.late[0]


def test_a_header_is_sought_in_the_first_ten_records_only():
    notes = b"note\n" * 9
    table = read_table(notes + b"a,b\n1,2\n", "t", named)
    assert table is not None
    assert (table.line, table.rows) == (10, [["1", "2"]])
    assert read_table(notes + b"note\na,b\n1,2\n", "t", named) is None


def test_an_odd_quote_is_not_a_cut():
    table = read_table(b'a,b\n5" nails,2\n', "t", named)
    assert table is not None
    assert table.rows == [['5" nails', "2"]]


def test_mixed_lines_are_read_one_by_one():
    text, encoding, warnings = as_utf8("ä\n".encode() + "ö\n".encode("cp1252") + b"x\n", "t")
    assert (text.decode(), encoding) == ("ä\nö\nx\n", "cp1252")
    assert "1 lines are Windows-1252 among 1 of UTF-8" in warnings[0]


def test_column_titles_are_compared_without_punctuation():
    assert plain_header(" E-Mail 2: Adresse ") == plain_header("e mail 2 ADRESSE") == "email2adresse"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024-03-05T10:00:00Z", "2024-03-05"),
        ("05 Mar 2024", "2024-03-05"),
        ("7-Feb-22", "2022-02-07"),
        ("11/3/17, 3:02 PM", "2017-11-03"),
        ("03/15/2024", "2024-03-15"),
        ("15/03/2024", "2024-03-15"),
        ("05.03.2024", "2024-03-05"),
        ("5. März 2024", "2024-03-05"),
        ("12. Okt. 2019", "2019-10-12"),
        ("March 5, 2024", "2024-03-05"),
        ("1.1.71", "1971-01-01"),
        ("--03-05", "--03-05"),
        ("--0305", "--03-05"),
        ("0.0.00", ""),
        ("31.02.2024x", ""),
        ("32.01.2024", ""),
        ("5 Foo 2024", ""),
        ("soon", ""),
        ("", ""),
    ],
)
def test_dates(written, expected):
    assert iso_date(written, pivot=69) == expected


def test_days_first_is_the_tables_choice():
    assert (iso_date("3/5/1980"), iso_date("3/5/1980", day_first=True)) == ("1980-03-05", "1980-05-03")


@pytest.mark.parametrize("kind", [Contact, Name, Organization, RecordKey, SourceRecord])
def test_a_quick_constructor_makes_the_same_value(kind):
    values = {row.name: f"<{row.name}>" for row in dataclasses.fields(kind)}
    made, plain = quick(kind, *values)(*values.values()), kind(**values)
    assert type(made) is kind
    assert (made, repr(made)) == (plain, repr(plain))
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, next(iter(values)), "x")


def test_a_quick_constructor_knows_the_defaults():
    assert quick(Contact, "full_name")("Anna") == Contact(full_name="Anna")
    assert hash(quick(Contact)()) == hash(Contact())
    build = quick(SourceRecord, "key", "revision", "contact")
    key = RecordKey("a", "", "1")
    one, two = build(key, "1", sample()), build(key, "1", sample())
    assert one == SourceRecord(key, "1", sample())
    assert one.media is not two.media
    with pytest.raises(TypeError, match="revision has no default"):
        quick(SourceRecord, "key", "contact")


def test_a_quick_constructor_builds_what_lies_within():
    build = quick(SourceRecord, "key.account", "key.book", "key.remote_id", "revision", "contact.name.family")
    expected = SourceRecord(RecordKey("a", "b", "1"), "r", Contact(name=Name(family=("Brandt",))))
    made = build("a", "b", "1", "r", ("Brandt",))
    assert (made, repr(made)) == (expected, repr(expected))
    assert [type(part) for part in (made, made.key, made.contact, made.contact.name)] == [
        SourceRecord,
        RecordKey,
        Contact,
        Name,
    ]
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.contact.full_name = "x"


def zipped(tmp_path, members, method=zipfile.ZIP_DEFLATED):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


def test_the_member_nearest_to_the_top_is_found_in_any_case(tmp_path):
    with Archive(
        zipped(tmp_path, {"x/y/A.csv": "deep", "x/a.CSV": "near", "/abs/a.csv": "", "../a.csv": ""})
    ) as opened:
        assert opened.find("a.csv") == "x/a.CSV"
        assert opened.read("x/a.CSV") == b"near"
        assert opened.names == ("x/y/A.csv", "x/a.CSV")
        assert opened.find("b.csv") is None


def test_a_member_larger_than_allowed_is_not_unpacked(tmp_path):
    path = zipped(tmp_path, {"a": bytes(5000)})
    with Archive(path) as opened, pytest.raises(BadSource, match="would be 0 MB large"):
        opened.read("a", limit=1000)


def test_an_understated_size_does_not_help_a_bomb(tmp_path):
    path = zipped(tmp_path, {"a": bytes(20_000_000)})
    data = bytearray(path.read_bytes())
    for at in (22, data.rfind(b"PK\x01\x02") + 24):  # the size field of both headers
        data[at : at + 4] = struct.pack("<I", 1000)
    path.write_bytes(data)
    with Archive(path) as opened, pytest.raises(BadSource, match="damaged"):
        opened.read("a")


def test_an_encrypted_or_strangely_packed_member(tmp_path):
    path = zipped(tmp_path, {"a": b"x"}, zipfile.ZIP_LZMA)
    with Archive(path) as opened, pytest.raises(BadSource, match="packed in an unusual way"):
        opened.read("a")
    data = bytearray(zipped(tmp_path, {"a": b"x"}).read_bytes())
    for at in (6, data.rfind(b"PK\x01\x02") + 8):
        data[at] |= 1
    path.write_bytes(data)
    with Archive(path) as opened, pytest.raises(BadSource, match="is encrypted"):
        opened.read("a")


def test_a_directory_too_large_to_load_is_refused_first(tmp_path):
    path = zipped(tmp_path, {"a": b"x"})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x05\x06") + 12
    data[at : at + 4] = struct.pack("<I", 0xF0000000)
    path.write_bytes(data)
    with pytest.raises(BadSource, match="list of contents is 3840 MB long"):
        Archive(path)


def test_what_only_begins_like_a_zip(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    assert is_zip(path)
    with pytest.raises(BadSource, match="not a complete zip file"):
        Archive(path)
    with pytest.raises(BadSource, match="cannot be read"):
        Archive(tmp_path / "missing.zip")
    assert is_zip(zipped(tmp_path, {}))


def test_many_members(tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        for number in range(300):
            made.writestr(f"{number}.txt", "")
    path = tmp_path / "many.zip"
    path.write_bytes(data.getvalue())
    with Archive(path) as opened:
        assert opened.contents().endswith("10.txt, 11.txt and 288 more")
