"""Checks a request against the discovery document of the People API that google-api-python-client brings along."""

import functools
import json
import re
from dataclasses import dataclass
from importlib import resources
from typing import Any


class Refused(Exception):
    """An answer with an error, in Google's JSON form (https://google.aip.dev/193)."""

    def __init__(
        self, status: int, code: str, message: str, reason: str = "", retry_after: str | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.reason = status, code, message, reason
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.status, "message": self.message, "status": self.code}
        if self.reason:
            error["errors"] = [{"message": self.message, "domain": "global", "reason": self.reason}]
            error["details"] = [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": self.reason,
                    "domain": "googleapis.com",
                }
            ]
        return {"error": error}


def invalid(message: str) -> Refused:
    return Refused(400, "INVALID_ARGUMENT", message)


@dataclass(frozen=True)
class Method:
    """One method of the API: `name` such as people.connections.list, `spec` as in the document."""

    name: str
    verb: str
    pattern: re.Pattern[str]
    spec: dict[str, Any]


@functools.cache
def document() -> dict[str, Any]:
    path = resources.files("googleapiclient") / "discovery_cache" / "documents" / "people.v1.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@functools.cache
def methods() -> tuple[Method, ...]:
    found: list[Method] = []

    def walk(prefix: str, level: dict[str, Any]) -> None:
        for name, resource in level.items():
            for verb, spec in resource.get("methods", {}).items():
                pattern = re.sub(r"\{\w+\}", r"([^/:]+)", spec["flatPath"])
                found.append(
                    Method(f"{prefix}{name}.{verb}", spec["httpMethod"], re.compile(f"/{pattern}"), spec)
                )
            walk(f"{prefix}{name}.", resource.get("resources", {}))

    walk("", document()["resources"])
    return tuple(found)


def find(verb: str, path: str) -> tuple[Method, str]:
    """The method for a request and the resource name in its path."""
    for method in methods():
        match = method.pattern.fullmatch(path)
        if match and method.verb == verb:
            kind = method.spec["flatPath"].split("/")[1]
            return method, f"{kind}/{match.group(1)}" if match.groups() else ""
    raise Refused(404, "NOT_FOUND", f"no method {verb} {path}")


def _mask_values(description: str) -> frozenset[str]:
    """The field names that a mask takes: the document lists them as "* a * b" in its text."""
    return frozenset(re.findall(r"\* (\w+)(?: |$)", description))


def check_mask(mask: str, description: str, name: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in mask.split(",") if part.strip())
    unknown = [part for part in parts if part not in _mask_values(description)]
    if unknown:
        raise invalid(f"Invalid {name} mask path: {unknown[0]!r}")
    return parts


def check_query(method: Method, query: dict[str, list[str]]) -> None:
    """Refuses unknown, repeated, mistyped and out-of-range parameters and unknown mask paths."""
    known = method.spec.get("parameters", {})
    for name, values in query.items():
        if name in document()["parameters"]:
            continue
        if name not in known:
            raise invalid(
                f"Invalid JSON payload received. Unknown name {name!r}: Cannot bind query parameter."
            )
        spec = known[name]
        if len(values) > 1 and not spec.get("repeated"):
            raise invalid(f"{name} is not repeated")
        for value in values:
            _check_parameter(name, value, spec)
    page = int(query.get("pageSize", ["1"])[0])
    if not 0 <= page <= 1000:
        raise invalid("Page size must be between 1 and 1000")


def _check_parameter(name: str, value: str, spec: dict[str, Any]) -> None:
    if "enum" in spec and value not in spec["enum"]:
        raise invalid(f"Invalid value at {name!r}: {value!r}")
    if spec["type"] == "integer" and not re.fullmatch(r"-?\d+", value):
        raise invalid(f"Invalid value at {name!r} (TYPE_INT32), {value!r}")
    if spec["type"] == "boolean" and value not in ("true", "false"):
        raise invalid(f"Invalid value at {name!r} (TYPE_BOOL), {value!r}")
    if spec.get("format") == "google-fieldmask":
        check_mask(value, spec["description"], name)


def check_body(method: Method, body: Any) -> None:
    """Refuses a body that is not of the method's request schema."""
    request = method.spec.get("request")
    if request is None:
        if body:
            raise invalid("this method takes no body")
        return
    _check_schema(body if body is not None else {}, request["$ref"], "")


def _check_schema(value: Any, name: str, where: str) -> None:
    if not isinstance(value, dict):
        raise invalid(f"Invalid JSON payload received at {where or 'root'}: not an object")
    known = document()["schemas"][name]["properties"]
    for key, item in value.items():
        if key not in known:
            at = f"{where}.{key}".strip(".")
            raise invalid(
                f"Invalid JSON payload received. Unknown name {key!r} at {at!r}: Cannot find field."
            )
        _check_value(item, known[key], f"{where}.{key}".strip("."))


JSON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


def _check_value(value: Any, spec: dict[str, Any], where: str) -> None:
    if "$ref" in spec:
        _check_schema(value, spec["$ref"], where)
        return
    kind = spec["type"]
    if not isinstance(value, JSON_TYPES[kind]) or (kind == "integer" and isinstance(value, bool)):
        raise invalid(f"Invalid value at {where!r} ({kind}): {value!r}")
    if "enum" in spec and value not in spec["enum"]:
        raise invalid(f"Invalid value at {where!r}: {value!r}")
    if spec.get("format") == "google-fieldmask":
        check_mask(value, spec["description"], where)
    for number, item in enumerate(value if kind == "array" else ()):
        _check_value(item, spec["items"], f"{where}[{number}]")
    if kind == "object" and "additionalProperties" in spec:
        for key, item in value.items():
            _check_value(item, spec["additionalProperties"], f"{where}.{key}")
