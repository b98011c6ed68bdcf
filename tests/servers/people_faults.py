"""The documented failures of the People API, to be switched on in the emulator."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from servers.people_schema import Refused


@dataclass
class Planned:
    """A refusal planned for the next `times` calls whose method name contains `method`."""

    refusal: Refused
    method: str = ""
    times: int = 1


@dataclass
class Faults:
    """What can be switched on. `strict` refuses overlapping mutations and counts them in `overlaps`; `lose_answer` does
    what the next method of that name asks and hangs up; `hidden` contacts are left out of listings; `granted` are the
    scopes that the user agrees to (None: all)."""

    planned: list[Planned] = field(default_factory=list)
    expired: Refused | None = None
    revoked: bool = False
    delayed: bool = False
    strict: bool = False
    overlaps: int = 0
    lose_answer: str = ""
    withhold_refresh_token: bool = False
    granted: str | None = None
    garbage: str = ""
    photo_status: int = 0
    meanwhile: list[tuple[str, Callable[[], object]]] = field(default_factory=list)
    paused: threading.Event | None = None
    rename_on_update: bool = False
    hidden: set[str] = field(default_factory=set)

    def pause_mutations(self) -> threading.Event:
        """Each mutation stays under way until the returned event is set."""
        self.paused = threading.Event()
        return self.paused

    def before_next(self, method: str, act: Callable[[], object]) -> None:
        """Something else happens just before the next call of a method."""
        self.meanwhile.append((method, act))

    def fail(self, status: int, times: int = 1, method: str = "", retry_after: str | None = None) -> None:
        codes = {
            401: "UNAUTHENTICATED",
            403: "PERMISSION_DENIED",
            429: "RESOURCE_EXHAUSTED",
            503: "UNAVAILABLE",
        }
        refusal = Refused(status, codes.get(status, "INTERNAL"), f"fault {status}", "", retry_after)
        self.planned.append(Planned(refusal, method, times))

    def quota(
        self, times: int = 1, method: str = "", retry_after: str | None = None, status: int = 429
    ) -> None:
        message = (
            "Quota exceeded for quota metric 'Critical read requests (Contact and Profile Reads)' and limit "
            "'Critical read requests (Contact and Profile Reads) per minute per user' of service 'people.googleapis.com'"
        )
        code, reason = (
            ("RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED")
            if status == 429
            else ("PERMISSION_DENIED", "rateLimitExceeded")
        )
        self.planned.append(Planned(Refused(status, code, message, reason, retry_after), method, times))

    def refuse(self, status: int, code: str, message: str, reason: str = "", method: str = "") -> None:
        self.planned.append(Planned(Refused(status, code, message, reason), method))

    def expire_tokens(self, status: int = 400) -> None:
        """Sync tokens given out so far stop working; public code reports both 400 and 410."""
        code = "FAILED_PRECONDITION" if status == 400 else "GONE"
        message = "Sync token is expired. Clear local cache and retry call without the sync token."
        self.expired = Refused(status, code, message, "EXPIRED_SYNC_TOKEN")
