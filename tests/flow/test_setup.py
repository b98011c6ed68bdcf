"""The first minutes: kith init against a real server, kith doctor, and what they do when something is wrong."""

import tomllib

import pytest

from flow.house import House, linkedin_zip
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
    twice = init(house, radicale, "--add", "--name", "tablet", code=1)
    assert 'the same place as the account "phone"' in twice.err and "nothing is written" in twice.err
    assert house.config.read_bytes() == once
    (house.folder / "tablet").mkdir()
    house.kith("init", "--add", "--provider", "vcf", "--url", "tablet", "--name", "tablet")
    assert "2 accounts, no mistakes" in house.kith("config", "check").out
    told = ' read; every account is mode = "read", so nothing is written anywhere: '
    assert told + "kith sync remembers them" in house.kith("sync", "--dry-run").err
    assert told + "kith people shows whom kith knows" in house.kith("sync").err
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


def test_init_with_a_typed_password_leaves_nothing_where_the_login_fails(
    house: House, radicale: Server
) -> None:
    radicale.book()
    answers = f"other\n{radicale.url}\n{radicale.username}\n{{}}\nGermany\nde\n"
    ran = house.kith("init", "--name", "phone", answers=answers.format("a secret"), code=1)
    assert "nothing is written" in ran.err and "a secret" not in ran.text
    assert list(house.folder.iterdir()) == []
    ran = house.kith("init", "--name", "phone", answers=answers.format("correct horse"))
    assert '"Germany" is no country' in ran.text and "correct horse" not in ran.text
    secret = house.folder / "phone.password"
    assert secret.read_text() == "correct horse\n" and secret.stat().st_mode & 0o777 == 0o600
    assert tomllib.loads(house.config.read_text("utf-8"))["sync"]["region"] == "DE"
    assert "all well" in house.kith("doctor").out


def test_doctor_names_a_password_file_that_others_can_read(house: House, radicale: Server) -> None:
    radicale.book()
    answers = f"other\n{radicale.url}\n{radicale.username}\ncorrect horse\nDE\n"
    house.kith("init", "--name", "phone", answers=answers)
    secret = house.folder / "phone.password"
    secret.chmod(0o644)
    assert f"chmod 600 {secret}" in house.kith("doctor", code=1).out
    secret.chmod(0o600)
    house.kith("doctor")


def test_a_login_without_any_address_book_is_told_from_a_wrong_place(house: House, radicale: Server) -> None:
    """A fresh user of Radicale: the places that kith guesses after the right one say nothing of that."""
    secret = house.folder / "secret"
    secret.write_text(radicale.password)
    table = (
        f'[accounts.phone]\nconnector = "carddav"\nurl = "{radicale.url}"\nusername = "carol"\n'
        f'password.file = "{secret}"\n'
    )
    house.write_config(table)
    new = (
        "init",
        "--add",
        "--provider",
        "other",
        "--name",
        "other",
        "--username",
        "bob",
        "--url",
        radicale.url,
    )
    for words, user in (
        (("sync",), "carol"),
        (("doctor",), "carol"),
        ((*new, "--password-command", f"cat '{secret}'"), "bob"),
    ):
        told = house.kith(*words, code=1).text
        assert f"the login works, but there is no address book yet at {radicale.url}{user}/" in told
        assert "make one there" in told and "url" in told


def test_init_writes_over_no_password_that_is_there(house: House, radicale: Server) -> None:
    radicale.book()
    (house.folder / "phone.password").write_text("of something else\n")
    answers = f"other\n{radicale.url}\n{radicale.username}\ncorrect horse\nDE\n"
    house.kith("init", "--name", "phone", answers=answers)
    assert (house.folder / "phone.password").read_text() == "of something else\n"
    assert (house.folder / "phone2.password").read_text() == "correct horse\n"
    assert "all well" in house.kith("doctor").out


def test_init_takes_files_and_google_too(house: House) -> None:
    zipped = linkedin_zip(
        house.folder / "li.zip", ("Leo", "Blum", "https://www.linkedin.com/in/l", "", "Blum", "Chef")
    )
    house.kith("init", "--provider", "linkedin", "--url", str(zipped), "--region", "AT")
    ran = house.kith(
        "init", "--add", "--provider", "google", "--username", "a@gmail.example", "--url", "client.json"
    )
    assert "kith auth google" in ran.out and "README" in ran.out
    accounts = tomllib.loads(house.config.read_text("utf-8"))["accounts"]
    assert "mode" not in accounts["linkedin"] and accounts["google"]["mode"] == "read"
    assert accounts["google"]["client_file"] == str(house.folder / "client.json")
    assert "nobody to answer" in house.kith("init", "--add", "--provider", "icloud", code=1).err
    gone = house.kith("init", "--add", "--provider", "vcf", "--url", "gone", code=1)
    assert "gone" in gone.err and "nothing is written" in gone.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--name", "my phone"), "letters, digits"),
        (("--password-command", "pass 'show dav"), "a quote is missing"),
        (("--region", "Germany"), "two letters"),
    ],
)
def test_init_refuses_what_would_spoil_the_config(house: House, words: tuple[str, str], said: str) -> None:
    given = [
        "--provider",
        "other",
        "--url",
        "http://127.0.0.1:1/",
        "--username",
        "anna",
        "--password-command",
        "false",
    ]
    assert said in house.kith("init", *given, *words, code=2).err
    assert list(house.folder.iterdir()) == []
