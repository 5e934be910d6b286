"""The names that pulumi-alicloud knows: its configuration keys, its endpoints, and the cloud's regions.

https://www.pulumi.com/registry/packages/alicloud/installation-configuration/ and the provider that it wraps,
https://registry.terraform.io/providers/aliyun/alicloud/latest/docs.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.spelling import did_you_mean

_CONFIG_KEYS = """
    accessKey accountId accountType assumeRole assumeRoleWithOidc clientConnectTimeout clientReadTimeout
    configurationSource credentialsUri ecsRoleName endpoints fc features logEndpoint maxRetryTimeout
    mnsEndpoint otsInstanceName pluginDownloadURL profile protocol region secretKey secureTransport
    securityToken securityTransport sharedCredentialsFile signVersion skipRegionValidation sourceIp
    version
"""
CONFIG_KEYS = frozenset(_CONFIG_KEYS.split())

OUR_KEYS = (
    *("accountsPerImage", "allowRemoval", "allowedAccounts", "callsPerMinute", "deniedAccounts"),
    *("endUnattended", "exclusiveAllowed", "maxRemoved", "maxUntil", "neverLose", "preflight", "probe"),
    *("resourceSharing", "skipOwner", "timeout", "warnBeforeEnd"),
)
"""The keys under `image-shares:` that every program has; those besides are of stack files."""

_READ: Mapping[str, Container[str]] = MappingProxyType({"alicloud": CONFIG_KEYS, "image-shares": OUR_KEYS})

_ENDPOINT_KEYS = """
    acr actiontrail adb aiworkspace alb alidfs alidns alikafka amqp antiddos_public apig apigateway arms
    bastionhost beebot bpstudio brain_industrial bssopenapi cas cassandra cbn cbs cddc cdn cds chatbot
    clickhouse cloudapi cloudauth cloudfirewall cloudfw cloudphone cloudsso cms computenest config cr cs
    das datahub dataworks_public dataworkspublic dbfs dbs dcdn ddosbasic ddosbgp ddoscoo dds devops_rdc
    devopsrdc dfs dg dm dms_enterprise dmsenterprise dns drds dts dysms dysmsapi eais ebs ecd eci ecs
    edas edasschedulerx eds_user edsuser eflo eflo_cnp eflo_controller ehpc ehs eipanycast elasticsearch
    emr ens esa ess eventbridge fc fc_open fnf ga gaplus gdb gds gpdb gwlb gwsecd hbr hcs_sgw hitsdb imm
    imp ims iot kms kvstore location log market maxcompute mhub mns mns_open mscopensubscription mse nas
    nlb oceanbase oceanbasepro ons onsproxy oos opensearch oss ots polardb polardbx privatelink pvtz
    quickbi quickbi_public quotas r_kvstore ram rds redisa resourcemanager resourcesharing ressharing
    rocketmq ros sae sas scdn schedulerx2 sddp selectdb serverless servicecatalog servicemesh sgw slb
    sls smartag srvcatalog sts swas swas_open tag vod vpc vpcipam vpcpeer vs waf waf_openapi
"""
ENDPOINT_KEYS = frozenset(_ENDPOINT_KEYS.split())

_REGIONS = """
    cn-hangzhou cn-qingdao cn-beijing cn-hongkong cn-shenzhen cn-shanghai cn-zhangjiakou cn-huhehaote
    cn-chengdu cn-heyuan cn-wulanchabu cn-guangzhou cn-nanjing cn-fuzhou cn-wuhan-lr cn-zhongwei
    cn-zhengzhou-jva ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-southeast-6
    ap-southeast-7 ap-southeast-8 ap-northeast-1 ap-northeast-2 ap-south-1 us-west-1 us-east-1
    us-southeast-1 na-south-1 me-east-1 me-central-1 eu-central-1 eu-west-1 rus-west-1 cn-hangzhou-finance
    cn-hzfinance cn-hzjbp cn-beijing-finance-1 cn-beijing-finance-1-pub cn-shanghai-finance-1
    cn-shanghai-finance-1-pub cn-szfinance cn-shenzhen-finance cn-shenzhen-finance-1 cn-heyuan-acdr-1
    cn-north-2-gov-1
"""
REGIONS = frozenset(_REGIONS.split())

_OTHER_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "alicloud": ("ali", "alibaba", "alibabacloud", "aliyun"),
        "image-shares": ("alicloudimageshare", "alicloudimageshares", "imagesharing"),
    }
)
"""Namespace → what people write for it, without signs."""
_ALIKE = 0.85
"""How alike a namespace and a misspelling of it are at least; hcloud and ucloud are other clouds."""

_SIGNS = re.compile(r"[\W_]")
_NUMBER = re.compile(r"[0-9]+")
_HOST_PART = re.compile(r"[a-z0-9-]{1,63}", re.ASCII | re.IGNORECASE)
_NEW = re.compile(r"(?!cn-)[a-z]{2}-(central|(north|south)?(east|west)?|north|south)-[0-9]{1,2}", re.ASCII)


def configured_key(name: str) -> str:
    """Return the key of stack configuration that an input of the native provider stands for.

    The native provider has one namespace, for what pulumi-alicloud has keys for and for the rules.
    """
    return f"alicloud:{name}" if name in CONFIG_KEYS else f"image-shares:{name}"


@lru_cache(maxsize=256)
def namespace_meant(namespace: str) -> str | None:
    """Return the namespace that is read here and was meant by another one; None where none was.

    A namespace of another package or of a project is no misspelling.
    """
    if namespace in _OTHER_NAMES:
        return None
    plain = _SIGNS.sub("", namespace.lower())
    for meant, others in _OTHER_NAMES.items():
        likeness = difflib.SequenceMatcher(None, plain, _SIGNS.sub("", meant)).ratio()
        if plain in others or likeness >= _ALIKE:
            return meant
    return None


def not_of_project(keys: Iterable[str], project: object) -> list[str]:
    """Return the keys without a project's own: its name may be nearly a namespace of ours."""
    return [key for key in keys if project in _OTHER_NAMES or not key.startswith(f"{project}:")]


def unknown_keys(keys: Iterable[str]) -> Iterator[str]:
    """Give a sentence for each key that pulumi-alicloud does not know, or that is nearly one of ours.

    A rule whose name is mistyped would hold nowhere. A project called image-shares has keys of its own.
    """
    for key in sorted(keys):
        namespace, _, name = key.partition(":")
        if namespace == "alicloud" and name and name not in CONFIG_KEYS:
            yield f"{key}: pulumi-alicloud has no such key.{did_you_mean(name, CONFIG_KEYS)}"
        elif namespace == "image-shares" and name not in (*OUR_KEYS, "groups", "shares", "provider"):
            meant = did_you_mean(name, OUR_KEYS)
            yield from [f"{key}: there is no such key.{meant}"] if meant else ()
        elif (ours := namespace_meant(namespace)) and name in _READ[ours]:
            yield f"{key}: nothing reads the namespace {namespace}. Did you mean {ours}:{name}?"


def region_problem(region: str, *, any_region: bool) -> str | None:
    """Return the sentence that refuses a region, with the one that was meant; None where there is no need.

    A region is a part of the host that is called: no setting lets one pass that would lead to another host.
    """
    can_be_a_host = _HOST_PART.fullmatch(region) is not None
    meant = None if any_region and can_be_a_host else region_meant(region)
    if can_be_a_host and meant is None:
        return None
    words = f"{show(region)} is no region.{f' Did you mean {meant}?' if meant else ''}"
    return f"{words} `alicloud:skipRegionValidation: true` lets any name pass." if can_be_a_host else words


def is_region(name: str) -> bool:
    """Tell whether a name is that of a region, or of one that may be new.

    A new number, as in ap-southeast-9, or a new country, as in mx-central-1, is no mistake.
    """
    unnumbered = {_NUMBER.sub("", known) for known in REGIONS}
    return name in REGIONS or _NUMBER.sub("", name) in unnumbered or _NEW.fullmatch(name) is not None


@lru_cache(maxsize=256)
def region_meant(region: str) -> str | None:
    """Return the region that was meant; None for a known region, and for one that may be new."""
    if is_region(region):
        return None
    meant = difflib.get_close_matches(region.strip().lower(), sorted(REGIONS), n=1, cutoff=0.8)
    return meant[0] if meant else None
