packer {
  required_plugins {
    alicloud = {
      source  = "github.com/hashicorp/alicloud"
      version = "~> 1"
    }
  }
}

source "alicloud-ecs" "golden-web" {
  region              = "cn-hangzhou"
  source_image        = "aliyun_3_x64_20G_alibase_20250629.vhd"
  instance_type       = "ecs.e-c1m2.large"
  ssh_username        = "root"
  image_name          = "golden-web-{{timestamp}}"
  target_image_family = "golden-web"
  image_copy_regions  = ["cn-shanghai"]
  image_copy_names    = ["golden-web-{{timestamp}}"]
}

build {
  sources = ["source.alicloud-ecs.golden-web"]

  provisioner "shell" {
    inline = ["dnf install -y nginx"]
  }

  post-processor "manifest" {
    output = "packer-manifest.json"
  }
}
