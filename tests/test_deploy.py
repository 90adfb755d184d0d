from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

import uncial
from test_scripts import script
from uncial.service import Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm/uncial"
HELM = ROOT / ".venv/deploy/helm"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
OF_THE_COMMAND = {"UNCIAL_VERSION"}
"""A variable of the compose file alone."""
check = script("deploy_check")


def text(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8")


def instructions() -> Iterator[tuple[int, str, str]]:
    """The stage, the word and the rest of each instruction of the Dockerfile."""
    stage = -1
    lines = [line for line in text("Dockerfile").splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            stage += word == "FROM"
            yield stage, word, " ".join(rest.split())


def said(word: str, stage: int = 1) -> list[str]:
    return [rest for at, found, rest in instructions() if found == word and at == stage]


# ---- the Dockerfile


def test_the_image_runs_as_a_user_with_a_number_who_is_nobody():
    assert said("USER") == ["10001:10001"]
    order = [word for stage, word, _ in instructions() if stage == 1]
    assert all(order.index("USER") > place for place, word in enumerate(order) if word in ("RUN", "COPY"))


def test_both_stages_stand_on_the_same_slim_python_as_the_project_asks_for():
    (default,) = (rest for at, word, rest in instructions() if word == "ARG" and at == -1)
    assert default == "PYTHON=3.11-slim-bookworm"
    assert [rest.split()[0] for _, word, rest in instructions() if word == "FROM"] == ["python:${PYTHON}"] * 2


def test_nothing_to_build_with_is_in_the_image():
    built = " ".join(said("RUN", 0) + said("RUN", 1))
    assert not re.search(r"\b(gcc|g\+\+|build-essential|make|git|curl|wget)\b", built)
    assert "--only-binary :all:" in built
    assert "pip uninstall --yes pip setuptools" in said("RUN", 0)[-1]
    assert re.search(r"pip uninstall .*pip setuptools wheel", said("RUN")[0])
    assert re.findall(r"install --yes --no-install-recommends ([^&]*) &&", said("RUN")[0]) == ["tini"]
    assert "rm -rf /var/lib/apt/lists/*" in said("RUN")[0]
    assert [copied for copied in said("COPY") if copied.startswith("--from=")] == ["--from=build /opt/uncial /opt/uncial"]


def test_no_cache_of_pip_stays_behind():
    assert "PIP_NO_CACHE_DIR=1" in said("ENV", 0)[0]
    assert all("--constraint constraints.txt" in run for run in said("RUN", 0) if "requirements.txt" in run and "install" in run)


def test_whatever_is_copied_is_there_and_reaches_the_build():
    allowed = [line[1:] for line in text("Dockerfile.dockerignore").splitlines() if line.startswith("!")]
    for stage in (0, 1):
        for copied in said("COPY", stage):
            if not copied.startswith("--from"):
                for source in copied.split()[:-1]:
                    assert (ROOT / source).exists(), source
                    assert any(fnmatch(source, pattern) or source.startswith(f"{pattern}/") for pattern in allowed), source
    assert "*" in text("Dockerfile.dockerignore").splitlines()


def test_everything_that_the_build_of_the_wheel_reads_is_copied():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    copied = {source for copied in said("COPY", 0) for source in copied.split()[:-1]}
    assert {project["project"]["readme"], "LICENSE", "NOTICE", "src", "pyproject.toml", "constraints.txt"} <= copied


def test_it_is_asked_for_its_health_by_its_own_command_and_is_buried_properly():
    (health,) = said("HEALTHCHECK")
    command = json.loads(health[health.index("[") :])
    assert command[:2] == ["uncial", "doctor"]
    from click.testing import CliRunner

    from uncial.cli.commands import uncial as cli

    told = CliRunner().invoke(cli, ["doctor", "--help"]).output
    assert all(flag in told for flag in command if flag.startswith("--"))
    assert json.loads(said("ENTRYPOINT")[0]) == ["tini", "--", "uncial"]
    assert json.loads(said("CMD")[0]) == ["serve"]
    assert said("EXPOSE") == [str(Settings.model_fields["port"].default)]


def test_the_requirements_are_those_of_the_project_and_its_extras():
    given = [sys.executable, str(DEPLOY / "requirements.py"), str(ROOT / "pyproject.toml"), "cluster"]
    printed = subprocess.run(given, capture_output=True, text=True, check=True, timeout=30).stdout.split("\n")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert printed[:-1] == [*project["dependencies"], *project["optional-dependencies"]["cluster"]]
    named = re.search(r"requirements\.py pyproject\.toml ([a-z ]+) >", " ".join(said("RUN", 0)))
    assert named
    assert set(named[1].split()) <= set(project["optional-dependencies"])


# ---- all of it


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_every_variable_is_a_setting(path: Path):
    known = {f"UNCIAL_{name.upper()}" for name in Settings.model_fields} | OF_THE_COMMAND
    assert set(re.findall(r"\bUNCIAL_[A-Z_]*[A-Z]\b", path.read_text("utf-8"))) <= known


def test_the_versions_are_that_of_the_project():
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert chart["version"] == chart["appVersion"] == uncial.__version__
    assert f"UNCIAL_VERSION={uncial.__version__}" in text("env.example").splitlines()
    assert set(re.findall(r"UNCIAL_VERSION:-([^}]+)}", text("compose.yaml"))) == {uncial.__version__}


def test_no_secret_has_a_value_in_what_is_committed():
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert set(values["secrets"].values()) == {""}
    lines = dict(line.split("=", 1) for line in text("env.example").splitlines() if "=" in line and not line.startswith("#"))
    assert all(lines[name] == "" for name in check.SECRETS)


# ---- the compose file


@cache
def composed() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text("compose.yaml"))
    return loaded


@pytest.mark.parametrize("name", ["api", "worker", "bucket"])
def test_what_is_ours_may_do_as_little_as_it_needs(name: str):
    service = composed()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["volumes"] == ["/data"]
    assert "privileged" not in service
    assert "cap_add" not in service


def test_only_the_service_is_reached_from_outside_and_from_this_machine_alone():
    published = {name: service["ports"] for name, service in composed()["services"].items() if "ports" in service}
    assert list(published) == ["api"]
    assert all(port.startswith("127.0.0.1:") for port in published["api"])
    assert composed()["networks"]["inside"]["internal"] is True
    assert all(composed()["services"][name]["networks"] == ["inside"] for name in ("postgres", "rabbitmq", "store", "bucket"))


def test_everything_that_runs_has_limits_and_a_check_or_says_that_it_has_none():
    for name, service in composed()["services"].items():
        assert "healthcheck" in service or name == "api", name  # that of its image
        if name != "bucket":
            assert "memory" in service["deploy"]["resources"]["limits"], name


def environment(name: str) -> dict[str, str]:
    """What a service of ours gets, each secret being “x”."""
    told = composed()["services"][name]["environment"]
    return {
        key: re.sub(r"\$\{[A-Z_]+:(?:-([^}]*)|\?[^}]*)\}", lambda found: found[1] or "x", str(value))
        for key, value in told.items()
    }


@pytest.mark.parametrize("given", ["api", "worker", "chart"])
def test_what_is_set_makes_sense_to_the_service(given: str, monkeypatch: pytest.MonkeyPatch):
    chosen = kind("ConfigMap")["test-uncial"]["data"] if given == "chart" else environment(given)
    for name in {name for name in os.environ if name.startswith("UNCIAL_")}:
        monkeypatch.delenv(name)
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.blobs.startswith("s3://")
    assert settings.require_keys or given == "worker"


def test_the_bucket_is_made_once_and_is_the_one_that_the_service_writes_to(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("s3fs", reason="the extra cluster is not installed")
    from servers import s3

    service = composed()["services"]["bucket"]
    assert service["entrypoint"] == ["python", "-c"]
    for name, value in environment("api").items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    with s3() as server:
        (told,) = service["command"]
        endpoint, blobs = environment("api")["UNCIAL_BLOBS_ENDPOINT"], environment("api")["UNCIAL_BLOBS"]
        assert endpoint in told
        code = told.replace(endpoint, server.url)
        used = f"from uncial.jobs.blobs import Blobs\nBlobs.open({blobs!r}, {server.url!r}).check()"
        subprocess.run([sys.executable, "-c", f"{code}\n{code}\n{used}"], check=True, timeout=60)


def test_every_secret_is_asked_for():
    asked = set(re.findall(r"\$\{([A-Z_]+):\?", text("compose.yaml")))
    assert asked == set(check.SECRETS)
    defaults = set(re.findall(r"\$\{([A-Z_]+):-", text("compose.yaml")))
    known = {line.split("=")[0] for line in text("env.example").splitlines() if "=" in line and not line.startswith("#")}
    assert defaults | asked == known


def test_it_is_stopped_later_than_it_stops_by_itself():
    seconds = int(composed()["services"]["api"]["stop_grace_period"].removesuffix("s"))
    assert seconds > Settings.model_fields["shutdown_seconds"].default + 10


# ---- the chart


def test_the_values_of_the_chart_are_what_its_schema_says():
    schema = json.loads((CHART / "values.schema.json").read_text())
    Draft7Validator.check_schema(schema)
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    Draft7Validator(schema).validate(values)
    assert set(schema["properties"]) - {"global"} == set(values)
    for name, part in values.items():
        told = schema["properties"][name].get("properties")
        if told and isinstance(part, dict) and name != "secrets":
            assert set(told) >= set(part), name


@cache
def rendered(values: tuple[str, ...]) -> list[dict[str, Any]]:
    if not HELM.is_file():
        pytest.skip("Helm is not here: scripts/deploy_check.py fetches it")
    command = [str(HELM), "template", "test", str(CHART), *values]
    made = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    return [document for document in yaml.safe_load_all(made) if document]


def kind(name: str, values: tuple[str, ...] = check.EVERYTHING) -> dict[str, dict[str, Any]]:
    return {document["metadata"]["name"]: document for document in rendered(values) if document["kind"] == name}


def pods() -> dict[str, dict[str, Any]]:
    deployed = {name: made["spec"]["template"]["spec"] for name, made in kind("Deployment").items()}
    return {**deployed, **{name: made["spec"] for name, made in kind("Pod").items()}}


def test_every_pod_runs_as_nobody_under_a_root_that_is_read_only():
    assert set(pods()) == {"test-uncial-api", "test-uncial-worker", "test-uncial-ready"}
    for pod in pods().values():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/data", "/tmp"}
        assert "memory" in container["resources"]["limits"]
        assert container["image"] == f"uncial:{uncial.__version__}"


def test_the_probes_ask_what_the_service_answers():
    (container,) = pods()["test-uncial-api"]["containers"]
    asked = {probe: container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert asked == {"startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"}
    from uncial.service.probes import router

    assert {"/livez", "/readyz", "/metrics"} <= {getattr(route, "path", "") for route in router.routes}


def test_what_is_selected_is_what_there_is():
    labels = {name: made["spec"]["template"]["metadata"]["labels"] for name, made in kind("Deployment").items()}
    for part in ("api", "worker"):
        own = labels[f"test-uncial-{part}"]
        selectors = [
            kind("Deployment")[f"test-uncial-{part}"]["spec"]["selector"]["matchLabels"],
            kind("PodDisruptionBudget")[f"test-uncial-{part}"]["spec"]["selector"]["matchLabels"],
            kind("NetworkPolicy")[f"test-uncial-{part}"]["spec"]["podSelector"]["matchLabels"],
        ]
        for selector in selectors:
            assert selector.items() <= own.items()
            assert not any(selector.items() <= other.items() for other in labels.values() if other is not own)
        assert kind("HorizontalPodAutoscaler")[f"test-uncial-{part}"]["spec"]["scaleTargetRef"]["name"] == f"test-uncial-{part}"
        assert "replicas" not in kind("Deployment")[f"test-uncial-{part}"]["spec"]
    service = kind("Service")["test-uncial"]["spec"]
    assert service["selector"].items() <= labels["test-uncial-api"].items()


def test_a_pod_gets_longer_to_stop_than_the_service_takes():
    grace = pods()["test-uncial-worker"]["terminationGracePeriodSeconds"]
    assert grace > int(kind("ConfigMap")["test-uncial"]["data"]["UNCIAL_SHUTDOWN_SECONDS"])


def test_secrets_are_in_the_secret_alone():
    texts = {document["kind"]: yaml.dump(document) for document in rendered(check.EVERYTHING)}
    assert [name for name, dumped in texts.items() if "u:p@" in dumped] == ["Secret"]
    assert not kind("Secret", (*check.LEAST, "--set", "existingSecret=mine"))


def test_operators_paths_stay_inside():
    paths = [path["path"] for path in kind("Ingress")["test-uncial"]["spec"]["rules"][0]["http"]["paths"]]
    assert "/v1" in paths
    assert not {"/", "/metrics", "/livez", "/readyz"} & set(paths)


@pytest.mark.parametrize(
    "values",
    [
        (),
        (*check.LEAST, "--set", "wroker.replicas=3"),
        (*check.LEAST, "--set", "secrets.broker=kafka://x"),
        (*check.LEAST, "--set", "config.extra.PATH=/x"),
        (*check.LEAST, "--set", "worker.queues=none"),
    ],
)
def test_values_that_make_no_sense_are_refused(values: tuple[str, ...]):
    with pytest.raises(subprocess.CalledProcessError):
        rendered(values)
