import pulumi
import pulumi_image_shares as image_shares

web = image_shares.ImageShare(
    "golden-web",
    service=image_shares.Service.ECS,
    image_id="m-bp1golden0000000001",
    accounts={"1234567890123456": "team web", "1550809237710001": "team shop"},
)

image_shares.ImageShare(
    "golden-data",
    service=image_shares.Service.ECS,
    image_id="m-bp1golden0000000002",
    accounts={"1234567890123456": "team web"},
    exclusive=True,
    opts=pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="10m")),
)

pulumi.export("owner", web.owner_id)
