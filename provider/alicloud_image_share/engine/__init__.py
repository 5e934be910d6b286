"""Run the config-driven program on an embedded engine, through Pulumi's Automation API."""
