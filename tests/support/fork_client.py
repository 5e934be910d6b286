"""What is started as Python: asks the server of `fork_server.py` to fork, and stands for that process.

It is run by `python -IS`, and imports next to nothing: `socket`, `signal` and `json` would take 12 ms.
"""

import _signal
import _socket
import os
import sys


def main() -> int:
    """Hand arguments, environment, folder and streams over; end as the process ends."""
    is_served = sys.argv[1:2] == ["-m"] or sys.argv[1:3] == ["-u", "-m"] or os.path.isabs(sys.argv[1])
    # The server has no other options of Python, and has imported without a path of its client.
    if "PYTHONPATH" in os.environ or not is_served:
        os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
    server = _socket.socket(_socket.AF_UNIX)
    server.connect(os.path.join(os.path.dirname(sys.argv[0]), "server"))
    arguments = [os.fsencode(argument) for argument in sys.argv[1:]]
    variables = [b"=".join(variable) for variable in os.environb.items()]
    # What Python itself has opened is not inheritable.
    open_here = sorted(filter(is_inherited, map(int, os.listdir("/dev/fd"))))
    numbers = b" ".join(b"%d" % number for number in open_here)
    asked = b"\0".join([os.getcwdb(), numbers, b"%d" % len(arguments), *arguments, *variables])
    streams = b"".join(stream.to_bytes(4, sys.byteorder) for stream in open_here)
    server.sendmsg([b"%10d" % len(asked)], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
    server.sendall(asked)
    for number in (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP):
        _signal.signal(number, lambda number, _: server.sendall(bytes([number])))
    status = server.recv(1)
    return status[0] if status else 1


def is_inherited(descriptor: int) -> bool:
    """Tell whether whoever started this process has given it a descriptor; one may be closed by now."""
    try:
        return os.get_inheritable(descriptor)
    except OSError:
        return False


sys.exit(main())
