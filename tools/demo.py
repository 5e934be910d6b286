"""The main job, shown on the real engine against the simulator: every step is checked against both.

Each command is the one that a user types. What it prints is shown, and then held against what the step says:
its exit status, the lines that must be there, and who can use the image according to the simulator. The demo
ends with exit status 1 at the first step that does not do what it shows, and leaves nothing running.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from alicloud_image_simulator import OWNER, Simulator

GOLDEN, DESKTOP, EDGE, SIMPLE = "m-bp1golden", "m-gx2desktop", "m-5s7edge", "m-saasimple"
WEB, SHOP, PARTNER = "1234567890123456", "1550809237710001", "1550809237710009"
STRANGER = "1999999999999999"
LIMIT = 180
"""Seconds that one command may take."""
GRACE = 15
"""Seconds that a command may take to end when it is told to."""

IMAGES = [
    {"service": "ecs", "image_id": GOLDEN, "accounts": [STRANGER]},
    {"service": "eds", "image_id": DESKTOP},
    {"service": "ens", "image_id": EDGE},
    {"service": "swas", "image_id": SIMPLE},
]

STACK_FILE = f"""\
config:
  alicloud:region: cn-hangzhou
  image-shares:groups:
    web-teams: {{GROUP}}
  image-shares:shares:
    golden-web:
      service: ecs
      image_id: {GOLDEN}
      groups: [web-teams]
      accounts: {{{{"{PARTNER}": partner}}}}
    desktops: {{{{service: eds, image_id: {DESKTOP}, groups: [web-teams]}}}}
    edge: {{{{service: ens, image_id: {EDGE}, groups: [web-teams]}}}}
    simple: {{{{service: swas, image_id: {SIMPLE}, groups: [web-teams], share_to_ecs: true}}}}
"""

Live = Mapping[str, set[str]]
"""Image → who can use it; `ecs` stands for the owner's own ECS."""


class DemoError(Exception):
    """A step did not do what it shows."""


@dataclass(frozen=True)
class Demo:
    """A project in a folder of its own, and the cloud that it is run against."""

    cloud: Simulator
    folder: Path
    environment: Mapping[str, str]
    limit: float = LIMIT

    def step(self, title: str, *arguments: str, exits: int, shows: tuple[str, ...], live: Live) -> None:
        """Run a command of image-share; raise DemoError unless it does what is said here."""
        click.echo(f"\n== {title}\n$ image-share {' '.join(arguments)}")
        command = self.start(*arguments)
        try:
            printed, _ = command.communicate(timeout=self.limit)
        except subprocess.TimeoutExpired:
            click.echo(end(command), nl=False)
            raise DemoError(f"{title}: it took more than {self.limit} seconds") from None
        except KeyboardInterrupt:
            end(command)
            raise
        click.echo(printed, nl=False)
        if command.returncode != exits:
            raise DemoError(f"{title}: exit status {command.returncode} instead of {exits}")
        for text in shows:
            if text not in printed:
                raise DemoError(f"{title}: it does not show {text!r}")
        if self.live() != live:
            raise DemoError(f"{title}: {self.live()} is live instead of {live}")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command of image-share."""
        program = Path(sys.executable).with_name("image-share")
        return subprocess.Popen(  # noqa: S603 - our own command, with words from this file
            [program, *arguments],
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def live(self) -> Live:
        """Return who can use which image, as the cloud has it."""
        return {
            image["image_id"]: {*image["accounts"], *(["ecs"] if image["in_share"] else [])}
            for image in _images(self.cloud.state())
        }

    def write_stack_file(self, group: str) -> None:
        """Write the stack file with this group, and show it."""
        text = STACK_FILE.format(GROUP=group)
        (self.folder / "Pulumi.dev.yaml").write_text(text)
        click.echo(f"\nPulumi.dev.yaml now says:\n{text}", nl=False)

    def unshare_in_console(self, account: str) -> None:
        """Take an account off behind the stack's back."""
        state = self.cloud.state()
        _images(state)[0]["accounts"].remove(account)
        self.cloud.put_state(state)
        click.echo(f"\nSomebody takes {account} off in the console.")


def end(command: subprocess.Popen[str], *, grace: float = GRACE) -> str:
    """End a command and the engine that it runs; return what it has printed.

    The engine has a session of its own, and would outlive a kill of the command. A command that is told to
    end has it finish what is in flight; told so twice, stop at once.
    """
    for stop in (command.terminate, command.terminate, command.kill):
        stop()
        with suppress(subprocess.TimeoutExpired):
            return command.communicate(timeout=grace)[0]
    return ""


def _images(state: Any) -> list[dict[str, Any]]:
    images: list[dict[str, Any]] = state["images"]
    return images


def main() -> int:
    """Run the demo; return its exit status."""
    with Simulator() as cloud, tempfile.TemporaryDirectory(prefix="image-share-demo-") as folder:
        cloud.put_state({"images": IMAGES})
        demo = Demo(cloud, Path(folder) / "images", user_environment(cloud, Path(folder)))
        demo.folder.mkdir()
        try:
            _show(demo)
        except DemoError as exc:
            click.echo(f"\nThe demo failed. {exc}", err=True)
            return 1
    click.echo("\nThe demo is done: every step did what it shows.")
    return 0


def _everywhere(group: set[str], golden: set[str], *, ecs: bool) -> Live:
    own = {"ecs"} if ecs else set()
    return {GOLDEN: group | golden, DESKTOP: group, EDGE: group, SIMPLE: group | own}


def _show(demo: Demo) -> None:
    both = f'{{"{WEB}": team web, "{SHOP}": team shop}}'
    web_only = f'{{"{WEB}": team web}}'
    before = _everywhere(set(), {STRANGER}, ecs=False)
    shared = _everywhere({WEB, SHOP}, {STRANGER, PARTNER}, ecs=True)
    without_shop = _everywhere({WEB}, {STRANGER, PARTNER}, ecs=True)
    drifted = _everywhere({WEB}, {STRANGER}, ecs=True)
    dev = ("--stack", "dev")

    demo.step("A new project", "init", ".", exits=0, shows=("wrote",), live=before)
    demo.write_stack_file(both)
    new = tuple(f"{share} + {WEB}" for share in ("golden-web", "desktops", "edge", "simple"))
    demo.step("Preview of new shares", "preview", *dev, exits=2, shows=new, live=before)
    demo.step("Share them", "up", *dev, "--yes", exits=0, shows=new, live=shared)
    demo.write_stack_file(web_only)
    losses = (f'golden-web - {SHOP} "team shop"', f'edge - {SHOP} "team shop"', " access to 4 images ")
    demo.step("Preview of a change, by account", "preview", *dev, exits=2, shows=losses, live=shared)
    demo.step("Carry it out", "up", *dev, "--yes", exits=0, shows=losses, live=without_shop)
    demo.unshare_in_console(PARTNER)
    drift = (f'{PARTNER} "partner" was removed by somebody else',)
    demo.step("A refresh finds it", "refresh", *dev, exits=0, shows=drift, live=drifted)
    back = (f"golden-web + {PARTNER}", "1 account gained access · 1 share updated")
    demo.step("And up repairs it", "up", *dev, "--yes", exits=0, shows=back, live=without_shop)
    same = ("4 shares unchanged",)
    demo.step("Nothing is left to do", "preview", *dev, exits=0, shows=same, live=without_shop)
    removals = (f"golden-web - {PARTNER}", f"simple - {WEB}", "4 shares deleted")
    demo.step(
        "Unshare all that the stack owns", "destroy", *dev, "--yes", exits=0, shows=removals, live=before
    )
    click.echo(f"\n{STRANGER} was shared by others before the demo, and still is.")


def user_environment(cloud: Simulator, folder: Path) -> dict[str, str]:
    """Return the environment of a user whose cloud is the simulator; none of the caller's own settings."""
    foreign = ("ALICLOUD_", "ALIBABA_CLOUD_", "ALIBABACLOUD_", "PULUMI_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    hosts = {f"ALIBABA_CLOUD_ENDPOINT_{key}": cloud.address for key in ("ECS", "ECD", "ENS", "SWAS", "STS")}
    return {
        **environment,
        **hosts,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "ALICLOUD_ACCESS_KEY": OWNER.key,
        "ALICLOUD_SECRET_KEY": OWNER.secret,
        "ALICLOUD_PROTOCOL": "HTTP",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


if __name__ == "__main__":
    sys.exit(main())
