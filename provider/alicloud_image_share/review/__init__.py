"""What a preview means for who can use which image: read, weighed, and shown for people to approve."""
