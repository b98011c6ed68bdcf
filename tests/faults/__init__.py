"""Kith under faults: killed, cut off, refused, out of disk."""
