import alicloud_image_share.stack_program  # noqa: D100, F401 - declares what stacks/Pulumi.<stack>.yaml says
