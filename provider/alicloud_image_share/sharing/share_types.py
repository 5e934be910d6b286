"""The two types of a share, which stand in users' state for ever, and what names the native provider."""

from __future__ import annotations

SHARE_TYPE = "pulumi-python:dynamic/alicloud:ImageShare"
NATIVE_TYPE = "image-shares:index:ImageShare"
"""A share of the native provider, which spells its fields as other languages do."""
NATIVE_PLUGIN = "pulumi-resource-image-shares"
"""The command that the engine starts for native shares."""
STACK_PROVIDER = "of-the-stack"
"""The name of the native provider that a stack file declares: it has the configuration of the stack."""
