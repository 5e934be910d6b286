"""`python -m alicloud_image_share`: the command `image-share`."""

import sys

from alicloud_image_share.command_line import main

sys.exit(main())
