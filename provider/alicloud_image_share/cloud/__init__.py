"""The wire: what is configured, who is signed in, how a call is sent, what a service answers."""
