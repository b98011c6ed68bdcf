"""Every mistake at once, each with its line and what to write instead."""

import pytest

from kith.config.load import ConfigError, load, places, store_path


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
