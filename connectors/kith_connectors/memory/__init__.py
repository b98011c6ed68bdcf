"""An account in memory: the connector to copy when you write one, and the double that tests run on."""

from kith.connector.info import ConnectorInfo
from kith_connectors.memory.connector import CAPABILITIES, open_account
from kith_connectors.memory.settings import MemorySettings

INFO = ConnectorInfo(
    name="memory",
    title="Memory (for tests)",
    settings=MemorySettings,
    capabilities=CAPABILITIES,
    open=open_account,
)
