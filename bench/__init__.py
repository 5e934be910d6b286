"""What sharing costs: this project beside the pattern of one resource an account, and the engine's floor."""
