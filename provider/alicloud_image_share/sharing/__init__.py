"""Who may use an image, and what a change of that would be: values and decisions, without I/O."""
