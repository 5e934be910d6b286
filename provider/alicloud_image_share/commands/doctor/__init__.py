"""Look at everything that a run needs, one after the other, and say how to mend what is amiss."""
