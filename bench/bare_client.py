"""The same calls, sent by the bare SDK client in four threads: python -m bench.bare_client ENDPOINT FILE.

FILE holds a list of chains; a chain is a list of calls, `[action, parameters]`, that follow each other.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alibabacloud_tea_openapi.models import OpenApiRequest, Params
from alibabacloud_tea_util.models import RuntimeOptions

from alicloud_image_simulator import OWNER
from bench.pattern import WIRE, client

THREADS = 4
"""As many as a dynamic provider serves the engine with."""


def main() -> None:
    """Send them; print the seconds that it took, without the import of the SDK."""
    endpoint, file = sys.argv[1:]
    chains = json.loads(Path(file).read_text())
    began = time.perf_counter()
    bare = client(endpoint, OWNER.key, OWNER.secret)

    def send(chain: list[tuple[str, dict[str, str]]]) -> None:
        for action, parameters in chain:
            params = Params(action=action, version="2014-05-26", protocol="HTTP", pathname="/", **WIRE)
            bare.call_api(params, OpenApiRequest(query=parameters), RuntimeOptions())

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(send, chains))
    json.dump({"seconds": time.perf_counter() - began}, sys.stdout)


if __name__ == "__main__":
    main()
