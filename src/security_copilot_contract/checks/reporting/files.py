"""Writes the reports of a finished check."""

from collections.abc import Callable, Mapping

from security_copilot_contract.checks.redaction import RedactedFile, Secrets
from security_copilot_contract.checks.reporting.junit import junit
from security_copilot_contract.checks.reporting.page import page
from security_copilot_contract.checks.reporting.report_data import ReportData
from security_copilot_contract.checks.run import CannotCheckError, Result, Settings

_FORMATS: Mapping[str, Callable[[ReportData], str]] = {"junit": junit, "html": page, "json": ReportData.json}


def remove_reports(settings: Settings) -> None:
    """Remove the files of the reports: one of an earlier check must not pass for that of a check that fails.

    CannotCheckError if a file cannot be removed, and so not be written either.
    """
    for report in settings.reports:
        path = settings.report_path(report)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise CannotCheckError(f"--report-dir: cannot write {path}: {error.strerror}") from None


def write_reports(result: Result, secrets: Secrets) -> None:
    """Write the reports that are asked for, except those that Schemathesis writes while the check goes on."""
    wanted = [report for report in _FORMATS if report in result.settings.reports]
    if not wanted:
        return
    data = ReportData.of(result)
    for report in wanted:
        with RedactedFile(result.settings.report_path(report), secrets) as file:
            file.write(_FORMATS[report](data))
        result.run.unwritten += file.problems
