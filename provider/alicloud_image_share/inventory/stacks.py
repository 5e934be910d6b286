"""Read what stacks say and how they are configured: from files, by the engine where they have secrets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock
from alicloud_image_share.cloud.directory_accounts import directory_accounts
from alicloud_image_share.cloud.session import Sessions
from alicloud_image_share.cloud.settings import Settings, read_settings
from alicloud_image_share.engine.environment import reading_variables
from alicloud_image_share.engine.interrupted import InterruptedShare
from alicloud_image_share.engine.stack_configuration import read_stack
from alicloud_image_share.errors import ShareError
from alicloud_image_share.inventory.audit_result import InterruptedRun, Runs
from alicloud_image_share.inventory.declared import (
    Declared,
    DeclaredStack,
    ManagedShare,
    managed_shares,
    without_region,
)
from alicloud_image_share.inventory.live import ReadFailure
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.stack_file import definitions, rotations
from alicloud_image_share.stack_file.directory_group import with_directory_accounts
from alicloud_image_share.stack_file.file_presence import known_stacks
from alicloud_image_share.stack_file.project import (
    GROUPS,
    SHARES,
    NoProjectError,
    Project,
    ProjectError,
)

_NO_REGION = "it names no region, and alicloud:region is not configured"


def environment_settings(environment: Mapping[str, str]) -> Settings:
    """Return what the environment alone configures."""
    return read_settings(lambda _key: None, environment, services.names())


@dataclass(frozen=True, slots=True)
class Stacks:
    """The stacks that have a file in a project, read with the variables of the environment."""

    project: Project | None
    environment: Mapping[str, str]

    def declared(self, pattern: str = "*") -> Declared:
        """Return every stack whose name matches; one that cannot be read is named with the reason."""
        names = self.project.stacks() if self.project else ()
        stacks, failures = [], []
        for name in names:
            if not fnmatchcase(name, pattern):
                continue
            try:
                stack = self.stack(name)
            except ShareError as error:
                failures.append(ReadFailure.of_stack(name, error))
                continue
            stacks.append(stack)
            failures += (ReadFailure.of_share(name, share, _NO_REGION) for share in stack.without_region)
        return Declared(tuple(stacks), tuple(failures))

    def stack(self, name: str) -> DeclaredStack:
        """Return one stack; raise ShareError where it cannot be read."""
        if self.project is None:
            raise NoProjectError(f"There is no stack {name}: there is no Pulumi.yaml here or above.")
        if not self.project.has_file_of(name):
            raise ProjectError(f"There is no stack {name}; {known_stacks(self.project.stacks())}.")
        configured = read_stack(self.project, name)
        settings = configured.settings(self.environment)
        if not self.project.runs_the_stack_program():
            return DeclaredStack(name, settings, self._in_state(self.project, name))
        values = configured.values()
        if problem := next(configured.problems(values), None):
            raise ProjectError(str(problem))
        sessions = Sessions(settings, Clock(), lambda _words: None)
        values = with_directory_accounts(
            values, lambda group: directory_accounts(sessions, group.folder, group.role_arn)
        )
        secret = not configured.secret.isdisjoint((GROUPS, SHARES))
        named, home = definitions(values), settings.region
        return DeclaredStack(
            name,
            settings,
            managed_shares(name, named, home, secret=secret),
            without_region=without_region(named, rotations(values), home),
            rotations=rotations(values),
            secret=secret,
        )

    def interrupted(self, names: Iterable[str]) -> tuple[Runs, list[ReadFailure]]:
        """Return the runs of stacks that were interrupted, and the states that could not be read."""
        runs: dict[ImageKey, tuple[InterruptedRun, ...]] = {}
        failures = []
        for name in names:
            try:
                shares = self._interrupted(name)
            except ShareError as error:
                failures.append(ReadFailure.of_state(name, error))
                continue
            for share in shares:
                runs[share.key] = (*runs.get(share.key, ()), InterruptedRun(name, share))
        return runs, failures

    def _interrupted(self, name: str) -> tuple[InterruptedShare, ...]:
        variables = reading_variables(self.project, self.environment) if self.project else None
        if self.project is None or variables is None:
            return ()
        # Pulumi takes half a second to import.
        from alicloud_image_share.engine.pulumi_cli import installed_cli  # noqa: PLC0415
        from alicloud_image_share.engine.stack_reading import interrupted_in_state  # noqa: PLC0415

        if not installed_cli(self.project.folder):
            raise ProjectError("there is no engine to read it with")

        return interrupted_in_state(self.project, name, variables)

    def _in_state(self, project: Project, name: str) -> tuple[ManagedShare, ...]:
        """Return what a program of the project's own has declared: the last up knows."""
        # Pulumi takes half a second to import.
        from alicloud_image_share.engine.stack_reading import shares_in_state  # noqa: PLC0415

        return tuple(
            managed
            for share in shares_in_state(project, name)
            for managed in managed_shares(name, (share.definition,), None, secret=share.secret)
        )
