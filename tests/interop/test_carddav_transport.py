"""The connector's way over the wire: redirects, logins, certificates, limits. Every server here is on loopback."""

import datetime
import gzip
import ipaddress
import ssl

import pytest

from kith.connector.errors import BadReply, Unreachable, WrongPlace
from kith_connectors.carddav.http import HttpTransport, Wire
from kith_connectors.carddav.login import Login
from kith_connectors.carddav.transport import Request
from kith_connectors.carddav.trust import Trust
from servers.loopback import Loopback, Reply

SECRET = "Kanarienvogel"


def transport(url, login=None, trust=None, wire=None):
    return HttpTransport(login or Login("anna", lambda: SECRET), trust or Trust(url), wire or Wire(timeout=5))


def propfind(url):
    return Request("PROPFIND", url, b"<x/>", {"depth": "0"})


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_keeps_method_body_and_depth(status):
    def answer(request):
        if request.path == "/.well-known/carddav":
            return Reply(status, headers=(("Location", "/dav/"),))
        return Reply(207, b"here")

    with Loopback(answer) as server:
        way = transport(server.url)
        reply = way.send(propfind(server.url + "/.well-known/carddav"))
        way.close()
    assert (reply.status, reply.body, reply.head.url) == (207, b"here", server.url + "/dav/")
    last = server.requests[-1]
    assert (last.method, last.path, last.body, last.headers["depth"]) == ("PROPFIND", "/dav/", b"<x/>", "0")


def test_a_redirect_to_another_port_of_this_machine_carries_the_login():
    def away(_):
        return Reply(307, headers=(("Location", other.url + "/home/"),))

    with Loopback(lambda _: Reply(207)) as other, Loopback(away) as server:
        way = transport(server.url)
        assert way.send(propfind(server.url + "/")).status == 207
        way.close()
    assert other.requests[0].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    "place", ["https://dav.example.net/", "http://dav.example.org/", "file:///etc/passwd"]
)
def test_a_redirect_to_strangers_sends_nothing_and_says_what_to_do(place):
    with Loopback(lambda _: Reply(301, headers=(("Location", place),))) as server:
        way = transport(server.url)
        with pytest.raises(WrongPlace) as caught:
            way.send(propfind(server.url + "/"))
        way.close()
    assert len(server.requests) == 1
    assert SECRET not in caught.value.message + caught.value.remedy


def test_a_redirect_in_a_circle_ends():
    with Loopback(lambda request: Reply(302, headers=(("Location", request.path + "x"),))) as server:
        way = transport(server.url)
        with pytest.raises(WrongPlace, match="circle"):
            way.send(propfind(server.url + "/"))
        way.close()
    assert len(server.requests) <= 6


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("name", ["", ".", "..", "x/..", "%2e", "%2E%2e", "?x", "#x", "a/../b.vcf"])
def test_nothing_is_ever_written_to_the_address_of_a_book(method, name):
    with Loopback(lambda _: Reply(201)) as server:
        way = transport(server.url)
        with pytest.raises(AssertionError):
            way.send(Request(method, server.url + "/books/contacts/" + name, b"BEGIN:VCARD"))
        way.close()
    assert server.requests == []


def test_compressed_answers_are_read_and_bombs_are_not():
    bomb = gzip.compress(b"0" * 50_000_000)

    def answer(request):
        body = bomb if request.path == "/bomb" else gzip.compress(b"content")
        return Reply(207, body, headers=(("Content-Encoding", "gzip"),))

    with Loopback(answer) as server:
        way = transport(server.url, wire=Wire(timeout=5, reply_limit=1_000_000))
        assert way.send(propfind(server.url + "/")).body == b"content"
        with pytest.raises(BadReply, match="larger"):
            way.send(propfind(server.url + "/bomb"))
        way.close()
    assert server.requests[0].headers["accept-encoding"] == "gzip"


def test_an_endless_answer_ends():
    def forever():
        while True:
            yield b"x" * 65536

    with Loopback(lambda _: Reply(207, stream=forever())) as server:
        way = transport(server.url, wire=Wire(timeout=5, reply_limit=1_000_000))
        with pytest.raises(BadReply, match="larger"):
            way.send(propfind(server.url + "/"))
        way.close()


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_an_answer_that_is_cut_off_is_no_answer(coding):
    body = b"<x/>" * 1000
    body = gzip.compress(body, 0) if coding == "gzip" else body

    def answer(_):
        return Reply(207, body, headers=(("Content-Encoding", coding),), sent=len(body) // 2, ending="close")

    with Loopback(answer) as server:
        way = transport(server.url)
        with pytest.raises(Unreachable):
            way.send(propfind(server.url + "/"))
        way.close()


def test_a_server_that_never_answers_is_given_up():
    with Loopback(lambda _: Reply(207, wait=30)) as server:
        way = transport(server.url, wire=Wire(timeout=0.2))
        with pytest.raises(Unreachable, match="in time"):
            way.send(propfind(server.url + "/"))
        way.close()


def test_connections_are_kept():
    with Loopback(lambda _: Reply(207, b"x")) as server:
        way = transport(server.url)
        for _ in range(5):
            way.send(propfind(server.url + "/"))
        way.close()
    assert (len(server.requests), server.connections) == (5, 1)


def test_a_write_is_sent_once_even_when_the_connection_breaks():
    with Loopback(lambda _: Reply(silent=True, ending="reset")) as server:
        way = transport(server.url)
        with pytest.raises(Unreachable):
            way.send(Request("PUT", server.url + "/x.vcf", b"BEGIN:VCARD"))
        way.close()
    assert len(server.requests) == 1


def challenge(*lines):
    def answer(request):
        if "authorization" in request.headers and not request.headers["authorization"].startswith("Basic"):
            return Reply(207)
        return Reply(401, headers=tuple(("WWW-Authenticate", line) for line in lines))

    return answer


def test_digest_is_used_where_nothing_else_is_offered():
    digest = 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'
    with Loopback(challenge(digest)) as server:
        way = transport(server.url)
        assert way.send(propfind(server.url + "/")).status == 207
        assert way.send(propfind(server.url + "/")).status == 207
        way.close()
    assert [request.status for request in server.requests[-1:]] == [207]
    assert server.requests[-1].headers["authorization"].startswith("Digest ")


def test_a_wrong_password_is_tried_once():
    with Loopback(lambda _: Reply(401, headers=(("WWW-Authenticate", "basic"),))) as server:
        way = transport(server.url)
        assert way.send(propfind(server.url + "/")).status == 401
        way.close()
    assert len(server.requests) == 1


def test_the_password_is_asked_for_once():
    asked = []
    login = Login("anna", lambda: asked.append(1) or SECRET)
    with Loopback(lambda _: Reply(207)) as server:
        way = transport(server.url, login)
        for _ in range(3):
            way.send(propfind(server.url + "/"))
        way.close()
    assert asked == [1]


def certificate(folder, days):
    """A self-signed certificate of 127.0.0.1, valid until `days` from now: (file, server context)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kith test")])
    now = datetime.datetime.now(datetime.UTC)
    until = now + datetime.timedelta(days=days)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(until - datetime.timedelta(days=30))
        .not_valid_after(until)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "cert.pem", folder / "key.pem"
    public.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context


def test_a_certificate_of_an_own_authority_is_accepted_where_it_is_named_and_only_there(tmp_path):
    public, context = certificate(tmp_path, days=10)
    with Loopback(lambda _: Reply(207), tls=context) as server:
        way = transport(server.url)
        with pytest.raises(Unreachable, match="certificate") as caught:
            way.send(propfind(server.url + "/"))
        way.close()
        assert "ca_file" in caught.value.remedy
        way = transport(server.url, wire=Wire(timeout=5, ca_file=str(public)))
        assert way.send(propfind(server.url + "/")).status == 207
        way.close()
    assert len(server.requests) == 1


def test_an_expired_certificate_is_named(tmp_path):
    public, context = certificate(tmp_path, days=-1)
    with Loopback(lambda _: Reply(207), tls=context) as server:
        way = transport(server.url, wire=Wire(timeout=5, ca_file=str(public)))
        with pytest.raises(Unreachable, match="expired"):
            way.send(propfind(server.url + "/"))
        way.close()
    assert server.requests == []


def test_a_certificate_file_that_is_none_is_named(tmp_path):
    wrong = tmp_path / "ca.pem"
    wrong.write_text("not a certificate")
    for path in (wrong, tmp_path / "missing.pem"):
        way = transport("https://127.0.0.1:1/", wire=Wire(timeout=1, ca_file=str(path)))
        with pytest.raises(WrongPlace, match=path.name):
            way.send(propfind("https://127.0.0.1:1/"))
        way.close()


def test_nobody_at_home_is_unreachable():
    with Loopback(lambda _: Reply(207)) as server:
        url = server.url
    way = transport(url)
    with pytest.raises(Unreachable, match="cannot be reached"):
        way.send(propfind(url + "/"))
    way.close()
