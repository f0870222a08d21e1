"""The options of a check: the same values on the command line and in a file, and the settings that they make."""

import argparse
import secrets
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from attrs import frozen

from security_copilot_contract import gateways
from security_copilot_contract.checks.run import REPORT_DIR, REPORTS, CannotCheckError, Profile, Settings, profile_for
from security_copilot_contract.spec.violation import shown

CONFIG = Path("security-copilot-contract.toml")
DEFAULT_SEED = 1
# Slower, a check would not end within an hour.
_SLOWEST_RATE = 0.01


@frozen
class _Kind:
    """What the values of an option are: `described` in words, `read` from text, and valid if `is_valid`."""

    described: str
    is_valid: Callable[[Any], bool]
    read: Callable[[str], Any] = str

    def accept(self, value: object) -> Any:
        """The value, if it is valid; ValueError if not."""
        if not self.is_valid(value):
            raise ValueError(f"expected {self.described}, got {shown(value)}")
        return value

    def from_text(self, text: str) -> Any:
        """The value that a text on the command line means; argparse.ArgumentTypeError if it is invalid."""
        try:
            value = self.read(text)
        except ValueError:
            value = text
        try:
            return self.accept(value)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None


def _is_natural(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_rate(value: object) -> bool:
    return type(value) in (int, float) and _SLOWEST_RATE <= float(str(value)) < float("inf")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _one(text: str) -> list[str]:
    return [text]


_PROFILES: tuple[str, ...] = get_args(Profile)
_NATURAL = _Kind("a whole number, 0 or more", _is_natural, int)
_TEXT = _Kind("text that is not empty", _is_text)
_FLAG = _Kind("true or false", lambda value: type(value) is bool)
# The options that a file may contain, by name. The command line has all of them except the last.
KINDS: Mapping[str, _Kind] = {
    # An empty one gets a message of its own.
    "url": _Kind("text", lambda value: isinstance(value, str)),
    "profile": _Kind(f"one of {', '.join(_PROFILES)}", lambda value: value in _PROFILES),
    "seed": _NATURAL,
    "max-requests": _NATURAL,
    "max-writes": _NATURAL,
    "evaluations": _NATURAL,
    "rate": _Kind(f"a number of requests per second, {_SLOWEST_RATE} or more", _is_rate, float),
    "report": _Kind(
        f"some of {', '.join(REPORTS)}",
        lambda value: isinstance(value, list) and bool(value) and all(each in REPORTS for each in value),
        _split,
    ),
    "report-dir": _TEXT,
    "baseline": _TEXT,
    "update-baseline": _FLAG,
    "token-command": _TEXT,
    "header": _Kind(
        "texts such as 'Name: value'", lambda value: isinstance(value, list) and all(map(_is_text, value)), _one
    ),
    "client-cert": _TEXT,
    "allow-live-service": _FLAG,
    "schemathesis": _Kind("a table", lambda value: isinstance(value, dict)),
}


def merged(options: argparse.Namespace) -> dict[str, Any]:
    """The options of the command line, over those of the file. CannotCheckError if the file is wrong."""
    typed = {name: getattr(options, name.replace("-", "_"), None) for name in KINDS}
    return {**_from_file(options.config), **{name: value for name, value in typed.items() if value is not None}}


def settings(given: Mapping[str, Any]) -> Settings:
    """The settings that the options make. CannotCheckError if the URL is empty."""
    if "url" in given and not given["url"].strip():
        # As from a variable that is not set: a check of the built-in emulator would say nothing about the service.
        raise CannotCheckError("the URL is empty; give the base URL of a service, or none for the built-in emulator")
    profile = given.get("profile") or (profile_for(given["url"]) if "url" in given else "full")
    # So that the entities of a run on a live service differ from those of the last run.
    default_seed = secrets.randbelow(2**32) if profile != "full" else DEFAULT_SEED
    return Settings(
        url=given.get("url", ""),
        profile=profile,
        seed=given.get("seed", default_seed),
        max_requests=given.get("max-requests"),
        max_writes=given.get("max-writes"),
        evaluations=given.get("evaluations"),
        rate=given.get("rate"),
        reports=tuple(given.get("report", ())),
        report_dir=given.get("report-dir", REPORT_DIR),
        baseline=given.get("baseline"),
        update_baseline=given.get("update-baseline", False),
        allow_live_service=given.get("allow-live-service", False),
        headers=_headers(given.get("header", ())),
        curl_options=tuple(gateways.curl_options(given.get("header", ()))),
        client_cert=given.get("client-cert"),
        schemathesis=given.get("schemathesis", {}),
    )


def _headers(given: Iterable[str]) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(gateways.headers(given))
    except ValueError as error:
        raise CannotCheckError(str(error)) from None


def _from_file(name: str | None) -> dict[str, Any]:
    path = CONFIG if name is None else Path(name)
    if name is None and not path.exists():
        return {}
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CannotCheckError(f"{path}: {error}") from None
    for key, value in found.items():
        if key not in KINDS:
            raise CannotCheckError(f"{path}: unknown option {key!r}; valid are {', '.join(KINDS)}")
        # On the command line these are texts; the file may have them as well.
        given = KINDS[key].read(value) if key in ("report", "header") and isinstance(value, str) else value
        try:
            found[key] = KINDS[key].accept(given)
        except ValueError as error:
            raise CannotCheckError(f"{path}: {key}: {error}") from None
    return found
