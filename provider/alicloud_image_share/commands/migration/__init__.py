"""From pulumi-alicloud's `ecs.ImageSharePermission`, one resource an account, to ImageShare."""
