import * as imageShares from "@pulumi/image-shares";

const web = new imageShares.ImageShare("golden-web", {
    service: "ecs",
    imageId: "m-bp1golden0000000001",
    accounts: { "1234567890123456": "team web", "1550809237710001": "team shop" },
});

new imageShares.ImageShare("golden-data", {
    service: "ecs",
    imageId: "m-bp1golden0000000002",
    accounts: { "1234567890123456": "team web" },
    exclusive: true,
}, { customTimeouts: { create: "10m" } });

export const owner = web.ownerId;
