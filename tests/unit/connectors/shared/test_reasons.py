"""Why a password or a server is not there: in words that a person understands, never with the name of an error class."""

import re
import socket

import httpx
import pytest
import requests
from pydantic import ValidationError

from kith.connector.reasons import reason
from kith.connector.secrets import Secret, SecretMissing

CLASS_NAME = re.compile(r"\b\w+(Error|Expired|Exception|Timeout)\b")


@pytest.fixture
def closed() -> str:
    """The URL of a port where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/"


@pytest.fixture
def silent():
    """The URL of a port where somebody listens and says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("no-such-program-of-kith",), "No such file or directory"),
        (("/etc/passwd",), "Permission denied"),
        (("a\0b",), "no program can be called so"),
    ],
)
def test_a_command_that_does_not_run(command, words):
    with pytest.raises(SecretMissing) as caught:
        Secret(command=command).reveal()
    assert words in caught.value.message
    assert not CLASS_NAME.search(caught.value.message)
    assert "by hand" in caught.value.remedy


@pytest.mark.parametrize("command", [(), ("",)])
def test_an_empty_command_is_a_mistake_in_the_config(command):
    with pytest.raises(ValidationError, match="name a program"):
        Secret(command=command)


def test_a_password_file_that_is_no_text(tmp_path):
    path = tmp_path / "secret"
    path.write_bytes("pässword\n".encode("latin-1"))
    with pytest.raises(SecretMissing, match="is no text in UTF-8"):
        Secret(file=str(path)).reveal()


@pytest.mark.parametrize("get", [httpx.get, requests.get])
def test_a_server_that_is_not_there_or_says_nothing(get, closed, silent):
    for url, words in ((closed, "it cannot be reached"), (silent, "no answer in time")):
        with pytest.raises((httpx.HTTPError, requests.RequestException)) as caught:
            get(url, timeout=0.05)
        assert reason(caught.value) == words


def test_what_the_system_says_is_plain_already(tmp_path):
    with pytest.raises(OSError, match="gone") as caught:
        (tmp_path / "gone").read_bytes()
    assert reason(caught.value) == "No such file or directory"
