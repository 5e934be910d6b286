"""Engines come and go in a test process, and the system gives their ports again."""

from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime import Settings
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


class Engine(engine_pb2_grpc.EngineServicer):
    """An engine that takes what is said."""

    def Log(self, _: engine_pb2.LogRequest, __: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802
        return empty_pb2.Empty()


def start_engine(port: int = 0) -> tuple[grpc.Server, int]:
    server = grpc.server(ThreadPoolExecutor(max_workers=1))
    engine_pb2_grpc.add_EngineServicer_to_server(Engine(), server)
    port = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    return server, port


def program_connected_to(port: int) -> Settings:
    return Settings(project="images", stack="dev", engine=f"127.0.0.1:{port}")


def test_engine_at_the_port_of_one_that_is_gone_is_reached():
    first, port = start_engine()
    earlier = program_connected_to(port).engine
    assert earlier
    earlier.Log(engine_pb2.LogRequest(message="first"))
    first.stop(grace=None).wait()
    with pytest.raises(grpc.RpcError):
        earlier.Log(engine_pb2.LogRequest(message="gone"))

    second, _ = start_engine(port)
    later = program_connected_to(port).engine

    assert later
    assert later.Log(engine_pb2.LogRequest(message="second")) == empty_pb2.Empty()
    second.stop(grace=None).wait()
