"""The stack file: which images are shared with which accounts, as people write it.

Pure: it takes values that somebody else has parsed, and the text of the file for what parsing destroys. Every
problem is found, not the first one only, and each is one line that begins with its place in the file.
"""

from alicloud_image_share.stack_file.check import key_problems, provider_problems, value_problems
from alicloud_image_share.stack_file.definitions import (
    ABSENT,
    ImagesOf,
    ListedAccount,
    Rotation,
    ShareDefinition,
    StackValues,
    definitions,
    rotations,
    unknown_images,
)
from alicloud_image_share.stack_file.keys import DYNAMIC, KEYS, NATIVE, PROVIDER
from alicloud_image_share.stack_file.place import Place, Problem
from alicloud_image_share.stack_file.schema import stack_file_schema
from alicloud_image_share.stack_file.text import file_problems, text_problems

__all__ = [
    "ABSENT",
    "DYNAMIC",
    "KEYS",
    "NATIVE",
    "PROVIDER",
    "ImagesOf",
    "ListedAccount",
    "Place",
    "Problem",
    "Rotation",
    "ShareDefinition",
    "StackValues",
    "definitions",
    "file_problems",
    "key_problems",
    "provider_problems",
    "rotations",
    "stack_file_schema",
    "text_problems",
    "unknown_images",
    "value_problems",
]
