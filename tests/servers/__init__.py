"""Servers for tests, each started on loopback with private data and stopped with the test."""
