"""Basic and Digest, against the worked examples of the RFCs."""

import pytest

from kith_connectors.carddav.digest import Digest, challenges
from kith_connectors.carddav.login import Login

# RFC 7616 section 3.9.1
CHALLENGE = {
    "realm": "http-auth@example.org",
    "qop": "auth, auth-int",
    "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
}
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_digest_as_the_rfc_computes_it(algorithm, response):
    digest = Digest("Mufasa", "Circle of Life", {**CHALLENGE, "algorithm": algorithm}, cnonce=CNONCE)
    header = digest.header("GET", "/dir/index.html")
    assert f'response="{response}"' in header
    assert 'uri="/dir/index.html"' in header
    assert "nc=00000001" in header
    assert "nc=00000002" in digest.header("GET", "/dir/index.html")


def test_basic_as_the_rfc_computes_it():
    login = Login("test", lambda: "123£")  # RFC 7617 section 2.1
    assert login.header("GET", "https://dav.example.org/", "/") == "Basic dGVzdDoxMjPCow=="


def test_several_challenges_in_one_line_and_in_several():
    digest = 'Digest realm="a, b", nonce="n=1", qop="auth", algorithm=MD5'
    for lines in ([f'{digest}, Basic realm="x"'], [digest, 'basic realm="x"'], [f"BASIC, {digest}"]):
        found = challenges(lines)
        assert sorted(scheme for scheme, _ in found) == ["basic", "digest"]
        told = dict(found)["digest"]
        assert (told["realm"], told["nonce"], told["algorithm"]) == ("a, b", "n=1", "MD5")


DIGEST = 'Digest realm="r", nonce="n1", qop="auth"'
SECURE, PLAIN = "https://dav.example.org/x", "http://nas.example.org/x"


@pytest.mark.parametrize(
    ("url", "scheme", "offered", "chosen"),
    [
        (SECURE, "auto", [DIGEST], "Digest"),
        (SECURE, "auto", [DIGEST, "Basic"], ""),  # Basic was sent and refused: the password is wrong
        (SECURE, "basic", [DIGEST], ""),
        (SECURE, "auto", ["Negotiate", "Bearer"], ""),
        (SECURE, "auto", ['Digest realm="r", nonce="n", qop="auth-int"'], ""),
        (SECURE, "auto", ['Digest realm="r", nonce="n", algorithm=SHA-512-256'], ""),
        (PLAIN, "auto", [DIGEST, "Basic"], "Digest"),
        (PLAIN, "auto", ["Basic"], "Basic"),
        (PLAIN, "digest", ["Basic"], ""),
        ("http://127.0.0.1:5232/", "auto", ["Basic"], ""),
    ],
)
def test_what_is_tried_after_a_refusal(url, scheme, offered, chosen):
    login = Login("anna", lambda: "x", scheme)
    login.header("GET", url, "/")
    assert login.learn(url, offered) is bool(chosen)
    if chosen:
        assert login.header("GET", url, "/").startswith(chosen)
        assert login.learn(url, offered) is False  # refused again: it is not tried a third time


def test_nothing_is_sent_in_the_clear_unasked():
    login = Login("anna", lambda: pytest.fail("the password was asked for"))
    assert login.header("GET", PLAIN, "/") == ""


def test_a_worn_out_nonce_is_renewed():
    login = Login("anna", lambda: "x")
    assert login.learn(SECURE, [DIGEST])
    login.accepted(SECURE)
    assert login.learn(SECURE, [DIGEST.replace("n1", "n2")])
    assert 'nonce="n2"' in login.header("GET", SECURE, "/")
    assert login.learn(SECURE, [DIGEST.replace("n1", "n3")]) is False
    assert login.learn(SECURE, [DIGEST.replace("n1", "n3") + ", stale=TRUE"])


def test_nobody_is_nobody():
    login = Login("", lambda: pytest.fail("the password was asked for"))
    assert login.header("GET", SECURE, "/") == ""
    assert login.learn(SECURE, ["Basic"]) is False
