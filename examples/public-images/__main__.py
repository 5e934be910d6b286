import alicloud_image_share.stack_program  # declares the shares of Pulumi.<stack>.yaml
