"""What is live: who can use which image, over services and regions, against what stacks say."""
