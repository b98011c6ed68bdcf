"""Dovecot 2.3 (Debian package dovecot-imapd) on loopback: any user name is an empty mailbox of its own.

The password is PASSWORD; XOAUTH2 takes tokens made by `token()`. Every command that a client sends is in a log.
"""

import base64
import datetime
import hashlib
import hmac
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from imapclient import IMAPClient

from servers.process import free_port
from servers.program import end, required, start, wait_until

PROGRAM = Path("/usr/sbin/dovecot")
PASSWORD = "corréct-horse"
_KEY = b"a key for tests only"

CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
listen = 127.0.0.1
protocols = imap
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
first_valid_uid = 1
first_valid_gid = 0
mail_location = maildir:~/Maildir
rawlog_dir = {folder}/raw/%u
mail_fsync = never
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Verschickt {{
    special_use = \\Sent
  }}
  mailbox Muell {{
    special_use = \\Junk
  }}
  mailbox Everything {{
    special_use = \\All
  }}
}}
namespace other {{
  type = shared
  separator = /
  prefix = Others/%%u/
  location = maildir:{folder}/home/%%u/Maildir
  list = no
  subscriptions = no
}}
"""
OAUTH2 = """\
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = email
"""


def missing_dovecot() -> str:
    """What is not installed, "" where all is there."""
    return "" if PROGRAM.exists() else str(PROGRAM)


@dataclass
class Mailbox:
    """One user of a running Dovecot, as other programs of the user see it."""

    server: "Dovecot"
    user: str = field(default_factory=lambda: f"u{uuid.uuid4().hex[:12]}@example.org")

    def client(self) -> IMAPClient:
        """A connection of another program, logged in."""
        client = IMAPClient("127.0.0.1", self.server.port, ssl=False, timeout=30)
        client.plain_login(self.user, PASSWORD)
        return client

    def put(self, folder: str, *messages: bytes) -> None:
        """Append messages, making the folder where it is missing."""
        with self.client() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for message in messages:
                client.append(folder, message.replace(b"\n", b"\r\n"))

    def delete(self, folder: str) -> None:
        with self.client() as client:
            client.delete_folder(folder)

    def commands(self) -> list[str]:
        """What clients have sent since the last call, without their tags; LIST ... is one string."""
        folder = self.server.folder / "raw" / self.user
        lines: list[str] = []
        for path in sorted(folder.glob("*.in")):
            for line in path.read_text("utf-8", "replace").splitlines():
                words = line.split(" ", 2)  # time, tag, command
                lines.append(words[2] if len(words) > 2 else line)
            path.unlink()
        return lines

    def watch(self) -> None:
        """Begin to log commands of sessions that start from now on."""
        folder = self.server.folder / "raw" / self.user
        folder.mkdir(mode=0o777, exist_ok=True)
        folder.chmod(0o777)
        self.commands()


@dataclass
class Dovecot:
    """A running Dovecot."""

    folder: Path
    port: int
    tls_port: int
    process: subprocess.Popen[bytes]

    @property
    def certificate(self) -> Path:
        return self.folder / "cert.pem"

    def mailbox(self) -> Mailbox:
        """A new, empty mailbox."""
        return Mailbox(self)

    def stop(self) -> None:
        end(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)


def token(user: str, seconds: int = 600) -> str:
    """An access token (RFC 7519, HS256) that this server takes for that user."""

    def part(data: bytes) -> bytes:
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    now = int(time.time())
    claims = {"email": user, "sub": user, "iat": now - 5, "exp": now + seconds}
    signed = (
        part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()) + b"." + part(json.dumps(claims).encode())
    )
    return (signed + b"." + part(hmac.new(_KEY, signed, hashlib.sha256).digest())).decode()


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))


def _accounts() -> dict[str, object]:
    """The users Dovecot runs as: it never gives mail access to root."""
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        ids = {"uid": nobody.pw_uid, "gid": nobody.pw_gid}
        return {"internal": "dovecot", "login": "dovenull", "group": "dovecot", **ids}
    me = pwd.getpwuid(os.getuid())
    import grp

    group = grp.getgrgid(me.pw_gid).gr_name
    return {"internal": me.pw_name, "login": me.pw_name, "group": group, "uid": me.pw_uid, "gid": me.pw_gid}


def start_dovecot() -> Dovecot:
    """Start a Dovecot with private data in a folder of its own (its mail user must be able to reach it)."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    folder.chmod(0o755)
    accounts = _accounts()
    for name in ("home", "raw", "run", "state"):
        (folder / name).mkdir()
    for name in ("home", "raw"):
        (folder / name).chmod(0o777)
    keys = folder / "keys" / "default" / "HS256"
    keys.mkdir(parents=True)
    (keys / "default").write_text(base64.b64encode(_KEY).decode())
    _certificate(folder)
    port, tls_port = free_port(), free_port()
    values = {"folder": folder, "port": port, "tls_port": tls_port, "password": PASSWORD, **accounts}
    (folder / "dovecot.conf").write_text(CONFIG.format(**values), "utf-8")
    (folder / "oauth2.conf").write_text(OAUTH2.format(**values), "utf-8")
    log = folder / "start.log"
    process = start([str(PROGRAM), "-F", "-c", str(folder / "dovecot.conf")], log)

    def answers() -> bool:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
            return probe.recv(4) == b"* OK"

    wait_until(answers, process, log)
    return Dovecot(folder, port, tls_port, process)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One Dovecot for the whole session; each test takes a `mailbox()` of its own."""
    required("Dovecot", missing_dovecot())
    server = start_dovecot()
    yield server
    server.stop()
