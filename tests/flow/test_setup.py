"""The first minutes: kith init against a real server, kith doctor, and what they do when something is wrong."""

import tomllib

from flow.house import House
from servers.process import Server


def init(house: House, server: Server, *words: str, code: int = 0, password: str = "correct horse"):
    secret = house.folder / "the password"
    secret.write_text(password + "\n")
    given = ["--provider", "other", "--url", server.url, "--username", server.username, "--region", "de"]
    return house.kith("init", *given, "--password-command", f"cat '{secret}'", *words, code=code)


def test_init_tests_the_login_and_starts_read_only(house: House, radicale: Server) -> None:
    radicale.book()
    ran = init(house, radicale, "--name", "phone")
    assert "logged in" in ran.out and "address book" in ran.out and "kith sync --dry-run" in ran.out
    written = tomllib.loads(house.config.read_text("utf-8"))
    assert written["sync"]["region"] == "DE"
    assert written["accounts"]["phone"]["mode"] == "read"
    assert written["accounts"]["phone"]["password"] == {
        "command": ["cat", str(house.folder / "the password")]
    }
    assert house.config.stat().st_mode & 0o777 == 0o600
    once = house.config.read_bytes()
    assert "--add" in init(house, radicale, "--name", "phone", code=2).err, (
        "never over a config that is there"
    )
    same = init(house, radicale, "--add", "--name", "phone", code=2)
    assert 'already an account "phone"' in same.err or 'an account "phone" already' in same.err
    assert house.config.read_bytes() == once
    init(house, radicale, "--add", "--name", "tablet")
    assert "2 accounts, no mistakes" in house.kith("config", "check").out
    shown = house.kith("config", "show").out
    assert "correct horse" not in shown
    ran = house.kith("doctor")
    assert "ok    phone: CardDAV: logged in" in ran.out and "all well" in ran.out
    checks = house.kith("doctor", "--json").only("check")
    assert {"config", "clock", "disk", "store", "phone", "tablet"} <= {one["what"] for one in checks}


def test_init_writes_nothing_where_the_login_fails(house: House, radicale: Server) -> None:
    ran = init(house, radicale, "--name", "phone", code=1, password="wrong")
    assert "user name or the password" in ran.text and "app password" in ran.text
    assert not house.config.exists()
    assert sorted(path.name for path in house.folder.iterdir()) == ["the password"]


def test_init_names_providers_it_knows_and_those_that_cannot_be_read(house: House) -> None:
    assert 'did you mean "google"?' in house.kith("init", "--provider", "gogle", code=2).err
    assert "export" in house.kith("init", "--provider", "proton", code=2).out
    assert not house.config.exists()


def test_doctor_says_what_is_wrong_and_what_to_do(house: House) -> None:
    house.write_config(
        '[accounts.phone]\nconnector = "carddav"\nurl = "http://127.0.0.1:1/"\nusername = "anna"\n'
        'password.command = ["false"]\n',
        '[accounts.linkedin]\nconnector = "linkedin"\npath = "gone.zip"\n',
    )
    ran = house.kith("doctor", code=1)
    assert "FAIL  phone:" in ran.out and "run the command by hand" in ran.out
    assert "FAIL  linkedin:" in ran.out and "gone.zip" in ran.out and "2 things need you" in ran.out
    house.config.chmod(0o644)
    house.config.write_text(
        '[accounts.phone]\nconnector = "carddav"\npassword = "secret"\nurl = "x.example"\n'
    )
    told = house.kith("doctor", code=2).text
    assert "chmod 600" in told and "other users" in told
