"""The connector's way over the wire: redirects, logins, certificates, limits. Every server here is on loopback."""

import contextlib
import datetime
import gzip
import ipaddress
import socket
import ssl
import threading
from urllib.parse import urlsplit

import pytest

from kith.connector.errors import BadReply, Unreachable, WrongPlace
from kith_connectors.carddav.connection import Broken, Connections, NoConnection, Origin, Proxy, basic
from kith_connectors.carddav.http import HttpTransport, Wire, proxy_for, unreachable
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


def test_an_exchange_that_broke_off_without_a_word_names_no_class():
    assert "broke off (no reason is given)" in unreachable(Broken(), "https://dav.example.org/").message


def test_nobody_at_home_is_unreachable():
    with Loopback(lambda _: Reply(207)) as server:
        url = server.url
    way = transport(url)
    with pytest.raises(Unreachable, match="cannot be reached"):
        way.send(propfind(url + "/"))
    way.close()


class Tunnels:
    """A proxy on loopback for one connection after the other: it notes heads and connects to `port`."""

    def __init__(self, port):
        self.port, self.heads = port, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        connection, _ = self.listener.accept()
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536)
            self.heads.append(head)
            with socket.create_connection(("127.0.0.1", self.port)) as server:
                if head.startswith(b"CONNECT "):
                    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                else:
                    server.sendall(head)
                back = threading.Thread(target=pass_on, args=(server, connection), daemon=True)
                back.start()
                pass_on(connection, server)
                back.join()

    def stop(self):
        self.thread.join(5)
        self.listener.close()


def pass_on(source, sink):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


def behind(server, proxy, tls):
    """Connections to a loopback server through a proxy, and where they lead."""
    _, _, port = server.url.rpartition(":")
    scheme = server.url.partition(":")[0]
    return Connections(5, lambda: tls), Origin(scheme, "127.0.0.1", int(port), proxy)


def test_a_proxy_passes_plain_requests_on_and_gets_its_own_login():
    with Loopback(lambda _: Reply(207, b"here")) as server:
        tunnels = Tunnels(int(server.url.rpartition(":")[2]))
        host, _, port = tunnels.place.partition(":")
        proxy = Proxy(host, int(port), basic("otto", "Otter"))
        ways, origin = behind(server, proxy, ssl.create_default_context())
        answer = ways.exchange(origin, "PROPFIND", "/books/", {"host": origin.authority}, b"")
        assert b"".join(answer.pieces()) == b"here"
        answer.close()
        ways.close()
        tunnels.stop()
    assert tunnels.heads[0].startswith(f"PROPFIND {server.url}/books/ HTTP/1.1\r\n".encode())
    assert b"proxy-authorization: Basic b3R0bzpPdHRlcg==\r\n" in tunnels.heads[0]


def test_a_proxy_never_sees_what_is_encrypted(tmp_path):
    public, context = certificate(tmp_path, days=10)
    large = b"0123456789" * 100_000
    with Loopback(lambda request: Reply(207, request.body + large), tls=context) as server:
        tunnels = Tunnels(int(server.url.rpartition(":")[2]))
        host, _, port = tunnels.place.partition(":")
        ways, origin = behind(server, Proxy(host, int(port)), ssl.create_default_context(cafile=public))
        for _ in range(2):  # the connection is kept
            headers = {"content-length": str(len(large)), "authorization": SECRET}
            answer = ways.exchange(origin, "PUT", "/x.vcf", headers, large)
            assert b"".join(answer.pieces()) == (large + large)
            answer.close()
        ways.close()
        tunnels.stop()
    [head] = tunnels.heads
    assert head.startswith(f"CONNECT {origin.authority} HTTP/1.".encode())
    assert SECRET.encode() not in head
    assert server.connections == 1


def test_a_proxy_that_refuses_is_named():
    with Loopback(lambda _: Reply(407)) as proxy:
        port = int(proxy.url.rpartition(":")[2])
        ways = Connections(5, ssl.create_default_context)
        with pytest.raises(NoConnection, match="407"):
            ways.exchange(
                Origin("https", "dav.example.org", 443, Proxy("127.0.0.1", port)), "GET", "/", {}, b""
            )
        ways.close()
    assert [request.method for request in proxy.requests] == ["CONNECT"]


def test_the_proxy_of_the_environment_is_used_and_left_out_as_it_says(monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    place = urlsplit("https://dav.example.org/")
    assert proxy_for(place) is None
    monkeypatch.setenv("https_proxy", "http://otto:Ott%40er@proxy.example.org:3128")
    assert proxy_for(place) == Proxy("proxy.example.org", 3128, basic("otto", "Ott@er"))
    monkeypatch.setenv("https_proxy", "https://proxy.example.org")
    with pytest.raises(WrongPlace, match="over TLS"):
        proxy_for(place)
    monkeypatch.setenv("no_proxy", "example.org")
    assert proxy_for(place) is None


def test_a_kept_connection_that_the_server_closed_is_not_used_for_a_write():
    with Loopback(lambda _: Reply(201, ending="keep"), keep_alive=True) as server:
        way = transport(server.url)
        way.send(Request("PUT", server.url + "/x.vcf", b"BEGIN:VCARD"))
        for connection in list(server._open):
            connection.shutdown(socket.SHUT_RDWR)
        assert way.send(Request("PUT", server.url + "/y.vcf", b"BEGIN:VCARD")).status == 201
        way.close()
    assert [(request.method, request.path) for request in server.requests] == [
        ("PUT", "/x.vcf"),
        ("PUT", "/y.vcf"),
    ]
    assert server.connections == 2


def test_an_answer_that_is_left_unread_ends_its_connection():
    with Loopback(lambda _: Reply(207, b"x" * 1000)) as server:
        way = transport(server.url)
        with way.stream(propfind(server.url + "/")) as answer:
            assert answer.head.status == 207
        assert way.send(propfind(server.url + "/")).body == b"x" * 1000
        way.close()
    assert server.connections == 2


def test_a_refusal_is_read_where_the_server_does_not_wait_for_the_whole_request():
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse():
        connection, _ = listener.accept()
        with connection:
            connection.recv(1024)
            connection.sendall(b"HTTP/1.1 413 Too large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            connection.shutdown(socket.SHUT_WR)
            with contextlib.suppress(OSError):
                while connection.recv(65536):
                    pass

    thread = threading.Thread(target=refuse, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    way = transport(url)
    assert way.send(Request("PUT", url + "/x.vcf", b"x" * 2_000_000)).status == 413
    way.close()
    thread.join(5)
    listener.close()
