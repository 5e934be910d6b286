"""How soon a process is there: an import, and a provider process that has answered the engine once."""

from __future__ import annotations

import base64
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import dill
import grpc
from google.protobuf import struct_pb2
from pulumi.dynamic import Config, ConfigureRequest, ResourceProvider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from alicloud_image_share.resource import ImageShareProvider
from bench.stand import ROOT

TIMES = 7
SDK = "import alibabacloud_tea_openapi.utils, requests"
SHARE = {"service": "ecs", "image_id": "m-1", "accounts": {"1550809237710001": ""}}
STATE = {
    **SHARE,
    "region_id": "cn-hangzhou",
    "owned_accounts": SHARE["accounts"],
    "foreign_accounts": [],
    "owner_id": "1234567890123456",
}


def import_seconds() -> Mapping[str, float]:
    """Return how long Python takes with each import, and with none."""
    statements = {
        "nothing": "pass",
        "pulumi": "import pulumi",
        "alicloud_image_share": "import alicloud_image_share",
        "ImageShare": "from alicloud_image_share import ImageShare",
        "SDK": SDK,
    }
    return _least({name: partial(_run, "-c", said) for name, said in statements.items()})


def command_seconds() -> Mapping[str, float]:
    """Return how long `image-share` takes to show its help or complete a word, and Python to import click."""
    completion = {
        "_IMAGE_SHARE_COMPLETE": "bash_complete",
        "COMP_WORDS": "image-share pre",
        "COMP_CWORD": "1",
    }
    command = ("-m", "alicloud_image_share")
    return _least(
        {
            "click": partial(_run, "-c", "import click"),
            "image-share --help": partial(_run, *command, "--help"),
            "image-share --version": partial(_run, *command, "--version"),
            "completion": partial(_run, *command, **completion),
        }
    )


def provider_seconds() -> Mapping[str, float]:
    """Return how long a provider process takes to be configured, bare, and to check a share beside that."""
    ours = partial(_configured, ImageShareProvider())
    return _least({"bare": partial(_configured, None), "ours": ours})


def _least(works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Return the least of each, taken in turn, after a first time that counts for nothing."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(TIMES + 1):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - began)
    return {name: min(found[1:]) for name, found in seconds.items()}


def _run(*arguments: str, **variables: str) -> None:
    subprocess.run(  # noqa: S603 - words of this file
        [sys.executable, *arguments],
        check=True,
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        timeout=60,
    )


def _configured(provider: ResourceProvider | None) -> None:
    """Start a provider process, configure it, have it check a share that has not changed, and end it."""
    with socket.create_server(("127.0.0.1", 0)) as engine:
        address = f"127.0.0.1:{engine.getsockname()[1]}"
        process = subprocess.Popen(  # noqa: S603 - as the engine starts it
            [sys.executable, "-u", "-m", "pulumi.dynamic", address],
            stdout=subprocess.PIPE,
            env={**os.environ, "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"},
        )
        try:
            _first_answers(process, provider)
        finally:
            process.kill()
            process.communicate()


def _first_answers(process: subprocess.Popen[bytes], provider: ResourceProvider | None) -> None:
    port = int(process.stdout.readline()) if process.stdout else 0
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        configuration = {"alicloud:region": "cn-hangzhou"}
        stub.Configure(provider_pb2.ConfigureRequest(args=_struct(configuration)), timeout=30)
        if provider:
            pickled = {"__provider": base64.b64encode(dill.dumps(provider)).decode()}
            olds, news = _struct({**pickled, **STATE}), _struct({**pickled, **SHARE})
            answer = stub.Check(provider_pb2.CheckRequest(olds=olds, news=news), timeout=30)
            if answer.failures:
                raise RuntimeError(str(answer.failures))


def _struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(properties)
    return struct


def decision_milliseconds(account_ids: Sequence[str], shares: int = 200) -> Mapping[str, float]:
    """Return how long check and diff of one share that has not changed take, in this process."""
    provider = ImageShareProvider()
    provider.configure(ConfigureRequest(Config({"alicloud:region": "cn-hangzhou"}, "bench")))
    accounts = dict.fromkeys(account_ids, "")
    news = [{**SHARE, "image_id": f"m-{number}", "accounts": accounts} for number in range(shares)]
    olds = [{**STATE, **new, "owned_accounts": accounts} for new in news]
    checks: list[float] = []
    diffs: list[float] = []
    for old, new in zip(olds, news, strict=True):
        began = time.perf_counter()
        checked = provider.check(old, new)
        between = time.perf_counter()
        provider.diff("m", old, checked.inputs)
        checks.append(between - began)
        diffs.append(time.perf_counter() - between)
    return {"check": statistics.median(checks) * 1000, "diff": statistics.median(diffs) * 1000}
