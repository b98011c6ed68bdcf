"""Make two spellings comparable."""
