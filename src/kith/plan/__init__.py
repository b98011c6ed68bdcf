"""What must change where, and is it safe."""
