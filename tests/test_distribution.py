"""What `pip install` of the wheel gives in a user's own project, far from this checkout."""

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from importlib.metadata import PathDistribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from alicloud_image_simulator import OWNER, Simulator

CHECKOUT = Path(__file__).parents[1]
ACCOUNTS = ["1234567890123456", "1550809237710001"]
LOADED_BY = {"alicloud_image_share": {"pulumi-alicloud"}, "alicloud_image_simulator": {"pytest"}}
"""Package → what need not be required: it is there where it is imported, or is said to be missing."""
TYPED_PROGRAM = """\
import pulumi
from alicloud_image_share import ImageShare

share = ImageShare("golden", service="ecs", image_id="m-1", accounts=["1234567890123456"])
owner: pulumi.Output[str] = share.owner_id
ImageShare("golden", service="ecs", image_id="m-1", accounts=1234567890123456)
"""
STACK_FILE = """\
config:
  image-shares:groups:
    web-teams: {"1234567890123456": team web}
  image-shares:shares:
    golden: {service: ecs, image_id: m-1, groups: [web-teams], accounts: {"1550809237710001": partner}}
"""
HAND_WRITTEN_PROGRAM = """\
from alicloud_image_share import ImageShare

ImageShare("golden", service="ecs", image_id="m-1", accounts=["1234567890123456", "1550809237710001"])
"""
HAND_WRITTEN_RUN = """\
import runpy, sys
from pulumi import automation

stack = automation.create_or_select_stack("dev", "by-hand", lambda: runpy.run_path("__main__.py"))
stack.up() if sys.argv[1] == "up" else stack.destroy(run_program=True)
"""


@dataclass(frozen=True, slots=True)
class Installation:
    """A wheel, and an environment that has this project from it and everything else from this one."""

    wheel: Path
    environment: Path

    def run(self, *command: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment."""
        program, *arguments = command
        path = os.pathsep.join([str(self.environment / "bin"), os.environ["PATH"]])
        return subprocess.run(
            [self.environment / "bin" / program, *arguments],
            cwd=folder,
            env={**os.environ, "PATH": path, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("distribution")
    wheel = build_wheel(folder)
    environment = folder / "environment"
    venv.create(environment, symlinks=True)
    pip("--python", str(environment / "bin" / "python"), "install", "--no-deps", str(wheel))
    (packages,) = environment.glob("lib/python*/site-packages")
    paths = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    (packages / "dependencies.pth").write_text("\n".join(paths))
    return Installation(wheel, environment)


def build_wheel(folder: Path) -> Path:
    """Build from a copy: a build leaves files beside the sources, and takes up what an earlier one left."""
    sources = folder / "sources"
    sources.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, sources)
    for name in ("provider", "simulator"):
        shutil.copytree(
            CHECKOUT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
        )
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(sources))
    (wheel,) = folder.glob("*.whl")
    return wheel


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--no-input", "--disable-pip-version-check", *arguments]
    subprocess.run(
        [*command, "--no-index", "--quiet"], check=True, timeout=180, env={"PATH": os.environ["PATH"]}
    )


def test_wheel_holds_both_packages_whole(installation: Installation) -> None:
    with zipfile.ZipFile(installation.wheel) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}

    sources = [CHECKOUT / "provider", CHECKOUT / "simulator"]
    files = {
        path.relative_to(folder).as_posix()
        for folder in sources
        for path in folder.glob("alicloud_image_*/**/*")
        if path.is_file() and "__pycache__" not in path.parts and ".egg-info" not in str(path)
    }
    assert held == files
    assert {"alicloud_image_share/py.typed", "alicloud_image_simulator/py.typed"} <= held


def test_wheel_tells_its_licence(installation: Installation) -> None:
    with zipfile.ZipFile(installation.wheel) as wheel:
        (licence,) = (name for name in wheel.namelist() if name.endswith(".dist-info/licenses/LICENSE"))
        assert wheel.read(licence) == (CHECKOUT / "LICENSE").read_bytes()


def test_wheel_offers_the_command_and_the_pytest_plugin(installation: Installation) -> None:
    with zipfile.ZipFile(installation.wheel) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt"))
        offered = wheel.read(name).decode().split("\n")

    assert {
        "image-share = alicloud_image_share.commands.main:main",
        "alicloud_image_simulator = alicloud_image_simulator.pytest_plugin",
    } <= set(offered)


@pytest.mark.parametrize(
    ("package", "extra"), [("alicloud_image_share", ""), ("alicloud_image_simulator", "simulator")]
)
def test_wheel_requires_whatever_it_imports(installation: Installation, package: str, extra: str) -> None:
    requirements = [Requirement(line) for line in requirement_lines(installation.wheel)]
    required = {
        canonicalize_name(requirement.name)
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra})
    }

    distributions = packages_distributions()
    # Several distributions install parts of one package of that name, as of google: one of them is imported.
    candidates = [
        [canonicalize_name(each) for each in distributions[name]]
        for name in imports(installation.wheel, package)
    ]
    missing = {names[0] for names in candidates if required.isdisjoint(names)}
    assert missing == LOADED_BY[package]


@pytest.mark.parametrize("package", ["alicloud_image_share", "alicloud_image_simulator"])
def test_installed_package_is_the_one_of_the_wheel(
    installation: Installation, tmp_path: Path, package: str
) -> None:
    done = installation.run("python", "-c", f"import {package}; print({package}.__file__)", folder=tmp_path)

    assert Path(done.stdout).is_relative_to(installation.environment), done.stderr


def test_installed_image_share_is_typed(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(TYPED_PROGRAM)

    done = installation.run("python", "-m", "mypy", "--strict", "program.py", folder=tmp_path)

    *errors, total = done.stdout.splitlines()
    assert total.startswith("Found 1 error in 1 file "), done.stdout
    assert errors[0].startswith(
        'program.py:6: error: Argument "accounts" to "ImageShare" has incompatible type'
    )


def test_installed_command_gives_help(installation: Installation, tmp_path: Path) -> None:
    done = installation.run("image-share", "--help", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert {"init", "preview", "refresh", "up", "destroy"} <= set(done.stdout.split())


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment")
def test_project_of_init_shares_and_unshares(
    installation: Installation, cloud: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_PYTHON_CMD"):
        monkeypatch.delenv(name)  # the command is to find its own
    put_image(cloud)
    project = tmp_path / "images"

    made = installation.run("image-share", "init", "images", folder=tmp_path)
    (project / "Pulumi.dev.yaml").write_text(STACK_FILE)
    up = installation.run(
        "image-share", "up", "--stack", "dev", "--yes", folder=project, **credentials(cloud)
    )
    shared = accounts(cloud)
    destroyed = installation.run(
        "image-share", "destroy", "--stack", "dev", "--yes", folder=project, **credentials(cloud)
    )

    assert made.returncode == 0, made.stderr
    assert (up.returncode, shared) == (0, ACCOUNTS), up.stdout + up.stderr
    assert (destroyed.returncode, accounts(cloud)) == (0, []), destroyed.stdout + destroyed.stderr


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment")
def test_program_written_by_hand_shares_and_unshares(
    installation: Installation, cloud: Simulator, tmp_path: Path
) -> None:
    put_image(cloud)
    (tmp_path / "__main__.py").write_text(HAND_WRITTEN_PROGRAM)
    variables = {**credentials(cloud), "PULUMI_PYTHON_CMD": str(installation.environment / "bin" / "python")}

    up = installation.run("python", "-c", HAND_WRITTEN_RUN, "up", folder=tmp_path, **variables)
    shared = accounts(cloud)
    destroyed = installation.run("python", "-c", HAND_WRITTEN_RUN, "destroy", folder=tmp_path, **variables)

    assert (up.returncode, shared) == (0, ACCOUNTS), up.stderr
    assert (destroyed.returncode, accounts(cloud)) == (0, []), destroyed.stderr


def requirement_lines(wheel: Path) -> list[str]:
    (metadata,) = (path for path in zipfile.Path(wheel).iterdir() if path.name.endswith(".dist-info"))
    return PathDistribution(metadata).requires or []


def imports(wheel: Path, package: str) -> set[str]:
    """Return the top-level names that a package imports, but for the standard library's and its own."""
    with zipfile.ZipFile(wheel) as files:
        modules = [name for name in files.namelist() if name.startswith(package) and name.endswith(".py")]
        nodes = [node for name in modules for node in ast.walk(ast.parse(files.read(name)))]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    others = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in plain | others} - sys.stdlib_module_names - {package}


def put_image(cloud: Simulator) -> None:
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})


def accounts(cloud: Simulator) -> list[str]:
    """Return who can use the image, as the cloud has it."""
    (image,) = cloud.state()["images"]
    return sorted(image["accounts"])


def credentials(cloud: Simulator) -> dict[str, str]:
    """Return what a user's environment would hold."""
    hosts = {f"ALIBABA_CLOUD_ENDPOINT_{name}": cloud.address for name in ("ECS", "STS")}
    return {
        "ALICLOUD_ACCESS_KEY": OWNER.key,
        "ALICLOUD_SECRET_KEY": OWNER.secret,
        "ALICLOUD_REGION": "cn-hangzhou",
        "ALICLOUD_PROTOCOL": "HTTP",
        **hosts,
    }
