"""What notices say of access that has ended or ends soon, once for all images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from alicloud_image_share.review.markdown_text import first_of
from alicloud_image_share.sharing.access_end import shown_end
from alicloud_image_share.sharing.notices import Kind, Notice, account_words, count

_MOST_NAMES = 3


def once_for_all_images(notices: Iterable[Notice]) -> Iterator[str]:
    """Give each sentence once, with its image, or with the number of its images."""
    images: dict[str, dict[str, None]] = {}
    for notice in notices:
        images.setdefault(notice.sentence, {})[notice.image] = None
    for sentence, of_images in images.items():
        yield f"{next(iter(of_images)) if len(of_images) == 1 else count(of_images, 'image')}: {sentence}"


def ending_accounts(notices: Iterable[Notice]) -> tuple[str, ...]:
    """Return the accounts whose access ends soon, in words: each once, the next day first.

    Secret accounts are counted for each image, after those that have names.
    """
    ending = [notice for notice in notices if notice.kind is Kind.ENDING]
    accounts = {account for notice in ending for account in notice.accounts}
    named = sorted(accounts, key=lambda account: (shown_end(account[1]), account))
    secret = [f"{notice.image} {notice.detail}" for notice in ending if not notice.accounts]
    return tuple(dict.fromkeys((*(account_words(*account) for account in named), *secret)))


def short_ends(accounts: Sequence[str]) -> str:
    """Return whose access ends soon, in one line: the first accounts, and how many more there are."""
    return f"access ends soon: {'; '.join(first_of(accounts, _MOST_NAMES, str))}" if accounts else ""
