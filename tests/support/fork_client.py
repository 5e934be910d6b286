"""What the engine starts as Python: asks the server of `fork_server.py` to fork, and stands for that process.

It is run by `python -IS`, and imports next to nothing.
"""

import array
import json
import os
import signal
import socket
import sys


def main() -> int:
    """Hand arguments, environment, folder and streams over; end as the process ends."""
    if "PYTHONPATH" in os.environ:  # the server has imported from elsewhere
        os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(os.path.join(os.path.dirname(sys.argv[0]), "server"))
        asked = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
        streams = array.array("i", [0, 1, 2])
        server.sendmsg([b"%10d" % len(asked)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
        server.sendall(asked)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _: server.sendall(bytes([number])))
        status = server.recv(1)
    return status[0] if status else 1


sys.exit(main())
