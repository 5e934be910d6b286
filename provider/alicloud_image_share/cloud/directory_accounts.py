"""The accounts of a folder of a resource directory, all pages of them: nothing is decided on half a list."""

from __future__ import annotations

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.request import Request
from alicloud_image_share.cloud.resource_directory import API, NAME, accounts_call, parse_accounts
from alicloud_image_share.cloud.retry import consistent_lists, page_numbers
from alicloud_image_share.cloud.session import Sessions
from alicloud_image_share.errors import InconsistentPages, ShareError

SECONDS = 120.0
"""How long one folder may take."""


class AccountsNotListed(ShareError):  # noqa: N818 - a sentence about the list, like its siblings
    """Which accounts belong to a folder is not known, so nothing may be declared or unshared."""


def directory_accounts(sessions: Sessions, folder: str, role_arn: str | None) -> dict[str, str]:
    """Return the accounts of a folder, id → display name.

    Raises AccountsNotListed where the list cannot be read whole, and where it is empty: other credentials and
    a typo look the same, and nobody would keep access.
    """
    try:
        accounts = _listed(sessions, folder, role_arn)
    except ShareError as error:
        raise AccountsNotListed(
            f"the accounts of the folder {folder} are not known, so nothing is unshared. {error}"
        ) from error
    if not accounts:
        raise AccountsNotListed(
            f"the folder {folder} lists no account, so nothing is unshared. Check the folder and the"
            " credentials; to end the access of all, take the group out of the stack."
        )
    return accounts


def _listed(sessions: Sessions, folder: str, role_arn: str | None) -> dict[str, str]:
    reads = sessions.of(role_arn).read_only()
    deadline = Deadline.after(sessions.clock, SECONDS)

    def whole_list() -> dict[str, str]:
        accounts: dict[str, str] = {}
        for number in page_numbers(deadline, API, "ListAccountsForParent"):
            request = Request(NAME, API, None, accounts_call(folder, number), deadline, sessions.tell)
            page = reads.read(request, parse_accounts)
            known = len(accounts)
            accounts |= page.accounts
            if len(accounts) == page.total:
                break
            if len(accounts) == known or len(accounts) > page.total:
                words = f"its pages list {len(accounts)} accounts and count {page.total}"
                raise InconsistentPages(request.call.action, words)
        return accounts

    for attempt in consistent_lists(deadline):
        with attempt:
            return whole_list()
    raise AssertionError("unreachable: the last attempt returns or raises")
