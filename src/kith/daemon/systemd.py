"""sd_notify in a few lines (systemd's sd_notify(3)): READY, STATUS, WATCHDOG, STOPPING over a datagram socket."""

import contextlib
import os
import socket
from collections.abc import Mapping

SEND_TIMEOUT = 0.2
"""Seconds. The queue of a notify socket is short: a blocking send would freeze the daemon when nobody reads."""


def notify(message: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Send one message to the service manager; False where there is none or it does not read."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel,
    ):
        channel.settimeout(SEND_TIMEOUT)
        channel.connect(address)
        channel.sendall(message.encode("utf-8"))
        return True
    return False


def watchdog_interval(environment: Mapping[str, str] = os.environ) -> float | None:
    """Half the time in seconds within which systemd wants to hear from us, None where it does not watch."""
    wanted = environment.get("WATCHDOG_USEC", "")
    pid = environment.get("WATCHDOG_PID", "")
    if not wanted.isdigit() or (pid and pid != str(os.getpid())):
        return None
    return int(wanted) / 2_000_000
