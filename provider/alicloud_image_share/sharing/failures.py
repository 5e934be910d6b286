"""How messages are put: accounts by name, and failures in four parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from alicloud_image_share.errors import (
    CloudError,
    Refused,
    ResponseLost,
    ResponseRejected,
    ShareError,
    Throttled,
    Unreachable,
    UnreadableResponse,
)
from alicloud_image_share.sharing.access_end import cut_note
from alicloud_image_share.sharing.accounts import plain_notes
from alicloud_image_share.sharing.model import Access, ImageKey, Share
from alicloud_image_share.sharing.notices import count, quoted
from alicloud_image_share.sharing.plan import Plan

_ID = re.compile(r"(?<![\w-])[1-9][0-9]{4,19}(?![\w-])")


@dataclass(frozen=True, slots=True)
class AccountNaming:
    """The accounts of one share as a message may show them: with their notes, or only counted."""

    image: ImageKey
    notes: Mapping[str, str] = field(default_factory=dict)
    secret: bool = False

    @classmethod
    def of(cls, *shares: Share) -> AccountNaming:
        """Return the names of what shares of one image ask for: the last note wins, one secret hides all."""
        notes = {account: note for share in shares for account, note in share.accounts.items()}
        return cls(
            shares[-1].image, plain_notes(notes), secret=any(share.accounts_secret for share in shares)
        )

    def list_accounts(self, accounts: Iterable[str]) -> str:
        """Return the accounts one by one with their notes; a count where they are secret."""
        listed = sorted(accounts)
        if self.secret:
            return f"{count(listed)} (secret)"
        named = (f"{a} {quoted(cut_note(self.notes[a]))}" if self.notes.get(a) else a for a in listed)
        return ", ".join(named)

    def error_text(self, error: Exception) -> str:
        """Return the sentence that quotes an error; without the ids in it where accounts are secret."""
        return self.redact(str(error))

    def redact(self, words: str) -> str:
        """Return a sentence as it may be shown: without the ids in it where accounts are secret."""
        return _ID.sub("…", words) if self.secret else words

    def describe_change(self, plan: Plan) -> str:
        """Return what an operation does: 'adding 12 accounts to ecs:…'."""
        adding, removing = plan.add, plan.remove
        if adding and removing:
            return f"adding {count(adding)} to {self.image} and removing {len(removing)}"
        if removing:
            return f"removing {count(removing)} from {self.image}"
        if not adding:
            return f"switching the share to ECS of {self.image}"
        return f"adding {count(adding)} to {self.image}"


def failure(doing: str, outcome: str, reason: str, now: str, next_step: str) -> str:
    """Put a failure: what was being done, what was found, what holds now, what to do next."""
    reason = reason.rstrip(".")
    return f"{doing} {outcome}.\n{reason}.\nNow: {now}.\nNext: {next_step}."


def not_in_time(names: AccountNaming, plan: Plan, live: Access, lost_response: ResponseLost | None) -> str:
    """Say what the last read did not show; `lost` came in place of an answer to the last write."""
    missing = plan.add - live.accounts
    still_there = plan.must_not_have_access & live.accounts
    parts = [f"{names.list_accounts(missing)} still had no access"] if missing else []
    parts += [f"{names.list_accounts(still_there)} still had access"] if still_there else []
    if plan.share_to_ecs not in (None, live.in_ecs):
        parts.append("the share to ECS was not switched")
    how = (
        names.error_text(lost_response).rstrip(".") + ";"
        if lost_response
        else "The cloud accepted the change, but"
    )
    return f"{how} {' and '.join(parts)} when the timeout ended"


def changed_outside(names: AccountNaming, plan: Plan, live: frozenset[str]) -> str:
    """Say which accounts somebody removed outside of Pulumi, and what was done all the same."""
    changes = [names.list_accounts(plan.unshared_outside)] if plan.unshared_outside else []
    changes += ["the share to the owner's ECS"] if plan.ecs_changed_outside else []
    done = f"{len(plan.remove)} removed as requested; " if plan.remove else ""
    return failure(
        f"updating {names.image}",
        "stopped before adding anybody",
        f"Changed outside of Pulumi since the last up: {', '.join(changes)}",
        f"{done}nobody was added; {len(live)} have access",
        "run `pulumi up --refresh` to restore what is gone, or change the program to match the cloud",
    )


@dataclass(frozen=True, slots=True)
class Remedy:
    """The next step after one code, and whether it is about a single account of the call.

    None stands for a code that no page lists: it may be about anything.
    """

    next_step: str
    about_account: bool | None = False
    about_quota: bool = False


_UNENCRYPTED = Remedy("share a copy of the image that is not encrypted, or encrypted with a key of your own")
_QUOTA = Remedy(
    "have the quota for one image raised in Quota Center and set image-shares:accountsPerImage, or take"
    " accounts off the list",
    about_quota=True,
)
_OWNER = Remedy("take the owner of the image off the list", about_account=True)
_ACCOUNT = Remedy("correct the account id in the list, or take it off, and run up again", about_account=True)
_STATUS = Remedy("share an image that is available; taking accounts off still works")
_IMAGE = Remedy("check image_id, region_id and the credentials: the caller sees no such image")
_KEY = Remedy("check alicloud:accessKey: the cloud knows no such key, or it is disabled")
_SECRET = Remedy("check alicloud:secretKey: it does not belong to the access key")
_TOKEN = Remedy("renew the security token: it has expired, or belongs to other keys")
_CLOCK = Remedy("set the clock of this machine: the cloud accepts requests of the last 15 minutes")
_KMS = Remedy("let the key service use the key of the image (CMK), or enable it, and run up again")

CATALOGUE: Mapping[str, Remedy] = MappingProxyType(
    {
        "AssumeRoleError": Remedy(
            "create the role AliyunECSShareEncryptImageDefaultRole, which ECS needs to share encrypted"
            " images, and run up again"
        ),
        "OperationDeined.EncryptedSnapshot": _UNENCRYPTED,
        "OperationDenied.EncryptedImage": _UNENCRYPTED,
        "InvalidOperation.ServiceKeyEncryptedImageUnsupported": _UNENCRYPTED,
        "InvalidParameter.KMSKeyId.CMKUnauthorized": _KMS,
        "InvalidParameter.KMSKeyId.CMKNotEnabled": _KMS,
        "QuotaExceed.ShareImageUser": _QUOTA,
        "QuotaExceed.ShareImage": _QUOTA,
        "QuotaExceeded": _QUOTA,
        "InvalidAccount.Forbbiden": _OWNER,
        "InvalidAccount.Forbidden": _OWNER,
        "InvalidAccount.NotFound": _ACCOUNT,
        "InvalidImageId.BidMismatch": Remedy(
            "the image and an account belong to different sites (China, international): share a copy of the"
            " image made on the other site",
            about_account=True,
        ),
        "OperationDenied.InvalidImageStatus": _STATUS,
        "IncorrectImageStatus": _STATUS,
        "Image.Public": Remedy("a public image takes no accounts: everyone can use it already"),
        "InvalidImageType.NotSupported": Remedy("share a custom image: images of this type can't be shared"),
        "InvalidImageId.NotFound": _IMAGE,
        "InvalidRegionId.NotFound": _IMAGE,
        "InvalidAccessKeyId.NotFound": _KEY,
        "InvalidAccessKeyId.Inactive": _KEY,
        "InvalidAccessKeyId": _KEY,
        "SignatureDoesNotMatch": _SECRET,
        "IncompleteSignature": _SECRET,
        "InvalidAccessKeySecret": _SECRET,
        "MissingSecurityToken": _TOKEN,
        "InvalidTimeStamp.Expired": _CLOCK,
        "EntityNotExist.Role": Remedy("correct the name of the role: its account has no role of that name"),
        "SignatureNonceUsed": Remedy(
            "run up again: the request had been seen before, as by a proxy that repeats it"
        ),
        "Forbidden.RiskControl": Remedy(
            "the cloud's risk control holds the account back: clear that in the console, or ask its support"
        ),
    }
)

_LATER = Remedy("run up again later; it does only what is still missing")
_DEFAULT = Remedy("fix the cause and run up again; it does only what is still missing", about_account=None)
_CHECK_NETWORK = "check the network and its proxy, the region and alicloud:endpoints"
_NETWORK = Remedy(f"{_CHECK_NETWORK}, and run up again")
_UNREADABLE = Remedy("run up again; if it stays so, this version does not know the API's answer: report it")


_ABOUT_KEYS = (
    *("InvalidAccessKeyId", "InvalidAccessKeySecret", "SignatureDoesNotMatch", "IncompleteSignature"),
    *("InvalidSecurityToken", "MissingSecurityToken"),
)


def is_about_keys(error: BaseException | None) -> bool:
    """Tell whether an error, or what has caused it, is that the cloud does not accept a key."""
    return key_remedy(error) is not None


def key_remedy(error: BaseException | None) -> Remedy | None:
    """Return what to do where the cloud does not accept a key; None for an error of another kind."""
    while error is not None:
        if isinstance(error, CloudError) and (error.code or "").startswith(_ABOUT_KEYS):
            return remedy_for(error, "")
        error = error.__cause__
    return None


def next_step_of_command(error: ShareError) -> str | None:
    """Return what to do where a command got no answer, or its key is not accepted; else None."""
    if remedy := key_remedy(error):
        return remedy.next_step
    return _CHECK_NETWORK if isinstance(error, Unreachable | ResponseRejected) else None


def remedy_for(error: CloudError, ram_prefix: str) -> Remedy:
    """Return what to do about an error; `ram_prefix` names the product in RAM policies."""
    code = error.code or ""
    if code in CATALOGUE:
        return CATALOGUE[code]
    if code == "NoPermission" or code.startswith(("Forbidden", "NoPermission.")):
        return Remedy(f"grant the caller the RAM action {ram_prefix}:{error.action}, and run up again")
    if code.startswith("InvalidSecurityToken"):
        return _TOKEN
    return _by_type(error)


def _by_type(error: CloudError) -> Remedy:
    if isinstance(error, Unreachable | ResponseRejected):
        return _NETWORK
    if isinstance(error, UnreadableResponse):
        return _UNREADABLE
    if isinstance(error, Throttled | ResponseLost) or not isinstance(error, Refused):
        return _LATER
    return _DEFAULT
