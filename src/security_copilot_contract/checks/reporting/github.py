"""In a GitHub workflow: an annotation for each finding, and the summary of the job."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from security_copilot_contract.checks.reporting.overview import rows, verdict
from security_copilot_contract.checks.reporting.style import Style
from security_copilot_contract.checks.run import Result


def is_running() -> bool:
    """Whether this is a step of a GitHub workflow."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


@contextmanager
def no_commands() -> Iterator[None]:
    """Let GitHub take no line that is printed meanwhile for a command: the service may have sent it."""
    if not is_running():
        yield
        return
    end = secrets.token_hex()
    print(f"::stop-commands::{end}", flush=True)
    try:
        yield
    finally:
        print(f"::{end}::", flush=True)


def report(result: Result) -> None:
    """Annotate each finding, and add a table of operations to the summary of the job.

    A summary that cannot be written is no reason for another verdict.
    """
    unknown = [f"{name}: could not be checked: {reason}" for name, reason in result.unknown.items()]
    for line in [*_findings(result), *unknown]:
        print(f"::error title=Security Copilot contract::{_escaped(line)}")
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        try:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(_markdown(result))
        except OSError as error:
            print(f"::warning title=Security Copilot contract::{_escaped(f'cannot write the summary: {error}')}")


def _findings(result: Result) -> Iterator[str]:
    for finding in (f for group in result.groups if not group.accepted for f in group.findings):
        where = ", ".join([*filter(None, [finding.operation]), finding.check.name])
        yield f"{where}: {finding.check.sentence} {finding.text}"


def _escaped(text: str) -> str:
    # The characters that end a command, and the one that escapes them.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _markdown(result: Result) -> str:
    mark = Style().mark
    table = [f"| {mark(row.mark)} {row.operation} | {row.text} |" for row in rows(result)]
    found = [f"- {_literal(line)}" for line in _findings(result)]
    lines = [
        f"### The contract at {_literal(result.settings.url)}",
        "",
        "| operation | |",
        "|---|---|",
        *table,
        "",
        *found,
    ]
    return "\n".join([*lines, "", f"**{_literal(verdict(result))}**", "", ""])


def _literal(text: str) -> str:
    """Markdown for a text that may have come from the service: it makes no link, picture or HTML of it."""
    return re.sub(r"([\\`*_\[\]<>#&|~!])", r"\\\1", " ".join(text.split()))
