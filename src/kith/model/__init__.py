"""The nouns of kith: frozen values that travel from stage to stage. Imports nothing but the standard library."""
