"""Every mistake at once, each with its line and what to write instead."""

from pathlib import Path

import pytest

from kith.config.load import ConfigError, find, load, places, store_path


def mistakes(tmp_path, text, mode=0o600):
    file = tmp_path / "config.toml"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(ConfigError) as caught:
        load(file)
    return [(item.line, item.key, item.what, item.remedy) for item in caught.value.mistakes]


def test_five_mistakes_are_five_messages(tmp_path):
    found = mistakes(
        tmp_path,
        """[sync]
every = "soon"
reggion = "DE"

[accounts.phone]
connector = "carddav"
usrname = "anna"
mode = "twoway"

[accounts.net]
connector = "linkedn"
path = "x.zip"
""",
    )
    lines = {(line, key): (what, remedy) for line, key, what, remedy in found}
    assert len(found) == 5
    assert "30 minutes" in lines[2, "sync.every"][0]
    assert lines[3, "sync.reggion"] == ("unknown key", 'did you mean "region"?')
    assert lines[7, "accounts.phone.usrname"] == ("unknown key", 'did you mean "username"?')
    assert "two-way" in lines[8, "accounts.phone.mode"][0]
    assert lines[11, "accounts.net.connector"][1] == 'did you mean "linkedin"?'


def test_an_unknown_connector_hides_no_other_mistake_of_its_account(tmp_path):
    found = mistakes(
        tmp_path,
        '[accounts.li]\nconnector = "linkedn"\nmode = "two-way"\nevery = "soon"\npth = "x.zip"\nregion = "Germany"\n'
        'path = 5\n[merge]\nprefer = { photo = ["li"] }\n',
    )
    assert [line for line, *_ in found] == [2, 3, 4, 5, 6, 7]


def test_a_key_that_is_unknown_hides_no_mode_that_cannot_be(tmp_path):
    found = mistakes(
        tmp_path, '[accounts.li]\nconnector = "linkedin"\nmode = "two-way"\npth = "x.zip"\npath = "x.zip"\n'
    )
    assert [line for line, *_ in found] == [3, 4]


@pytest.mark.parametrize("tables", ["5", '"phone"', "[1]"])
def test_accounts_that_are_no_tables_are_a_mistake(tmp_path, tables):
    found = mistakes(tmp_path, f'accounts = {tables}\n[merge]\nprefer = {{ photo = ["phone"] }}\n')
    assert [what for _, _, what, _ in found] == ["must hold tables"]


def test_broken_toml_names_the_line(tmp_path):
    [(line, _key, _what, _remedy)] = mistakes(tmp_path, '[sync]\nevery = "30 minutes\n')
    assert line == 2


def test_a_read_only_connector_cannot_be_two_way(tmp_path):
    [(line, key, what, _)] = mistakes(
        tmp_path, '[accounts.li]\nconnector = "linkedin"\npath = "x.zip"\nmode = "two-way"\n'
    )
    assert (line, key) == (4, "accounts.li.mode")
    assert "cannot be written" in what


def test_a_password_in_a_file_that_others_read_is_refused(tmp_path):
    text = '[accounts.p]\nconnector = "carddav"\nurl = "https://dav.example.org"\npassword = "hunter2"\n'
    [(line, _, what, remedy)] = mistakes(tmp_path, text, mode=0o644)
    assert line == 4
    assert "other users" in what
    assert "chmod 600" in remedy
    assert "hunter2" not in str(mistakes(tmp_path, text, mode=0o644))


@pytest.mark.parametrize(
    ("more", "line"),
    [('usrname = "anna"\n', 1), ("insecure_http = false\n", 4)],
    ids=["beside another mistake", "at its key"],
)
def test_an_address_without_encryption_is_a_mistake_unless_it_is_wanted(tmp_path, more, line):
    text = '[accounts.p]\nconnector = "carddav"\nurl = "http://nas.example.org:5232/"\n'
    said = {place: f"{what} {remedy}" for place, _, what, remedy in mistakes(tmp_path, text + more)}
    assert "http://nas.example.org:5232/ is not encrypted" in said[line] and "insecure_http" in said[line]
    file = tmp_path / "config.toml"
    for url in (text + "insecure_http = true\n", text.replace("nas.example.org", "127.0.0.1")):
        file.write_text(url)
        assert list(load(file).accounts) == ["p"]


def test_a_bad_filter_is_explained(tmp_path):
    [(line, key, what, _)] = mistakes(
        tmp_path, '[accounts.v]\nconnector = "vcf"\npath = "x"\nfilter = "list:A or lst:B"\n'
    )
    assert (line, key) == (4, "accounts.v.filter")
    assert "lst:B" in what


def test_the_order_of_accounts_is_their_rank(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(
        '[accounts.b]\nconnector = "vcf"\npath = "b"\n[accounts.a]\nconnector = "vcf"\npath = "a"\n'
    )
    found = load(file)
    assert [(item.name, item.rank) for item in found.accounts.values()] == [("b", 0), ("a", 1)]


def test_places_are_searched_in_the_documented_order():
    found = places({"KITH_CONFIG": "/a", "CONFIGURATION_DIRECTORY": "/b", "XDG_CONFIG_HOME": "/c"})
    assert [str(place) for place in found] == [
        "/a",
        "/b/config.toml",
        "/c/kith/config.toml",
        "/etc/kith/config.toml",
    ]


def test_the_store_is_where_systemd_or_xdg_say():
    assert str(store_path(None, None, {"STATE_DIRECTORY": "/s"})) == "/s/kith.db"
    assert str(store_path(None, None, {"XDG_DATA_HOME": "/d"})) == "/d/kith/kith.db"


ACCOUNT = '[accounts.v]\nconnector = "vcf"\n'


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_file_from_windows_is_read_as_it_is_meant(tmp_path, mark, end):
    file = tmp_path / "config.toml"
    text = f"{mark}[sync]\nregion = \"AT\"\n\n{ACCOUNT}path = 'C:\\cards'\n"
    file.write_bytes(text.replace("\n", end).encode())
    found = load(file)
    assert found.sync.region == "AT" and found.accounts["v"].own.path.endswith("C:\\cards")


def test_files_are_named_from_where_the_config_lies(tmp_path, monkeypatch):
    """A timer and the daemon are started elsewhere than a command."""
    text = """
        [store]
        path = "state/kith.db"
        [sync]
        inbox = "~/inbox"
        [accounts.v]
        connector = "vcf"
        path = "cards"
        [accounts.w]
        connector = "vcf"
        path = "/srv/cards"
        [accounts.dav]
        connector = "carddav"
        url = "https://dav.example.org"
        username = "anna"
        ca_file = "own.pem"
        password.file = "secret"
    """
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path.parent)
    found = load(Path(tmp_path.name, "config.toml"))
    own = {name: item.own for name, item in found.accounts.items()}
    assert found.store.path == tmp_path / "state" / "kith.db" and found.sync.inbox == Path("~/inbox")
    assert (own["v"].path, own["w"].path) == (str(tmp_path / "cards"), "/srv/cards")
    assert (own["dav"].ca_file, own["dav"].password.file) == (
        str(tmp_path / "own.pem"),
        str(tmp_path / "secret"),
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (f'{ACCOUNT}path = "C:\\Users\\anna"\n', 3, ("backslash", "single quotes")),
        ("[accounts.v]\nconnector = “vcf”\n", 2, ("curly", "plain quotes")),
        (f'{ACCOUNT}path = "a"\n{ACCOUNT}path = "b"\n', 4, ("twice", "another name")),
        (f'{ACCOUNT}path = "a"\npath = "b"\n', 4, ("twice", "keep one")),
    ],
)
def test_usual_slips_are_named(tmp_path, text, line, words):
    [(found, _, what, remedy)] = mistakes(tmp_path, text)
    assert found == line
    for word in words:
        assert word in f"{what}; {remedy}"


def test_utf_16_is_named(tmp_path):
    file = tmp_path / "config.toml"
    file.write_bytes(ACCOUNT.encode("utf-16"))
    with pytest.raises(ConfigError, match="save it as UTF-8"):
        load(file)


def test_a_wrong_kind_of_value_is_told_without_the_words_of_python(tmp_path):
    found = mistakes(
        tmp_path,
        '[accounts.p]\nconnector = "carddav"\nurl = "https://x.example"\nmode = "write"\nfields = "phones"\npassword = 5\n'
        'insecure_http = "perhaps"\n\n[merge]\nprefer = ["phone"]\n',
    )
    said = {line: what for line, _, what, _ in found}
    assert said[4] == 'write one of "read" or "two-way"'
    assert said[5] == 'write a list, such as ["A", "B"]'
    assert "password.command" in said[6]
    assert said[7] == "write true or false"
    assert "table" in said[10]
    for _, _, what, remedy in found:
        assert not {"Input", "tuple", "dictionary", "instance"} & set(f"{what} {remedy}".split())


def test_an_account_without_a_name_of_its_own_is_explained(tmp_path):
    found = mistakes(tmp_path, '[accounts]\nconnector = "vcf"\npath = "x"\n')
    assert all("[accounts.phone]" in remedy for _, _, _, remedy in found) and len(found) == 2


def two(first, second):
    return f"[accounts.a]\n{first}\n[accounts.b]\n{second}\n"


DAV = 'connector = "carddav"\nusername = "anna"\nurl = "https://dav.example.org/{}"'


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('connector = "vcf"\npath = "~/cards"', 'connector = "vcf"\npath = "~/other/../cards/"'),
        (DAV.format(""), DAV.format("").replace("org/", "org")),
        (DAV.format("book") + '\naddress_books = ["A", "B"]', DAV.format("book") + '\naddress_books = ["B"]'),
        (DAV.format("book") + '\naddress_books = ["A"]', DAV.format("book")),
    ],
    ids=["path", "slash", "books in common", "all and one"],
)
def test_two_accounts_at_one_place_are_refused(tmp_path, first, second):
    [(line, key, what, remedy)] = mistakes(tmp_path, two(first, second))
    assert key == "accounts.b" and line == first.count("\n") + 3
    assert 'the account "a"' in what and "address_books" in remedy


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (DAV.format("") + '\naddress_books = ["A"]', DAV.format("") + '\naddress_books = ["B"]'),
        (DAV.format(""), DAV.format("").replace("anna", "bert")),
        ('connector = "vcf"\npath = "a"', 'connector = "vcf"\npath = "b"'),
        (
            'connector = "google"\nusername = "a@gmail.example"',
            'connector = "google"\nusername = "a@gmail.example"\nother_contacts = true',
        ),
        (
            'connector = "carddav"\nprovider = "icloud"\nusername = "anna@example.org"',
            'connector = "carddav"\nprovider = "fastmail"\nusername = "anna@example.org"',
        ),
        ('connector = "memory"', 'connector = "memory"'),
    ],
    ids=["two books", "two users", "two paths", "other contacts", "two providers", "two shelves"],
)
def test_two_parts_of_one_place_are_two_accounts(tmp_path, first, second):
    file = tmp_path / "config.toml"
    file.write_text(two(first, second))
    assert set(load(file).accounts) == {"a", "b"}


def test_a_config_that_is_named_and_gone_is_never_replaced_by_another(tmp_path, monkeypatch):
    (tmp_path / "kith").mkdir()
    usual = tmp_path / "kith" / "config.toml"
    usual.write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("KITH_CONFIG", raising=False)
    assert find() == usual
    monkeypatch.setenv("KITH_CONFIG", str(tmp_path / "gone.toml"))
    with pytest.raises(ConfigError, match="no such config file"):
        find()


def test_another_provider_with_the_same_user_is_not_the_account_renamed(tmp_path):
    identities = []
    for provider in ("icloud", "fastmail"):
        file = tmp_path / f"{provider}.toml"
        file.write_text(
            f'[accounts.{provider}]\nconnector = "carddav"\nprovider = "{provider}"\nusername = "a@b.example"\n'
        )
        identities.append(load(file).accounts[provider].identity)
    assert identities[0] != identities[1]
