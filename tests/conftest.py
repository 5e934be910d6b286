"""What every test may ask for. Nothing of the outer environment reaches a test."""

import os
import re
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator
from tests import figures_page

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
    """Leave room: Python 3.11 loses some of its depth to each abandoned program of a run that has failed."""
    sys.setrecursionlimit(5_000)


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


@pytest.fixture
def engine_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a run on the real engine, off line and with its state in a file.

    It is this process's own too: the Automation API runs programs in the process that calls it.
    """
    state = home / "state"
    state.mkdir()
    variables = {
        "PATH": os.pathsep.join([str(_ENGINE), os.environ["PATH"]]),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": str(home / ".pulumi"),
        "PULUMI_PYTHON_CMD": sys.executable,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert shutil.which("pulumi"), "there is no engine: run make setup first"
    return dict(os.environ)
