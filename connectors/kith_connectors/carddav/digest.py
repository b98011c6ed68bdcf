"""Digest authentication (RFC 7616): MD5 and SHA-256, with and without -sess, qop auth."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field

_PART = re.compile(r'([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


@dataclass(slots=True)
class Digest:
    """The answer to one challenge. `used` counts requests; `worked` is set when the server accepted one."""

    username: str
    password: str
    challenge: dict[str, str]
    used: int = 0
    worked: bool = False
    cnonce: str = field(default_factory=lambda: secrets.token_hex(8))

    def header(self, method: str, target: str) -> str:
        """The Authorization header of a request to a target (path and query as sent)."""
        self.used += 1
        told = self.challenge
        name, session = _algorithm(told)
        qop = "auth" if "auth" in re.split(r"[\s,]+", told.get("qop", "")) else ""
        count = f"{self.used:08x}"

        def digest(text: str) -> str:
            return _HASHES[name](text.encode()).hexdigest()

        secret = digest(f"{self.username}:{told.get('realm', '')}:{self.password}")
        if session:
            secret = digest(f"{secret}:{told['nonce']}:{self.cnonce}")
        request = digest(f"{method}:{target}")
        middle = f"{told['nonce']}:{count}:{self.cnonce}:{qop}" if qop else told["nonce"]
        parts = {
            "username": f'"{_quoted(self.username)}"',
            "realm": f'"{_quoted(told.get("realm", ""))}"',
            "nonce": f'"{told["nonce"]}"',
            "uri": f'"{target}"',
            "response": f'"{digest(f"{secret}:{middle}:{request}")}"',
        }
        if "algorithm" in told:
            parts["algorithm"] = told["algorithm"]
        if "opaque" in told:
            parts["opaque"] = f'"{told["opaque"]}"'
        if qop or session:
            parts |= {"qop": qop or "auth", "nc": count, "cnonce": f'"{self.cnonce}"'}
        return "Digest " + ", ".join(f"{key}={value}" for key, value in parts.items())


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _algorithm(told: dict[str, str]) -> tuple[str, bool]:
    name, _, session = told.get("algorithm", "MD5").upper().partition("-SESS")
    return name, told.get("algorithm", "").upper().endswith("-SESS") and not session


def challenges(lines: list[str]) -> list[tuple[str, dict[str, str]]]:
    """The challenges of WWW-Authenticate lines as (scheme in lower case, parameters); several may share a line."""
    found: list[tuple[str, dict[str, str]]] = []
    for line in lines:
        starts = [
            hit.start(1) for hit in re.finditer(r"(?:^|,)\s*(?=([A-Za-z0-9-]+)(?:\s|,|$)(?!\s*=))", line)
        ]
        for start, end in zip(starts, [*starts[1:], len(line)], strict=True):
            scheme, _, rest = line[start:end].strip(" ,").partition(" ")
            parts = {hit[1].casefold(): _unquoted(hit) for hit in _PART.finditer(rest)}
            found.append((scheme.casefold(), parts))
    return found


def _unquoted(hit: re.Match[str]) -> str:
    return re.sub(r"\\(.)", r"\1", hit[2]) if hit[2] is not None else hit[3]


def usable(told: dict[str, str]) -> bool:
    """Whether a Digest challenge can be answered."""
    qop = re.split(r"[\s,]+", told.get("qop", "auth"))
    return bool(told.get("nonce")) and _algorithm(told)[0] in _HASHES and "auth" in qop
