"""A project on disk: Pulumi.yaml and the stack files that belong to it."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from alicloud_image_share.cloud.regular_file import open_regular
from alicloud_image_share.errors import ShareError
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.bounded_yaml import LARGEST
from alicloud_image_share.stack_file import (
    ABSENT,
    ImagesOf,
    Place,
    Problem,
    ShareDefinition,
    StackValues,
    definitions,
    file_problems,
    unknown_images,
    value_problems,
)
from alicloud_image_share.stack_file.definitions import Rotation
from alicloud_image_share.stack_file.file_presence import EXTENSIONS, extension_problems, is_there
from alicloud_image_share.stack_file.program import PROGRAM, is_stack_program
from alicloud_image_share.stack_file.referenced_files import with_referenced_files
from alicloud_image_share.stack_file.structure import settings_of

GROUPS = "image-shares:groups"
SHARES = "image-shares:shares"


class ProjectError(ShareError):
    """A project cannot be used as it is; the text says what to do."""


class NoProjectError(ProjectError):
    """There is no project in a folder or above it."""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a Pulumi.yaml, by the absolute path of that file."""

    file: Path
    settings: Mapping[str, Any] = field(repr=False)

    @property
    def folder(self) -> Path:
        """The folder that the engine runs in."""
        return self.file.parent

    @property
    def stack_folder(self) -> Path:
        """The folder of the stack files."""
        return self.folder / (self.settings.get("stackConfigDir") or ".")

    @property
    def backend(self) -> str | None:
        """Where Pulumi.yaml says that state is kept."""
        backend = self.settings.get("backend")
        return backend.get("url") if isinstance(backend, Mapping) else None

    @property
    def virtual_environment(self) -> Path | None:
        """The Python environment that Pulumi.yaml names."""
        runtime = self.settings.get("runtime")
        options = runtime.get("options") if isinstance(runtime, Mapping) else None
        configured = options.get("virtualenv") if isinstance(options, Mapping) else None
        return self.folder / configured if configured else None

    def runs_the_stack_program(self) -> bool:
        """Tell whether `pulumi up` runs the program that reads stack files, and not another one.

        A folder of the package's name beside the program would be imported in place of the package.
        """
        runtime = self.settings.get("runtime")
        program = self.folder / str(self.settings.get("main") or ".")
        if (runtime.get("name") if isinstance(runtime, Mapping) else runtime) != "python":
            return False
        if program.is_dir():
            program = program / "__main__.py"
        name = PROGRAM.partition(".")[0]
        if any((program.parent / beside).exists() for beside in (name, f"{name}.py")):
            return False
        return program.is_file() and is_stack_program(_text(program))

    def stack_file(self, stack: str) -> Path:
        """Return the file of a stack, whether it exists or not; `org/project/stack` will do as a name."""
        name = stack.rsplit("/", 1)[-1]
        extensions = dict.fromkeys((self.file.suffix, *EXTENSIONS))
        candidates = [self.stack_folder / f"Pulumi.{name}{extension}" for extension in extensions]
        return next(filter(is_there, candidates), candidates[0])

    def has_file_of(self, stack: str) -> bool:
        """Tell whether a stack has a file, if only one that cannot be read."""
        return is_there(self.stack_file(stack))

    def stacks(self) -> tuple[str, ...]:
        """Return the names of the stacks that have a file, sorted."""
        paths = filter(is_there, self.stack_folder.glob("Pulumi.?*.*"))
        return tuple(sorted({path.stem[len("Pulumi.") :] for path in paths if path.suffix in EXTENSIONS}))

    def matching(self, pattern: str) -> tuple[str, ...]:
        """Return the names of the stacks that a pattern such as `prod-*` matches, sorted."""
        return tuple(name for name in self.stacks() if fnmatchcase(name, pattern))

    def text_problems(self, stack: str) -> Iterator[Problem]:
        """Find what is wrong with the form of the files of a stack, and what parsing would destroy."""
        yield from extension_problems(self.stack_file(stack), self.file)
        name = str(self.settings.get("name", ""))
        for path in filter(is_there, (self.file, self.stack_file(stack))):
            # The engine writes aliases out, and has no limits of its own.
            yield from file_problems(_text(path), path.name, project=name, written_out=True)

    def file_of(self, key: str, stack: str) -> str:
        """Return the name of the file that sets a configuration key for a stack."""
        stack_file = self.stack_file(stack)
        in_stack = is_there(stack_file) and key in _configuration(_read(stack_file))
        return self.file.name if key in _configuration(self.settings) and not in_stack else stack_file.name

    def configuration(self, stack: str) -> Mapping[str, Any]:
        """Return what the files configure for a stack, as they write it: a secret is a map with `secure`."""
        file = self.stack_file(stack)
        of_stack = _configuration(_read(file)) if is_there(file) else {}
        return {**_project_values(self.settings), **of_stack}

    def environments(self, stack: str) -> Any:
        """Return which environments the file of a stack imports; only the engine knows their values."""
        return self.has_file_of(stack) and _read(self.stack_file(stack)).get("environment")

    def encrypts(self, stack: str) -> bool:
        """Tell whether the file of a stack says how secrets are encrypted."""
        return not {"encryptionsalt", "secretsprovider"}.isdisjoint(_read(self.stack_file(stack)))

    def declared(self, stack: str, images_of: ImagesOf = unknown_images) -> tuple[ShareDefinition, ...]:
        """Return the shares of a stack as its file names them; none where it is encrypted or has problems."""
        file, configuration = self.stack_file(stack), self.configuration(stack)
        shares, groups = configuration.get(SHARES, ABSENT), configuration.get(GROUPS, {})
        if any(isinstance(value, Mapping) and "secure" in value for value in (shares, groups)):
            return ()
        values = StackValues(Place(file.name, GROUPS), Place(file.name, SHARES), groups, shares)
        values = with_referenced_files(values, self.folder)
        problems = (*self.text_problems(stack), *value_problems(values))
        return () if problems else definitions(values, images_of)

    def share_count(self, stack: str) -> int | None:
        """Return how many shares the file of a stack names; None where it selects images, or is not read."""
        rotations: list[Rotation] = []

        def remember(rotation: Rotation) -> tuple[()]:
            rotations.append(rotation)
            return ()

        with suppress(ProjectError):
            shares = self.declared(stack, remember)
            return None if rotations else len(shares) or None
        return None


def project_of(folder: Path) -> Project | None:
    """Return the project of a folder or of the nearest folder above it; None where there is none."""
    try:
        return find_project(folder)
    except NoProjectError:
        return None


def find_project(folder: Path) -> Project:
    """Return the project of a folder or of the nearest folder above it; raise NoProjectError without one."""
    for candidate in (folder.resolve(), *folder.resolve().parents):
        for extension in EXTENSIONS:
            file = candidate / f"Pulumi{extension}"
            if is_there(file):
                project = Project(file, _read(file))
                refuse_settings(project)
                return project
    raise NoProjectError(
        f"There is no Pulumi.yaml in {folder} or above it. `image-share init {folder}` makes a project there."
    )


def refuse_settings(project: Project) -> None:
    """Raise ProjectError for what Pulumi.yaml names in a form that no path or address has."""
    settings = project.settings
    runtime, backend = settings.get("runtime"), settings.get("backend")
    options = runtime.get("options") if isinstance(runtime, Mapping) else None
    values = {
        "stackConfigDir": settings.get("stackConfigDir"),
        "main": settings.get("main"),
        "backend: url": backend.get("url") if isinstance(backend, Mapping) else None,
        "virtualenv": options.get("virtualenv") if isinstance(options, Mapping) else None,
    }
    for name, value in values.items():
        if not isinstance(value, str | None) or "\0" in (value or ""):
            raise ProjectError(f"{project.file.name}: {name}: {show(value)} is not a text that it could be.")
        try:
            # A name that is too long, or a folder that may not be looked into.
            (project.folder / (value or "")).exists()
        except OSError as error:
            raise ProjectError(f"{project.file.name}: {name}: {show(value)}: {error.strerror}.") from error


def refuse(problems: Iterable[Problem]) -> None:
    """Raise ProjectError with all problems, a line each, if there are any."""
    lines = [str(problem) for problem in problems]
    if lines:
        raise ProjectError("\n".join(["nothing was run; to be corrected:", *lines]))


def _read(file: Path) -> Mapping[str, Any]:
    try:
        return settings_of(_text(file))
    except ValueError as error:
        raise ProjectError(f"{file.name} {error}.") from error


def _text(file: Path) -> str:
    """Return the text of a file, of which no more is read than may be in it."""
    try:
        with open_regular(file) as opened:
            content = opened.read(4 * LARGEST)
        # A file that goes on may have been cut within a character.
        text, _ = codecs.utf_8_decode(content, "strict", len(content) < 4 * LARGEST)
    except UnicodeError as error:
        raise ProjectError(f"{file.name} is not UTF-8 text. Save it as UTF-8.") from error
    except OSError as error:
        raise ProjectError(f"{file.name} cannot be read: {error.strerror}.") from error
    return text


def _project_values(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values that Pulumi.yaml sets for every stack, `key: {value: …}` or, plain, `key: …`."""
    entries = _configuration(settings).items()
    long = {key: entry["value"] for key, entry in entries if isinstance(entry, Mapping) and "value" in entry}
    return {**{key: entry for key, entry in entries if not isinstance(entry, Mapping)}, **long}


def _configuration(document: Mapping[str, Any]) -> Mapping[str, Any]:
    values = document.get("config")
    return {str(key): value for key, value in values.items()} if isinstance(values, Mapping) else {}
