"""The command line `image-share`: a module a command."""
