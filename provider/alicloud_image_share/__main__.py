"""`python -m alicloud_image_share`: the command `image-share`."""

import sys

from alicloud_image_share.commands.main import main

sys.exit(main())
