"""Services that are called beside those that have images: their versions, hosts and rights."""

from __future__ import annotations

from alicloud_image_share.cloud.service import RamAction, ServiceSpec

STS = ServiceSpec(
    version="2015-04-01",
    ram_prefix="sts",
    endpoint="sts.aliyuncs.com",
    endpoint_keys=("sts",),
    regional=False,
)
RESOURCE_SHARING = ServiceSpec(
    version="2020-01-10",
    ram_prefix="resourcesharing",
    endpoint="resourcesharing.{region}.aliyuncs.com",
    endpoint_keys=("ressharing", "resourcesharing"),
    ram_actions=(
        RamAction("ListSharedResources"),
        RamAction("ListResourceShares"),
        RamAction("ListSharedTargets"),
        RamAction("ListResourceShareAssociations"),
    ),
)
RESOURCE_MANAGER = ServiceSpec(
    version="2020-03-31",
    ram_prefix="resourcemanager",
    endpoint="resourcemanager.aliyuncs.com",
    endpoint_keys=("resourcemanager",),
    regional=False,
    ram_actions=(RamAction("ListAccountsForParent"),),
)
ALL = (RESOURCE_SHARING, RESOURCE_MANAGER, STS)
