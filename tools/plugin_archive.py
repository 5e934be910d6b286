"""Build the archive that `pulumi plugin install resource image-shares VERSION --file ARCHIVE` takes.

`python -m tools.plugin_archive ARCHIVE` packs the package and what it needs, as they are installed beside
this Python, for machines of its kind with its version of Python. The archive has no PulumiPlugin.yaml: where
there is one, the engine makes a virtual environment, or installs into the one that the file names.
"""

import re
import sys
import tarfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from io import BytesIO
from pathlib import Path

import alicloud_image_share

PROGRAM = "pulumi-resource-image-shares"

_PACKAGE = "alicloud-image-share"
_NOT_NEEDED = {"debugpy", "pip"}
"""What Pulumi requires for debuggers and for its own installation of plugins."""
_NAME = re.compile(r"[\w.-]+", re.ASCII)
_LAUNCHER = """\
#!/bin/sh
# Starts the provider with what lies beside this file, and with nothing else that is installed.
here=$(cd "$(dirname "$0")" && pwd)
for python in "$PULUMI_PYTHON_CMD" python{version} python3; do
  [ -n "$python" ] || continue
  if "$python" -I -c 'import sys; sys.exit(sys.version_info[:2] != {numbers})' 2>/dev/null; then
    exec "$python" -I -u -c 'import sys; sys.path.insert(0, sys.argv.pop(1))
from alicloud_image_share.plugin.process import main; main()' "$here/lib" "$@"
  fi
done
echo "image-shares: this plugin was built for Python {version}, and PATH has none" >&2
exit 1
"""


def needed(name: str = _PACKAGE) -> dict[str, Distribution]:
    """Return the installed distributions that the package needs, itself included, by name."""
    needed: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in needed or name in _NOT_NEEDED:
            continue
        try:
            needed[name] = distribution(name)
        except ModuleNotFoundError:
            continue  # of another platform or version of Python, by its marker
        required = needed[name].requires or ()
        waiting += [_NAME.match(text)[0] for text in required if "extra ==" not in text]  # type: ignore[index]
    return needed


def files() -> Iterator[tuple[str, Path]]:
    """Yield each file by its place below lib/: of our own package the sources, which may stand elsewhere."""
    sources = Path(alicloud_image_share.__file__).parent
    for path in sorted(sources.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"{sources.name}/{path.relative_to(sources).as_posix()}", path
    for name, installed in needed().items():
        for file in installed.files or ():
            ours = name == _PACKAGE and not file.parts[0].endswith(".dist-info")
            outside = ".." in file.parts or "__pycache__" in file.parts or file.suffix == ".pth"
            if not ours and not outside:
                yield file.as_posix(), Path(str(file.locate()))


def build(archive: Path) -> None:
    """Write the archive."""
    version = ".".join(map(str, sys.version_info[:2]))
    launcher = _LAUNCHER.format(version=version, numbers=tuple(sys.version_info[:2])).encode()
    with tarfile.open(archive, "w:gz", compresslevel=6) as packed:
        entry = tarfile.TarInfo(PROGRAM)
        entry.size, entry.mode = len(launcher), 0o755
        packed.addfile(entry, BytesIO(launcher))
        for name, path in files():
            packed.add(path.resolve(), f"lib/{name}", recursive=False)


def main() -> int:
    """Build the archive that the command line names, and say how it is installed."""
    archive = Path(sys.argv[1])
    archive.parent.mkdir(parents=True, exist_ok=True)
    build(archive)
    installs = f"pulumi plugin install resource image-shares {alicloud_image_share.__version__}"
    sys.stdout.write(f"{installs} --file {archive}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
