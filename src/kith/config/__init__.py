"""Config.toml into typed settings, with errors that say the fix."""
