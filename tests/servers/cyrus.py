"""Cyrus 3.6 (Debian packages cyrus-caldav, cyrus-common, sasl2-bin) with CardDAV on loopback and private data.

The mailbox of the user is made through IMAP; `imapd` is not installed (its package excludes Dovecot's) but unpacked by
.ci/install-servers into the folder that KITH_TEST_SERVERS names, by default ~/.cache/kith/servers.
"""

import imaplib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from servers.process import Seen, free_port
from servers.program import Program, end, start, wait_until

BIN = Path("/usr/lib/cyrus/bin")
MASTER = Path("/usr/sbin/cyrmaster")
SASL = Path("/usr/sbin/saslpasswd2")
USER, PASSWORD, ADMIN = "alice", "correct horse", "admin"

IMAPD_CONF = """\
configdirectory: {folder}/conf
partition-default: {folder}/spool
defaultpartition: default
admins: {admin}
cyrus_user: {account}
httpmodules: carddav
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {folder}/sasldb2
sasl_mech_list: PLAIN
unixhierarchysep: yes
virtdomains: off
lmtpsocket: {folder}/conf/socket/lmtp
idlesocket: {folder}/conf/socket/idle
notifysocket: {folder}/conf/socket/notify
"""
CYRUS_CONF = """\
START {{
  recover cmd="{bin}/ctl_cyrusdb -C {folder}/imapd.conf -r"
}}
SERVICES {{
  imap cmd="{folder}/imapd -C {folder}/imapd.conf" listen="127.0.0.1:{imap}" prefork=0
  http cmd="{bin}/httpd -C {folder}/imapd.conf" listen="127.0.0.1:{http}" prefork=1
}}
EVENTS {{
}}
"""
NO_LINE = re.compile(r"(?!)(?P<method>)(?P<path>)(?P<status>)")


def imapd() -> Path:
    """Where .ci/install-servers puts the program that makes mailboxes."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kith" / "servers"
    return Path(os.environ.get("KITH_TEST_SERVERS") or cache) / "cyrus-imapd/usr/lib/cyrus/bin/imapd"


def missing_cyrus() -> str:
    """What is not installed, "" where everything is there."""
    return ", ".join(str(path) for path in (MASTER, BIN / "httpd", SASL, imapd()) if not path.exists())


@dataclass
class Cyrus(Program):
    """A running Cyrus. Its user has the book Default from the start."""

    def requests(self) -> list[Seen]:
        """Cyrus tells its requests to syslog only. Raises RuntimeError."""
        raise RuntimeError("Cyrus keeps no log of its own: put a FaultProxy in front and ask that")


def start_cyrus() -> Cyrus:
    """A server of its own with the user alice. Raises RuntimeError when it does not come up."""
    # below /tmp and not below pytest's own folder, which the account of Cyrus cannot enter
    folder = Path(tempfile.mkdtemp(prefix="kith-cyrus-"))
    http, imap = free_port(), free_port()
    _write(folder, http, imap)
    command = [str(MASTER), "-D", "-C", str(folder / "imapd.conf"), "-M", str(folder / "cyrus.conf")]
    log = folder / "log"
    process = start([*command, "-p", str(folder / "master.pid")], log)
    wait_until(lambda: _answers(imap), process, log)
    try:
        _make_mailbox(imap)
    except BaseException:
        end(process)
        raise
    wait_until(lambda: _answers(http), process, log)
    url = f"http://127.0.0.1:{http}/"
    return Cyrus(url, USER, PASSWORD, f"{url}dav/addressbooks/user/{USER}/", log, NO_LINE, process)


def _write(folder: Path, http: int, imap: int) -> None:
    """The folders, the two configuration files and the passwords."""
    account = "cyrus" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    for name in ("conf/socket", "conf/db", "conf/proc", "spool"):
        (folder / name).mkdir(parents=True)
    (folder / "imapd.conf").write_text(IMAPD_CONF.format(folder=folder, admin=ADMIN, account=account))
    (folder / "cyrus.conf").write_text(CYRUS_CONF.format(folder=folder, bin=BIN, http=http, imap=imap))
    shutil.copy2(imapd(), folder / "imapd")  # a home folder may be closed to the account of Cyrus
    for user in (USER, ADMIN):
        command = [str(SASL), "-p", "-c", "-f", str(folder / "sasldb2"), "-u", socket.gethostname(), user]
        subprocess.run(command, input=PASSWORD.encode(), check=True, capture_output=True)
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, account, "mail")


def _answers(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


def _make_mailbox(port: int) -> None:
    with imaplib.IMAP4("127.0.0.1", port, timeout=20) as admin:
        admin.login(ADMIN, PASSWORD)
        status, answer = admin.create(f"user/{USER}")
        if status != "OK":
            raise RuntimeError(f"Cyrus made no mailbox: {answer!r}")
