"""Reading WebDAV's XML as it arrives."""

import pytest

from kith_connectors.carddav.multistatus import CARD, DAV, IllFormed, nodes, row, status_code
from kith_connectors.carddav.transport import CARD_LIMIT

HEAD = b'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">'
TAIL = b"</D:multistatus>"


def one(inner: str):
    (node,) = nodes([HEAD + b"<D:response>" + inner.encode() + b"</D:response>" + TAIL])
    return row(node)


def test_a_row_with_properties_found_and_missing():
    found = one(
        "<D:href> /a/x.vcf\n</D:href>"
        "<D:propstat><D:prop><D:getctag/></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>"
        "<D:propstat><D:prop><D:getetag>&quot;1&quot;</D:getetag></D:prop><D:status>HTTP/1.1 200 OK</D:status>"
        "</D:propstat>"
    )
    assert (found.href, found.status, found.gone) == ("/a/x.vcf", 200, False)
    assert found.props.words(DAV + "getetag") == '"1"'


def test_only_a_status_of_the_resource_itself_says_that_it_is_gone():
    assert one("<D:href>/a</D:href><D:status>HTTP/1.1 404 Not Found</D:status>").gone
    lacking = one(
        "<D:href>/a</D:href><D:propstat><D:prop><D:getetag/></D:prop>"
        "<D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>"
    )
    assert (lacking.status, lacking.gone) == (404, False)


def test_rows_come_one_by_one_whatever_the_pieces():
    text = HEAD + b"".join(b"<D:response><D:href>/%d</D:href></D:response>" % n for n in range(50)) + TAIL
    for size in (1, 7, 4096):
        pieces = [text[start : start + size] for start in range(0, len(text), size)]
        assert [row(node).href for node in nodes(pieces)] == [f"/{n}" for n in range(50)]


def test_the_first_rows_are_there_before_the_last_arrive():
    def pieces():
        yield HEAD + b"<D:response><D:href>/1</D:href></D:response>"
        raise RuntimeError("the rest was asked for too early")

    assert row(next(nodes(pieces()))).href == "/1"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<html><body>log in</body></html>",
        HEAD + b"<D:response><D:href>/1</D:href></D:response>",
        HEAD + b"<D:response>\x01</D:response>" + TAIL,
        HEAD + b"<D:response>\xe4</D:response>" + TAIL,
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + HEAD + b"<D:response><D:href>&a;</D:href></D:response>" + TAIL,
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + HEAD + TAIL,
        HEAD + b"<a>" * 100 + b"</a>" * 100 + TAIL,
        HEAD + TAIL + HEAD + TAIL,
        HEAD + b"<D:response><D:href>" + b"a" * 70_000 + b"</D:href></D:response>" + TAIL,
    ],
    ids=["empty", "html", "cut", "control", "latin1", "entity", "dtd", "deep", "twice", "long"],
)
def test_anything_else_is_ill_formed(text):
    with pytest.raises(IllFormed):
        list(nodes([text]))


def test_a_huge_card_is_left_out_and_the_others_are_read():
    piece = b"x" * 1_000_000
    huge = [
        b"<D:response><C:address-data>",
        *[piece] * (CARD_LIMIT // 1_000_000 + 2),
        b"</C:address-data></D:response>",
    ]
    found = list(nodes([HEAD, *huge, b"<D:response><C:address-data>ok</C:address-data></D:response>", TAIL]))
    assert [
        (node.find(CARD + "address-data").oversized, node.words(CARD + "address-data")) for node in found
    ] == [
        (True, ""),
        (False, "ok"),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [("HTTP/1.1 207 Multi", 207), ("404", 404), ("HTTP/2 507", 507), ("nonsense", 0), ("", 0)],
)
def test_status_lines(line, code):
    assert status_code(line) == code
