"""The life of a share: registered by the program, then checked, compared, created, read, updated, deleted."""
