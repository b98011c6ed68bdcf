"""What all mail sources share: reading headers, and deciding who is a correspondent. Without disk and network."""
