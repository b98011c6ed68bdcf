"""Address books and the cursor they are remembered in."""

import json

import pytest

from kith_connectors.carddav.books import Book, Places, book_of, load
from kith_connectors.carddav.multistatus import DAV, nodes, row

BOOK = Book(
    "https://dav.example.org/books/anna%40example.org/Family/",
    name="Family",
    token="https://dav.example.org/token/17",
    versions=("3.0", "4.0"),
    again=("/books/anna%40example.org/Family/x.vcf",),
    proven=("0badcafe",),
    reports=False,
)


def test_a_cursor_comes_back_as_it_was():
    text = Places("origin", [BOOK, Book("https://dav.example.org/books/b/")]).dump()
    assert load(text, "origin") == Places("origin", [BOOK, Book("https://dav.example.org/books/b/")])
    assert "largest" not in text  # what is as usual is not written down


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "17",
        "[]",
        "{",
        json.dumps({"v": 1}),
        json.dumps({"v": 99, "origin": "origin", "books": []}),
        json.dumps({"v": 1, "origin": "other", "books": []}),
        json.dumps({"v": 1, "origin": "origin", "books": [{"colour": "red"}]}),
    ],
)
def test_a_cursor_of_something_else_is_not_used(text):
    assert load(text, "origin") is None


@pytest.mark.parametrize(
    "name", ["Family", "/books/anna@example.org/Family", "/books/anna@example.org/Family/", BOOK.url]
)
def test_a_book_answers_to(name):
    assert BOOK.answers_to(name)


def test_a_book_does_not_answer_to_part_of_its_name():
    assert not BOOK.answers_to("Fam")
    assert not BOOK.answers_to("")


def listed(privileges="", types=""):
    text = (
        '<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:response><d:href>/b</d:href>'
        f"<d:propstat><d:prop>{privileges}{types}<c:max-resource-size>102400</c:max-resource-size>"
        "<d:displayname>Bücher</d:displayname></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
        "</d:response></d:multistatus>"
    )
    (node,) = nodes([text.encode()])
    assert node.name == DAV + "response"
    return book_of(row(node), "https://dav.example.org/home/")


def test_a_book_in_a_listing():
    book = listed()
    assert (book.url, book.key, book.name, book.largest) == (
        "https://dav.example.org/b/",
        "/b/",
        "Bücher",
        102400,
    )


@pytest.mark.parametrize(
    ("held", "writable"),
    [
        ("", True),
        ("<d:privilege><d:all/></d:privilege>", True),
        ("<d:privilege><d:read/></d:privilege><d:privilege><d:write/></d:privilege>", True),
        ("<d:privilege><d:read/></d:privilege>", False),
    ],
)
def test_rights(held, writable):
    text = f"<d:current-user-privilege-set>{held}</d:current-user-privilege-set>"
    assert listed(privileges=text).writable is writable


@pytest.mark.parametrize(
    ("versions", "written"), [("", "3.0"), ("3.0", "3.0"), ("3.0 4.0", "3.0"), ("4.0", "4.0")]
)
def test_versions(versions, written):
    rows = "".join(
        f'<c:address-data-type content-type="text/vcard" version="{version}"/>'
        for version in versions.split()
    )
    json_card = '<c:address-data-type content-type="application/vcard+json" version="4.0"/>'
    types = f"<c:supported-address-data>{rows}{json_card}</c:supported-address-data>"
    assert listed(types=types).version == written
