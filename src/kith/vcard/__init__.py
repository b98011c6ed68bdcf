"""Cards as bytes, as lines, as contacts."""
