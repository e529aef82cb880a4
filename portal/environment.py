"""Settings from the environment, read strictly: a wrong value stops the start and names the variable.

Every variable that the portal knows is listed in .env.example; one that starts with PORTAL_ and is not
known here is a misspelling and refused, so that a typing error never leaves a default in force unseen.
"""

from __future__ import annotations

import os
import secrets
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

KNOWN = frozenset(
    {
        "PORTAL_CLAMD",
        "PORTAL_ADDRESS",
        "PORTAL_DEBUG",
        "PORTAL_DEMONSTRATION",
        "PORTAL_FROM_EMAIL",
        "PORTAL_HOSTS",
        "PORTAL_HTTPS",
        "PORTAL_LOG_LEVEL",
        "PORTAL_PROXIES",
        "PORTAL_SECRET_KEY",
        "PORTAL_SMTP_URL",
        "PORTAL_TODAY",
        "PORTAL_TRUSTED_ORIGINS",
        "PORTAL_UPLOAD_CSV_MB",
        "PORTAL_UPLOAD_DOCX_MB",
        "PORTAL_UPLOAD_JPEG_MB",
        "PORTAL_UPLOAD_KEEP_DAYS",
        "PORTAL_UPLOAD_PDF_MB",
        "PORTAL_UPLOAD_PNG_MB",
        "PORTAL_UPLOAD_UNPACKED_MB",
        "PORTAL_UPLOAD_XLSX_MB",
        "PORTAL_VAR",
    }
)

_env = environ.Env()
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")


def refuse_unknown() -> None:
    """Raise ImproperlyConfigured for a PORTAL_ variable that nothing reads."""
    unknown = sorted(name for name in os.environ if name.startswith("PORTAL_") and name not in KNOWN)
    if unknown:
        raise ImproperlyConfigured(f"Unknown setting {', '.join(unknown)}. The known ones are listed in .env.example.")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    """A yes or no; anything else is refused rather than taken for no."""
    raw = text(name)
    if not raw:
        return default
    if raw.lower() in _TRUE:
        return True
    if raw.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {raw!r}. Write true or false.")


def address(name: str, default: str, *, https: bool) -> str:
    """The portal's own address, as it stands in mail: scheme and host, perhaps a port, and nothing after it."""
    raw = text(name)
    if not raw:
        return default
    parts = urlsplit(raw)
    try:
        whole = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:  # a port that is no number
        whole = False
    if not whole or parts.path.strip("/") or parts.query or parts.fragment or parts.username or " " in raw:
        raise ImproperlyConfigured(f"{name} is {raw!r}. Write scheme and host alone: https://portal.example.gov.uk.")
    if https and parts.scheme != "https":
        raise ImproperlyConfigured(f"{name} is {raw!r}, but PORTAL_HTTPS is on. Write https://.")
    return f"{parts.scheme}://{parts.netloc}"


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A list separated by commas."""
    raw = text(name)
    return [word.strip() for word in raw.split(",") if word.strip()] if raw else list(default)


def number(name: str, default: int) -> int:
    raw = text(name)
    if not raw:
        return default
    if not raw.isdigit():
        raise ImproperlyConfigured(f"{name} is {raw!r}. Write a whole number.")
    return int(raw)


def at_least_one(name: str, default: int) -> int:
    """A whole number from 1: a limit of nothing would refuse everything, and none is how somebody meant it."""
    value = number(name, default)
    if value < 1:
        raise ImproperlyConfigured(f"{name} is {value}. Write a whole number from 1.")
    return value


def megabytes(name: str, default: int) -> int:
    """So many megabytes, in bytes."""
    return at_least_one(name, default) * 1024 * 1024


def socket_address(name: str) -> str:
    """ "unix:/path/to/socket" or "host:port" as it stands, or "" where none is given."""
    raw = text(name)
    host, _, port = raw.rpartition(":")
    if raw and not (raw.startswith("unix:/") or (host and port.isdigit() and 0 < int(port) < 65536)):
        raise ImproperlyConfigured(
            f"{name} is {raw!r}. Write unix:/run/clamav/clamd.ctl or a host and port: clamd:3310."
        )
    return raw


def day(name: str) -> str:
    """A day as it is written in ISO 8601, or "" where none is given."""
    raw = text(name)
    try:
        return date.fromisoformat(raw).isoformat() if raw else ""
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {raw!r}. Write a day like 2018-10-05.") from None


def log_level(name: str, default: str) -> str:
    level = (text(name) or default).upper()
    if level not in _LEVELS:
        raise ImproperlyConfigured(f"{name} is {level!r}. Write one of {', '.join(_LEVELS)}.")
    return level


def private_folder(path: Path) -> Path:
    """The folder, made where it is not there yet so that nobody but the portal's own user can look inside."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def secret_key(var: Path, *, embedded: bool) -> str:
    """The signing key: from the environment, or, with the embedded database only, made once in var/.

    A portal with a database server of its own has several processes, perhaps on several machines; each
    would make another key, so there it must be given.
    """
    given = text("PORTAL_SECRET_KEY")
    if given:
        if len(given) < 50:
            raise ImproperlyConfigured("PORTAL_SECRET_KEY is too short. Give at least 50 random characters.")
        return given
    if not embedded:
        raise ImproperlyConfigured("PORTAL_SECRET_KEY is needed where DATABASE_URL is set. Give 50 random characters.")
    kept = private_folder(var) / "secret-key"
    try:
        with open(kept, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return kept.read_text().strip()


def database(var: Path) -> dict[str, object]:
    """Django's database settings: PostgreSQL from DATABASE_URL, otherwise SQLite in var/."""
    url = text("DATABASE_URL")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            # SQLite makes the file readable for all; the folder is what keeps it and its journal private.
            "NAME": private_folder(var) / "portal.sqlite3",
            "OPTIONS": {
                # A writer takes its lock at the start, so that two writers wait for each other instead of failing.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # Without recursive triggers INSERT OR REPLACE removes rows past the triggers of portal/triggers.py.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                "PRAGMA recursive_triggers=ON;",
            },
        }
    config: dict[str, object] = dict(_env.db_url_config(url))
    if config.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres://. Leave it out for the embedded database.")
    config["HOST"] = unquote(str(config.get("HOST", "")))  # a socket's folder is written with %2F
    config["CONN_MAX_AGE"] = 60
    config["CONN_HEALTH_CHECKS"] = True
    return config
