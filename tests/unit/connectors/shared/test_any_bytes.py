"""Whatever bytes a file holds: people come out of it, or BadSource does, and nothing else."""

import csv
import io
import zipfile

from hypothesis import example, given
from hypothesis import strategies as st

from kith.connector.api import PullRequest
from kith.connector.errors import BadSource
from kith.connector.info import Opening
from kith.connector.tables import read_table
from kith_connectors.csv import INFO as CSV
from kith_connectors.linkedin import INFO as LINKEDIN
from kith_connectors.vcf import INFO as VCF

HEADERS = [
    b"First Name,Last Name,URL,Email Address,Company,Position,Connected On\n",
    b"Vorname;Nachname;E-Mail-Adresse;Geburtstag;Kategorien\n",
    b"Name,E-mail 1 - Label,E-mail 1 - Value,Address 1 - City,Labels,Birthday\n",
    b"\xff\xfeN\0a\0m\0e\0,\0M\0a\0i\0l\0\n\0",
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Anna\r\n",
]
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
BYTES = st.one_of(
    st.binary(max_size=200),
    st.tuples(st.sampled_from(HEADERS), st.binary(max_size=120)).map(b"".join),
    st.tuples(
        st.sampled_from(HEADERS), st.lists(CELLS, max_size=30).map(lambda row: ",".join(row).encode())
    ).map(b"".join),
)


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("Connections.csv", data)
        made.writestr("ImportedContacts.csv", b"FirstName,LastName,Emails,PhoneNumbers\n" + data)
        made.writestr("cards.vcf", data)
    return file.getvalue()


def pulled(info, path) -> None:
    source = info.open(info.settings(path=str(path)), Opening("any", region="DE"))
    try:
        listed: set[str] = set()
        records: set[str] = set()
        for page in source.pull(PullRequest()):
            records |= {record.key.remote_id for record in page.records}
            listed |= {remote_id for ids in page.listed.values() for remote_id in ids}
        assert records <= listed or not listed
        assert all(records)
        assert all(isinstance(line, str) for line in source.check())
    except BadSource as error:
        assert str(path) in error.message
        assert error.remedy


@given(data=BYTES)
@example(data=b"Name,Mail\n\x85,a@example.org\n")
@example(data=b"FirstName,LastName\n\n\x01")
@example(data=HEADERS[0] + b",,,,,,\n" * 3)
def test_any_file(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(data)
    for info in (LINKEDIN, CSV, VCF):
        assert info.recognizes(path) in (True, False)
        pulled(info, path)


@given(data=BYTES, at=st.integers(0, 10_000), change=st.binary(max_size=6), cut=st.integers(0, 60))
def test_any_damaged_zip(tmp_path_factory, data, at, change, cut):
    made = zipped(data)
    at %= len(made)
    damaged = made[:at] + change + made[at + len(change) :]
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(damaged[: len(damaged) - cut])
    for info in (LINKEDIN, VCF):
        assert info.recognizes(path) in (True, False)
        pulled(info, path)


@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_a_table_that_was_written_is_read_as_it_was(rows, delimiter, encoding):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["name", "mail"], *rows])
    table = read_table(file.getvalue().encode(encoding), "t", lambda row: 2 if row == ["name", "mail"] else 0)
    assert table is not None
    assert table.rows == rows
    assert table.delimiter == delimiter
