package main

import (
	imageshares "github.com/alicloud-image-share/alicloud-image-share/sdk/go/imageshares"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		web, err := imageshares.NewImageShare(ctx, "golden-web", &imageshares.ImageShareArgs{
			Service: imageshares.ServiceEcs,
			ImageId: pulumi.String("m-bp1golden0000000001"),
			Accounts: pulumi.StringMap{
				"1234567890123456": pulumi.String("team web"),
				"1550809237710001": pulumi.String("team shop"),
			},
		})
		if err != nil {
			return err
		}
		_, err = imageshares.NewImageShare(ctx, "golden-data", &imageshares.ImageShareArgs{
			Service:   imageshares.ServiceEcs,
			ImageId:   pulumi.String("m-bp1golden0000000002"),
			Accounts:  pulumi.StringMap{"1234567890123456": pulumi.String("team web")},
			Exclusive: pulumi.Bool(true),
		}, pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "10m"}))
		if err != nil {
			return err
		}
		ctx.Export("owner", web.OwnerId)
		return nil
	})
}
