"""Make an image of an instance and share it; copy another image to a second region and share both."""

import pulumi
import pulumi_alicloud as alicloud

from alicloud_image_share import ImageShare, SharedImage

config = pulumi.Config()
accounts = config.require_object("accounts")

web = alicloud.ecs.Image("golden-web", instance_id=config.require("instanceId"), image_name="golden-web")
share = ImageShare("golden-web", service="ecs", image_id=web.id, accounts=accounts)

data = SharedImage(
    "golden-data",
    image_id=config.require("dataImageId"),
    copy_to=["cn-shanghai"],
    image_name="golden-data",
    accounts=accounts,
)

pulumi.export("web", share.image_id)
pulumi.export("data", data.image_ids)  # region → image id
