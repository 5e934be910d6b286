"""The values of a stack file with what the files say that it refers to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from alicloud_image_share.stack_file.definitions import StackValues
from alicloud_image_share.stack_file.directory_group import with_folder_groups
from alicloud_image_share.stack_file.group_file import with_group_files
from alicloud_image_share.stack_file.packer_manifest import with_packer_manifests


def with_referenced_files(values: StackValues, folder: Path) -> StackValues:
    """Return the values with the accounts and images of files in a project's folder.

    A file that cannot be used gives an UnreadFile in its place, and `value_problems` says why.
    """
    return replace(
        values,
        groups=with_folder_groups(
            with_group_files(values.groups, folder, values.groups_place), values.groups_place
        ),
        shares=with_packer_manifests(values.shares, folder, values.shares_place),
    )
