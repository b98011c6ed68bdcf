"""kith: one address book, everywhere, that you can trust."""

__version__ = "0.1.0"
