"""Finds connectors by entry point and loads only the one that is asked for."""

import difflib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

from kith.connector.errors import ConnectorError
from kith.connector.info import ConnectorInfo

GROUP = "kith.connectors"


class UnknownConnector(ConnectorError):
    """No installed package declares a connector of that name."""

    again = "never"


@cache
def available() -> Mapping[str, EntryPoint]:
    """{name: entry point} of all installed connectors, not loaded. Looked up once: every installed package is asked."""
    return MappingProxyType({point.name: point for point in entry_points(group=GROUP)})


def load(name: str) -> ConnectorInfo:
    """The connector of that name. Raises UnknownConnector with the nearest names."""
    points = available()
    if name not in points:
        near = difflib.get_close_matches(name, points, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(sorted(points))}"
        raise UnknownConnector(f'there is no connector "{name}"', hint)
    try:
        info = points[name].load()
    except ImportError as error:
        raise UnknownConnector(
            f'the connector "{name}" cannot be loaded ({error})', "reinstall the package that brings it"
        ) from error
    if not isinstance(info, ConnectorInfo):
        raise UnknownConnector(
            f'the connector "{name}" has no ConnectorInfo', "it is made for another version"
        )
    return info
