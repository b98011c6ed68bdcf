"""Why something outside of kith did not work, in plain words: what libraries and the system raise is for programmers."""

_TIMEOUT, _CERTIFICATE, _CONNECTION = (
    "no answer in time",
    "its certificate is not valid",
    "it cannot be reached",
)


def reason(error: Exception) -> str:
    """The reason for a message; never with anything that was sent or received. Of the system's errors it is what the system
    says; of network libraries (httpx, requests, urllib3), which call their errors alike, what the kind of error means."""
    said = error.strerror if isinstance(error, OSError) else None
    if said:
        return said
    kinds = " ".join(kind.__name__ for kind in type(error).__mro__)
    if "Timeout" in kinds:
        return _TIMEOUT
    if "certificate" in str(error).casefold():
        return _CERTIFICATE
    if "ConnectError" in kinds or "ConnectionError" in kinds or "NewConnectionError" in kinds:
        return _CONNECTION
    return "the connection broke off"
