"""An image that pulumi-alicloud copies to further regions, shared in each of them with the same accounts."""

import pulumi

from alicloud_image_share import SharedImage

golden = SharedImage(
    "golden-web",
    image_id="m-bp1goldenweb0000000a",
    accounts={"1234567890123456": "team web", "1550809237710001": "team shop"},
    region_id="cn-hangzhou",
    copy_to=["cn-shanghai"],
)
pulumi.export("images", golden.image_ids)
