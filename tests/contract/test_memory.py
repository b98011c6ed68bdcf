"""The memory connector against the contract."""

import pytest

from kith.connector.testing import TargetContract, sample
from kith_connectors.memory.connector import MemoryAccount, Shelf


class TestMemory(TargetContract):
    @pytest.fixture
    def reopen(self):
        shelf = Shelf()
        shelf.put("one", sample(7))
        return lambda: MemoryAccount("memory", shelf)
