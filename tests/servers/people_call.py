"""One checked call to the People API emulator."""

import re
from typing import Any

from servers.people_book import JSON
from servers.people_schema import Method, check_mask, invalid


class Call:
    """One checked call."""

    def __init__(self, method: Method, resource: str, query: dict[str, list[str]], body: JSON) -> None:
        self.method, self.resource, self.query, self.body = method, resource, query, body

    def one(self, name: str) -> str:
        return self.query.get(name, [""])[0]

    def mask(self, name: str, default: str | None = None) -> tuple[str, ...]:
        text = self.one(name)
        if not text and default is None:
            raise invalid(f"{name} mask is required. Please specify one or more valid paths.")
        description = self.method.spec["parameters"][name]["description"]
        return check_mask(text, description, name) if text else tuple(all_fields(description))

    def body_mask(self, name: str) -> tuple[str, ...]:
        return tuple(part for part in self.body.get(name, "").split(",") if part)

    def batch(self, name: str, limit: int) -> Any:
        rows = self.body.get(name) or []
        if not 1 <= len(rows) <= limit:
            raise invalid(f"{name} must have between 1 and {limit} entries")
        return rows


def all_fields(description: str) -> list[str]:
    return re.findall(r"\* (\w+)(?: |$)", description)
