"""What every test may ask for. Nothing of the outer environment reaches a test."""

import gc
import os
import re
import shutil
import sys
import sysconfig
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS

from alicloud_image_share.commands.init import write_project
from alicloud_image_share.engine import many_stacks
from alicloud_image_simulator import OWNER, Simulator
from tests import figures_page
from tests.support.command_line import ImageShareCommand, StackProject
from tests.support.fork_server import forking_python
from tests.support.scenes import Scenes
from tests.support.stacks import make_stack
from tests.support.vault import vault

_ENGINE = Path(__file__).parents[1] / ".engine" / "bin"
_OUTER = re.compile(
    r"(ALICLOUD|ALIBABA_?CLOUD|PULUMI)_.*|.*_(PROXY|ENDPOINT|CA_BUNDLE)|SSL_CERT_(FILE|DIR)"
    r"|(CLIENT_(READ|CONNECT)|MAX_RETRY)_TIMEOUT",
    re.IGNORECASE,
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record-state", action="store_true", help="write the checkpoint of this version to tests/state"
    )
    parser.addoption(
        "--record-figures", action="store_true", help="write the figures of this run to docs/reliability.md"
    )
    parser.addoption("--update-reviews", action="store_true", help="write tests/review/outputs anew")


def pytest_configure() -> None:
    """Prepare this process for the programs of many runs, and have it find the engine of `make setup`."""
    os.environ["PATH"] = os.pathsep.join([str(_ENGINE), os.environ["PATH"]])
    # Python 3.11 loses some of its depth to each abandoned program of a run that has failed.
    sys.setrecursionlimit(5_000)
    # Channels to one address share a connection, and its failures too: an engine that gets the port of an
    # earlier one would count as gone. A test process has hundreds of engines; a process of a user has two.
    _GRPC_CHANNEL_OPTIONS.append(("grpc.use_local_subchannel_pool", 1))


def pytest_collection_finish() -> None:
    """Keep ten thousand tests and the modules out of every later collection: looking at them takes 0.3 s."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Add up the figures that tests have recorded as mappings, so that they can be quoted."""
    figures: defaultdict[str, Counter[str]] = defaultdict(Counter)
    failed = terminalreporter.getreports("failed")
    # The last report of a test has what its fixtures have recorded, too.
    for report in terminalreporter.getreports(""):
        for name, value in getattr(report, "user_properties", ()):
            if isinstance(value, dict) and report.when == "teardown":
                figures[name].update(value)
    lines = [
        f"{name}: {'; '.join(f'{number:,} {what}' for what, number in sorted(counted.items()))}"
        for name, counted in sorted(figures.items())
    ]
    for line in lines:
        terminalreporter.write_line(line)
    if config.getoption("--record-figures") and not failed:
        figures_page.record(lines)


@pytest.fixture(scope="module", autouse=True)
def collector_without_what_is_over() -> Iterator[None]:
    """Keep what pytest holds of a module's tests out of later collections: one took 0.2 s at the end."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty home, and none of the credentials, settings and proxies that whoever runs the tests has."""
    for name in filter(_OUTER.fullmatch, list(os.environ)):
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
    return folder


@pytest.fixture
def cloud() -> Iterator[Simulator]:
    """The simulator, empty, for one test."""
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def keys_of_stacks() -> Iterator[dict[str, str]]:
    """The variables that lead the engine to the keys of the stacks that tests make."""
    with vault() as variables:
        yield variables


@pytest.fixture(scope="session")
def quick_python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What runs a provider as Python does, and has imported all that it needs."""
    with forking_python(tmp_path_factory.mktemp("forking")) as python:
        yield python


@pytest.fixture
def python_of_providers(quick_python: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables by which the engine starts providers; tests of their processes have none of these.

    The native provider is looked for among the scripts of the installation. Runs of several stacks start a
    command for each.
    """
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(quick_python.parent))
    monkeypatch.setattr(many_stacks, "COMMAND", (str(quick_python), *many_stacks.COMMAND[1:]))
    return {"PULUMI_RUNTIME_VIRTUALENV": str(quick_python.parents[1])}


@pytest.fixture
def forked_processes(python_of_providers: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test without an engine starts as Python, or as a script of the package, is forked."""
    for name, value in python_of_providers.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def engine_environment(
    home: Path,
    keys_of_stacks: dict[str, str],
    python_of_providers: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, str]:
    """The environment of a run on the real engine, off line and with its state in a file.

    It is this process's own too: the Automation API runs programs in the process that calls it.
    """
    state = home / "state"
    state.mkdir(exist_ok=True)
    variables = {
        # The engine lives for a second: a quarter of it went into threads and the collection of garbage.
        "GOGC": "400",
        "GOMAXPROCS": "1",
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": str(home / ".pulumi"),
        "PULUMI_PYTHON_CMD": sys.executable,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        **keys_of_stacks,
        **python_of_providers,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert shutil.which("pulumi"), "there is no engine: run make setup first"
    return dict(os.environ)


@pytest.fixture
def image_share(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> ImageShareCommand:
    """The command, which may set the process's hook for the time of one test."""
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    return ImageShareCommand(capsys)


@pytest.fixture(scope="session")
def made_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project as `image-share init` makes it."""
    folder = tmp_path_factory.mktemp("made") / "images"
    write_project(folder)
    return folder


@pytest.fixture
def new_project(image_share: ImageShareCommand, made_project: Path, tmp_path: Path) -> StackProject:
    """A project as it is made, whose stack the engine has not seen."""
    return StackProject(shutil.copytree(made_project, tmp_path / "images"), image_share)


@pytest.fixture
def project(new_project: StackProject, home: Path) -> StackProject:
    """A project whose stack is there, and empty, where the engine's environment keeps its state."""
    make_stack(home / "state", "images", "dev")
    return new_project


@pytest.fixture(scope="session")
def folder_of_scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all processes of a session keep scenes."""
    folder = tmp_path_factory.getbasetemp()
    return (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "scenes"


@pytest.fixture
def scenes(cloud: Simulator, home: Path, folder_of_scenes: Path) -> Scenes:
    """What brings a project to where an `up` has brought it, for tests of what comes after that."""
    return Scenes(folder_of_scenes, home / "state", cloud)


@pytest.fixture
def owner(cloud: Simulator, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """The environment of the account that owns the images of the simulator."""
    variables = {
        "ALICLOUD_ACCESS_KEY": OWNER.key,
        "ALICLOUD_SECRET_KEY": OWNER.secret,
        "ALICLOUD_REGION": "cn-hangzhou",
        "ALICLOUD_PROTOCOL": "HTTP",
        "ALIBABA_CLOUD_ENDPOINT_ECS": cloud.address,
        "ALIBABA_CLOUD_ENDPOINT_STS": cloud.address,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables
