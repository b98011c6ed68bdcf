"""Basic and Digest login (RFC 7617, RFC 7616 with MD5 and qop=auth) of the hostile server."""

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING

from servers.loopback import Reply, Request

if TYPE_CHECKING:
    from servers.hostile import HostileServer

REALM = "kith test"
NONCE = "dcd98b7102dd2f0e8b11d0f600bfb0c093"


class Login:
    """Decides whether a request may pass."""

    def __init__(self, server: "HostileServer") -> None:
        self.server = server

    def refuse(self, request: Request) -> Reply | None:
        """The 401 for a request with no or wrong credentials, None where it may pass."""
        if self.server.switches.auth == "none" or self._right(request):
            return None
        if self.anonymous(request) and self._looks(request):
            return None
        return Reply(401, b"", tuple(("WWW-Authenticate", challenge) for challenge in self._challenges()))

    def anonymous(self, request: Request) -> bool:
        """Whether a request that passed carries no credentials although the server has users."""
        switches = self.server.switches
        return switches.anonymous_principal and "authorization" not in request.headers

    def _looks(self, request: Request) -> bool:
        return request.method in {"PROPFIND", "OPTIONS"} and not request.plain_path.startswith(
            self.server.home
        )

    def _challenges(self) -> list[str]:
        switches = self.server.switches
        realm = f' realm="{REALM}"' if switches.realm else ""
        basic = switches.scheme + realm
        digest = f'Digest realm="{REALM}", nonce="{NONCE}", qop="auth", algorithm=MD5'
        return {"basic": [basic], "digest": [digest], "both": [digest, basic]}.get(switches.auth, [])

    def _right(self, request: Request) -> bool:
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        allowed = self.server.switches.auth
        if scheme.lower() == "basic" and allowed in {"basic", "both"}:
            return self._basic(rest)
        if scheme.lower() == "digest" and allowed in {"digest", "both"}:
            return self._digest(request, rest)
        return False

    def _basic(self, credentials: str) -> bool:
        try:
            text = base64.b64decode(credentials).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        return text == f"{self.server.username}:{self.server.password}"

    def _digest(self, request: Request, rest: str) -> bool:
        parts = {
            name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', rest)
        }
        if parts.get("nonce") != NONCE or parts.get("username") != self.server.username:
            return False
        first = _md5(f"{self.server.username}:{REALM}:{self.server.password}")
        second = _md5(f"{request.method}:{parts.get('uri', '')}")
        middle = [parts.get(name, "") for name in ("nonce", "nc", "cnonce", "qop")]
        return parts.get("response") == _md5(":".join([first, *middle, second]))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
