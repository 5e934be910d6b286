using System.Collections.Generic;
using Pulumi;
using Pulumi.ImageShares;

return await Deployment.RunAsync(() =>
{
    var web = new ImageShare("golden-web", new ImageShareArgs
    {
        Service = Service.Ecs,
        ImageId = "m-bp1golden0000000001",
        Accounts =
        {
            { "1234567890123456", "team web" },
            { "1550809237710001", "team shop" },
        },
    });

    _ = new ImageShare("golden-data", new ImageShareArgs
    {
        Service = Service.Ecs,
        ImageId = "m-bp1golden0000000002",
        Accounts = { { "1234567890123456", "team web" } },
        Exclusive = true,
    }, new CustomResourceOptions { CustomTimeouts = new CustomTimeouts { Create = System.TimeSpan.FromMinutes(10) } });

    return new Dictionary<string, object?> { ["owner"] = web.OwnerId };
});
