"""In a GitHub workflow: an annotation for each finding, and the summary of the job."""

import os
from pathlib import Path

from security_copilot_contract.checks.report import cells, findings, header, verdict
from security_copilot_contract.checks.run import Result


def is_running() -> bool:
    """Whether this is a step of a GitHub workflow."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def report(result: Result) -> None:
    """Annotate each finding, and add the table to the summary of the job.

    A summary that cannot be written is no reason for another verdict.
    """
    unknown = [f"{name}: could not be checked, since the service did not respond" for name in result.unknown]
    for finding in [*findings(result), *unknown]:
        print(f"::error title=Security Copilot contract::{_escaped(finding)}")
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        try:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(_markdown(result))
        except OSError as error:
            print(f"::warning title=Security Copilot contract::{_escaped(f'cannot write the summary: {error}')}")


def _escaped(text: str) -> str:
    # The characters that end a command, and the one that escapes them.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _markdown(result: Result) -> str:
    rows = [header(result), ["---"] * len(header(result)), *cells(result)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    found = "\n".join(f"- {finding.replace('<', '&lt;')}" for finding in findings(result))
    return f"### The contract at {result.settings.url}\n\n{table}\n\n{found}\n\n**{verdict(result)}**\n\n"
