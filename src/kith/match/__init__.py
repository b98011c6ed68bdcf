"""Who is the same person, with evidence."""
