"""`python -m alicloud_image_share`: the command `image-share`."""

import os
import sys

if sys.path and sys.path[0] in ("", os.getcwd()) and not getattr(sys.flags, "safe_path", False):
    # Python looks in the folder that it is started in first, where a project may have a yaml.py of its own.
    del sys.path[0]

from alicloud_image_share.commands.main import main

sys.exit(main())
