"""The program of a project: importing it declares the shares of the running stack.

A project's `__main__.py` is this one import, and is run by the engine once for each operation.
"""

from alicloud_image_share.programs.stack_shares import run

run()
