"""Whether the folders of a resource directory can be listed: no run begins where one cannot."""

from __future__ import annotations

from collections.abc import Iterator

from alicloud_image_share.cloud.resource_directory import AccountsPage
from alicloud_image_share.cloud.session import Sessions
from alicloud_image_share.commands.doctor.configuration import Configuration
from alicloud_image_share.commands.doctor.finding import Finding, Level
from alicloud_image_share.commands.doctor.reads import CloudReads, ReadResult
from alicloud_image_share.stack_file.place import FolderGroup

GRANT = (
    "grant what `image-share policy --stack NAME` prints to an identity of the directory's management account"
    " or of an account it delegates to"
)
CHECK = "check the folder and the credentials"


def folder_findings(
    configuration: Configuration, sessions: Sessions, *, caller_fails: bool
) -> Iterator[Finding]:
    """List the first accounts of each folder that is a group of the stack."""
    for group in configuration.folders:
        reads = CloudReads(sessions.of(group.role_arn).client, configuration.settings)
        yield _folder(group, reads.accounts_of(group.folder), caller_fails=caller_fails)


def _folder(group: FolderGroup, reply: ReadResult | str, *, caller_fails: bool) -> Finding:
    whose = f" as {group.role_arn}" if group.role_arn else ""
    subject = f"folder {group.folder}{whose}"
    if isinstance(reply, str):
        return Finding(subject, Level.FAIL, reply.rstrip("."))
    if reply.concerns_every_call and caller_fails:
        return Finding(subject, Level.NOTE, "not tried, because of the failure above")
    if reply.error is not None:
        words = f"its accounts cannot be listed, so no run begins ({str(reply.error).rstrip('.')})"
        fix = reply.fix if reply.concerns_every_call else CHECK
        return Finding(subject, Level.FAIL, words, GRANT if reply.is_denied else fix)
    total = reply.answer.total if isinstance(reply.answer, AccountsPage) else 0
    if not total:
        return Finding(subject, Level.FAIL, "it lists no account, so no run begins", CHECK)
    return Finding(subject, Level.OK, f"it lists {total} account{'s' if total > 1 else ''}")
