"""Check everything that a run needs, one after the other, and say how to fix what is wrong."""
