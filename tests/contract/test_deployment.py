"""The compose file, the Dockerfiles and the environment, checked where no container engine runs.

``compose_spec.json`` is the Compose Specification's schema as docker-compose 1.29.2 ships it
(Apache-2.0); ``name`` came into the specification after that copy."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
START = (ROOT / "scripts" / "start.sh").read_text()
COMMANDS = re.findall(r"^  ([a-z-]+)\)", START, re.M)
DOCKERFILES = sorted((ROOT / "deploy").glob("Dockerfile*"))
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
VARIABLE = re.compile(
    r"\b(?:ACCORD_[A-Z_]+|MLFLOW_[A-Z_]+|DATABASE_URL|REDIS_URL|CELERY_BROKER_URL|STORAGE_URL"
    r"|EMAIL_URL)\b"
)


def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "compose_spec.json").read_text())
    found["properties"]["name"] = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"}
    return found


def errors(document: Any) -> list[str]:
    checker = jsonschema.Draft7Validator(schema())
    return [f"{list(e.path)}: {e.message[:200]}" for e in checker.iter_errors(document)]


def test_the_compose_file_is_one() -> None:
    assert errors(COMPOSE) == []


@pytest.mark.parametrize(
    "broken",
    [
        {"services": {"web": {"image": 3}}},
        {"services": {"web": {"image": "x", "comand": ["x"]}}},
        {"services": {"web": {"image": "x", "healthcheck": {"tst": "x"}}}},
        {"services": {"web": {"image": "x", "depends_on": {"a": {"condition": "service_up"}}}}},
        {"service": {}},
    ],
)
def test_the_schema_sees_mistakes(broken: dict[str, Any]) -> None:
    assert errors(broken)


def test_all_processes_of_team_mode_are_there() -> None:
    wanted = {"postgres", "redis", "migrate", "web", "dicomweb", "tasks", "worker", "gpu-worker"}
    assert wanted <= set(SERVICES)


def test_services_depend_on_what_exists_and_can_become_so() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES, (name, other)
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], (name, other)
            if how["condition"] == "service_completed_successfully":
                assert SERVICES[other]["restart"] == "no", (name, other)


def test_named_volumes_are_declared_and_mounted_files_exist() -> None:
    for name, service in SERVICES.items():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).is_file(), (name, source)
            else:
                assert source in COMPOSE["volumes"], (name, source)


def test_every_start_command_is_in_the_one_script() -> None:
    ours = {name: s for name, s in SERVICES.items() if "build" in s}
    processes = {"migrate", "web", "dicomweb", "tasks", "scp", "worker", "gpu-worker"}
    assert set(ours) == processes | {"model-service"}
    for name, service in ours.items():
        script, command = service["command"]
        assert script == "scripts/start.sh"
        assert command in COMMANDS, name
        assert (ROOT / service["build"]["dockerfile"]).is_file()


def test_health_is_asked_at_the_port_that_the_process_listens_on() -> None:
    for name in ("web", "dicomweb"):
        (port,) = SERVICES[name]["expose"]
        assert f"http://localhost:{port}/readyz" in SERVICES[name]["healthcheck"]["test"][-1]
        assert f":-{port}}}" in START


def test_the_proxy_passes_to_services_at_their_ports() -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    targets = re.findall(r"location (\S+) \{\s*proxy_pass http://([a-z]+):(\d+);", text)
    assert {place: target for place, target, _ in targets} == {"/dicomweb/": "dicomweb", "/": "web"}
    for _, target, port in targets:
        assert SERVICES[target]["expose"] == [port]


def test_the_proxy_writes_no_query_and_no_body_to_a_file() -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    server = text[text.index("server {") : text.index("location ")]  # holds for every place
    lines = [line.split("#")[0].strip() for line in server.splitlines()]
    for wanted in (
        "access_log /dev/stdout accord;",
        "error_log /dev/stderr crit;",  # a warning quotes the whole request line
        "proxy_http_version 1.1;",  # else a chunked body is buffered whatever is said of it
        "proxy_request_buffering off;",
        "proxy_max_temp_file_size 0;",
    ):
        assert wanted in lines, wanted
    places = text[text.index("location ") :]
    assert not re.search(r"error_log|access_log|http_version|buffering|temp_file", places)
    (logged,) = re.findall(r"log_format accord '(.*)';", text)
    assert not {"$request", "$args", "$request_uri"} & set(re.findall(r"\$\w+", logged))


def test_health_checks_are_answered_whatever_hosts_are_set(tmp_path: Path) -> None:
    """They ask at localhost, where people need no name."""
    env = {
        **os.environ,
        "ACCORD_ALLOWED_HOSTS": "accord.example.org",
        "ACCORD_DATA_DIR": str(tmp_path),
    }
    code = (
        "import django; django.setup(); from django.test import Client; "
        "print(*(Client().get('/healthz', HTTP_HOST=h).status_code for h in "
        "('localhost:8000', 'accord.example.org', 'elsewhere')))"
    )
    env["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["200", "200", "400"]


def test_what_is_published_is_the_proxy_and_where_asked_for_the_receiver() -> None:
    published = {name: s.get("profiles") for name, s in SERVICES.items() if "ports" in s}
    assert published == {"proxy": None, "scp": ["dimse"]}
    assert SERVICES["scp"]["ports"] == ["11112:11112"]  # ACCORD_SCP_PORT's default


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_a_dockerfile_copies_what_exists_and_starts_what_there_is(path: Path) -> None:
    text = re.sub(r"\\\n", " ", path.read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert not [line for line in lines if re.search(r"\s#\s", line)], "a comment ends no line"
    kinds = {line.split()[0] for line in lines}
    assert kinds <= {"FROM", "WORKDIR", "ENV", "COPY", "RUN", "USER", "EXPOSE", "CMD"}
    for line in lines:
        words = line.split()
        if words[0] == "COPY" and not words[1].startswith("--from"):
            for source in words[1:-1]:
                assert (ROOT / source).exists(), line
        if words[0] == "FROM":
            assert re.fullmatch(r"FROM [\w./-]+:[\w.-]+( AS \w+)?", line), line
    (command,) = [line for line in lines if line.startswith("CMD")]
    script, name = json.loads(command.removeprefix("CMD"))
    assert script == "scripts/start.sh"
    assert name in COMMANDS
    assert [line for line in lines if line.startswith("USER")] == ["USER accord"]


def example() -> set[str]:
    text = (ROOT / ".env.example").read_text()
    return set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", text, re.M))


def read_by_the_product() -> set[str]:
    sources = [*(ROOT / "portal" / "settings").glob("*.py"), *(ROOT / "ml_workers").rglob("*.py")]
    texts = [path.read_text() for path in sources]
    found = {v for text in texts for v in re.findall(rf'"({VARIABLE.pattern})"', text)}
    # kept_secret("x") reads ACCORD_X
    found |= {
        f"ACCORD_{name.upper()}"
        for text in texts
        for name in re.findall(r'kept_secret\("(\w+)"\)', text)
    }
    found |= set(re.findall(r"\$\{(ACCORD_[A-Z_]+)", START))
    compose = (ROOT / "docker-compose.yml").read_text()
    return found | set(re.findall(r"\$\{([A-Z_]+)", compose))


def test_the_example_environment_names_what_is_read_and_no_more() -> None:
    assert example() == read_by_the_product()


def test_the_compose_file_sets_variables_that_are_read() -> None:
    for name, service in SERVICES.items():
        if "build" in service:
            assert set(service.get("environment", {})) <= read_by_the_product(), name
