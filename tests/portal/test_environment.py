"""Settings from the environment: a wrong one stops the start and is named."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as portal_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal import environment


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for name in [*environment.KNOWN, "DATABASE_URL"]:
        monkeypatch.delenv(name, raising=False)


def test_a_misspelt_variable_is_refused(monkeypatch):
    monkeypatch.setenv("PORTAL_HOST", "portal.example.gov.uk")
    with pytest.raises(ImproperlyConfigured, match=r"^Unknown setting PORTAL_HOST\."):
        environment.refuse_unknown()


def test_known_variables_are_taken(monkeypatch):
    monkeypatch.setenv("PORTAL_HOSTS", "portal.example.gov.uk")
    environment.refuse_unknown()


def test_every_known_variable_is_in_the_example():
    example = (portal_settings.BASE_DIR / ".env.example").read_text()
    assert set(re.findall(r"^#?(PORTAL_\w+)=", example, re.MULTILINE)) == environment.KNOWN


@pytest.mark.parametrize(
    ("raw", "value"),
    [("true", True), ("YES", True), ("1", True), (" on ", True), ("false", False), ("0", False), ("no", False)],
)
def test_flags(monkeypatch, raw, value):
    monkeypatch.setenv("PORTAL_DEBUG", raw)
    assert environment.flag("PORTAL_DEBUG", not value) is value


def test_an_absent_flag_is_its_default():
    assert environment.flag("PORTAL_DEBUG", True) is True
    assert environment.flag("PORTAL_DEBUG", False) is False


@pytest.mark.parametrize("raw", ["ture", "2", "y", "nein"])
def test_a_wrong_flag_is_refused(monkeypatch, raw):
    monkeypatch.setenv("PORTAL_DEMONSTRATION", raw)
    with pytest.raises(ImproperlyConfigured, match=f"^PORTAL_DEMONSTRATION is '{raw}'. Write true or false"):
        environment.flag("PORTAL_DEMONSTRATION", False)


@pytest.mark.parametrize("raw", ["-1", "1.5", "two"])
def test_a_wrong_number_is_refused(monkeypatch, raw):
    monkeypatch.setenv("PORTAL_PROXIES", raw)
    with pytest.raises(ImproperlyConfigured, match="PORTAL_PROXIES"):
        environment.number("PORTAL_PROXIES", 0)


@pytest.mark.parametrize("raw", ["yesterday", "5/10/2018", "2018-02-30"])
def test_a_wrong_day_is_refused(monkeypatch, raw):
    monkeypatch.setenv("PORTAL_TODAY", raw)
    with pytest.raises(ImproperlyConfigured, match=f"^PORTAL_TODAY is '{raw}'. Write a day like 2018-10-05"):
        environment.day("PORTAL_TODAY")


def test_a_day_may_be_given(monkeypatch):
    assert environment.day("PORTAL_TODAY") == ""
    monkeypatch.setenv("PORTAL_TODAY", " 2018-10-05 ")
    assert environment.day("PORTAL_TODAY") == "2018-10-05"


def test_a_wrong_log_level_is_refused(monkeypatch):
    monkeypatch.setenv("PORTAL_LOG_LEVEL", "loud")
    with pytest.raises(ImproperlyConfigured, match=r"^PORTAL_LOG_LEVEL is 'LOUD'\. Write one of CRITICAL, ERROR"):
        environment.log_level("PORTAL_LOG_LEVEL", "WARNING")
    monkeypatch.setenv("PORTAL_LOG_LEVEL", "info")
    assert environment.log_level("PORTAL_LOG_LEVEL", "WARNING") == "INFO"


def test_what_the_portal_keeps_is_private_on_the_machine(tmp_path):
    environment.database(tmp_path / "var")
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    name = default_storage.save("packs/a.pdf", ContentFile(b"%PDF"))
    kept = Path(default_storage.path(name))
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700


def test_words_are_separated_by_commas(monkeypatch):
    monkeypatch.setenv("PORTAL_HOSTS", "a.gov.uk, b.gov.uk,,")
    assert environment.words("PORTAL_HOSTS") == ["a.gov.uk", "b.gov.uk"]


def test_a_short_key_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAL_SECRET_KEY", "x" * 49)
    with pytest.raises(ImproperlyConfigured, match="PORTAL_SECRET_KEY is too short"):
        environment.secret_key(tmp_path, embedded=True)


def test_a_database_server_needs_a_given_key(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="PORTAL_SECRET_KEY is needed"):
        environment.secret_key(tmp_path, embedded=False)


def test_the_embedded_database_makes_its_key_once(tmp_path):
    first = environment.secret_key(tmp_path / "var", embedded=True)
    assert len(first) >= 50
    assert environment.secret_key(tmp_path / "var", embedded=True) == first
    assert (tmp_path / "var" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_only_postgresql_serves_as_a_database_server(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "mysql://portal@localhost/portal")
    with pytest.raises(ImproperlyConfigured, match="must begin with postgres://"):
        environment.database(tmp_path)


def test_a_socket_folder_is_read_from_the_address(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://portal@%2Frun%2Fpostgresql/portal")
    assert environment.database(tmp_path)["HOST"] == "/run/postgresql"


def test_the_start_itself_stops_and_says_why(tmp_path: Path):
    run = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=portal_settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "PORTAL_VAR": str(tmp_path), "PORTAL_DEMONSTRATON": "true"},
        capture_output=True,
        text=True,
    )
    assert run.returncode != 0
    assert "Unknown setting PORTAL_DEMONSTRATON" in run.stderr


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("", "http://127.0.0.1:8000"),
        ("https://portal.example.gov.uk", "https://portal.example.gov.uk"),
        ("https://portal.example.gov.uk/", "https://portal.example.gov.uk"),
        ("http://localhost:8080", "http://localhost:8080"),
    ],
)
def test_the_portals_address_is_scheme_and_host(monkeypatch, given, read):
    monkeypatch.setenv("PORTAL_ADDRESS", given)
    assert environment.address("PORTAL_ADDRESS", "http://127.0.0.1:8000", https=False) == read


@pytest.mark.parametrize(
    "given",
    [
        "portal.example.gov.uk", "ftp://portal.example.gov.uk", "https://", "https://portal.example.gov.uk/portal",
        "https://portal.example.gov.uk?x=1", "https://user@portal.example.gov.uk", "https://host:port", "https://a b",
    ],
)  # fmt: skip
def test_an_address_that_is_none_stops_the_start(monkeypatch, given):
    monkeypatch.setenv("PORTAL_ADDRESS", given)
    with pytest.raises(ImproperlyConfigured, match="PORTAL_ADDRESS is"):
        environment.address("PORTAL_ADDRESS", "", https=False)


def test_an_address_without_https_is_refused_where_https_is_on(monkeypatch):
    monkeypatch.setenv("PORTAL_ADDRESS", "http://portal.example.gov.uk")
    with pytest.raises(ImproperlyConfigured, match="PORTAL_HTTPS is on"):
        environment.address("PORTAL_ADDRESS", "", https=True)
