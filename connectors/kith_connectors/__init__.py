"""The connectors that come with kith: one package each, found by entry point."""
