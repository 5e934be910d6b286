"""What to do next, by the code that the cloud answered: the one catalogue of such sentences.

Codes are spelled as the cloud spells them, its misspellings included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from alicloud_image_share.errors import AnswerLost, CloudError, Refused, Throttled, Unreadable


@dataclass(frozen=True, slots=True)
class Advice:
    """The next step after one code, and whether it is about a single account of the call.

    None stands for a code that no page lists: it may be about anything.
    """

    next_step: str
    about_account: bool | None = False
    about_quota: bool = False


_UNENCRYPTED = Advice("share a copy of the image that is not encrypted, or encrypted with a key of your own")
_QUOTA = Advice(
    "have the quota for one image raised in Quota Center and set image-shares:accountsPerImage, or take"
    " accounts off the list",
    about_quota=True,
)
_OWNER = Advice("take the owner of the image off the list", about_account=True)
_ACCOUNT = Advice("correct the account id in the list, or take it off, and run up again", about_account=True)
_STATUS = Advice("share an image that is available; taking accounts off still works")
_IMAGE = Advice("check image_id, region_id and the credentials: the caller sees no such image")
_KEY = Advice("check alicloud:accessKey: the cloud knows no such key, or it is disabled")
_SECRET = Advice("check alicloud:secretKey: it does not belong to the access key")
_CLOCK = Advice("set the clock of this machine: the cloud accepts requests of the last 15 minutes")
_KMS = Advice("let the key service use the key of the image (CMK), or enable it, and run up again")

CATALOGUE: Mapping[str, Advice] = MappingProxyType(
    {
        "AssumeRoleError": Advice(
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
        "CustomImageQuotaLimit": _QUOTA,
        "InvalidAccount.Forbbiden": _OWNER,
        "InvalidAccount.Forbidden": _OWNER,
        "InvalidAccount.NotFound": _ACCOUNT,
        "InvalidImageId.BidMismatch": Advice(
            "the image and an account belong to different sites (China, international): share a copy of the"
            " image made on the other site",
            about_account=True,
        ),
        "OperationDenied.InvalidImageStatus": _STATUS,
        "IncorrectImageStatus": _STATUS,
        "Image.Public": Advice("a public image takes no accounts: everyone can use it already"),
        "InvalidImageType.NotSupported": Advice("share a custom image: images of this type can't be shared"),
        "InvalidImageId.NotFound": _IMAGE,
        "InvalidRegionId.NotFound": _IMAGE,
        "InvalidAccessKeyId.NotFound": _KEY,
        "InvalidAccessKeyId.Inactive": _KEY,
        "InvalidAccessKeyId": _KEY,
        "SignatureDoesNotMatch": _SECRET,
        "IncompleteSignature": _SECRET,
        "InvalidTimeStamp.Expired": _CLOCK,
        "EntityNotExist.Role": Advice("correct the name of the role: its account has none of that name"),
        "SignatureNonceUsed": Advice(
            "run up again: the request had been seen before, as by a proxy that repeats it"
        ),
        "Forbidden.RiskControl": Advice(
            "the cloud's risk control holds the account back: clear that in the console, or ask its support"
        ),
    }
)

_LATER = Advice("run up again later: what was asked and is missing is done then")
_DEFAULT = Advice("mend the cause and run up again: what is missing is done then", about_account=None)
_TOKEN = Advice("renew the security token: it has expired, or belongs to other keys")
_UNREADABLE = Advice("run up again; if it stays so, this version does not know the API's answer: report it")


def advice(error: CloudError, ram_prefix: str) -> Advice:
    """Return what to do about an error; `ram_prefix` names the product in RAM policies."""
    code = error.code or ""
    if code in CATALOGUE:
        return CATALOGUE[code]
    if code == "NoPermission" or code.startswith(("Forbidden", "NoPermission.")):
        return Advice(f"grant the caller the RAM action {ram_prefix}:{error.action}, and run up again")
    if code.startswith("InvalidSecurityToken"):
        return _TOKEN
    if isinstance(error, Unreadable):
        return _UNREADABLE
    if isinstance(error, Throttled | AnswerLost) or not isinstance(error, Refused):
        return _LATER
    return _DEFAULT
