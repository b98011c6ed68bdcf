"""What a connector must be: protocol, errors, registry, secrets, and the contract suite."""
