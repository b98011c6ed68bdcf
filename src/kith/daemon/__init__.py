"""Runs kith.sync on a schedule and talks to systemd."""
