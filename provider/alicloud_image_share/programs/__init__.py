"""What programs declare besides ImageShare: SharedImage, newest images, shares of a stack file."""
