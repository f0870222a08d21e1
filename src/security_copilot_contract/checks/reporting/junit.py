"""The report junit: a suite for each operation, and in it a case for each promise."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence

from security_copilot_contract.checks.reporting.markup import valid
from security_copilot_contract.checks.reporting.report_data import FindingData, OperationData, ReportData

# The suites of what is about no operation: findings, and phases that could not be checked.
_NO_OPERATION, _PHASES = "documentation", "phases"


def junit(report: ReportData) -> str:
    """The report as XML, as Jenkins, GitLab and others read it."""
    root = ET.Element("testsuites", name="Security Copilot contract")
    for operation in report.operations:
        found = [finding for finding in report.findings if finding.operation == operation.id]
        suite = _suite(root, operation.id, f"{operation.method} {operation.path}", report)
        for name in _checks(report, found):
            _case(suite, name, operation, [finding for finding in found if finding.check == name], report)
        if operation.id in report.unknown:
            _error(suite, "can be checked", report.unknown[operation.id])
    about_none = [finding for finding in report.findings if not finding.operation]
    if about_none:
        suite = _suite(root, _NO_OPERATION, "findings about no operation", report)
        for name in dict.fromkeys(finding.check for finding in about_none):
            _case(suite, name, None, [finding for finding in about_none if finding.check == name], report)
    phases = report.unknown.keys() - {operation.id for operation in report.operations}
    if phases:
        suite = _suite(root, _PHASES, "phases that could not be checked", report)
        for name in sorted(phases):
            _error(suite, name, report.unknown[name])
    for suite in root:
        _count(suite, [suite])
    _count(root, list(root))
    root.set("time", f"{report.seconds:.3f}")
    ET.indent(root)
    return valid(ET.tostring(root, encoding="unicode")) + "\n"


def _checks(report: ReportData, found: Sequence[FindingData]) -> Iterator[str]:
    """The promises, then the checks of Schemathesis that failed."""
    names = [promise.name for promise in report.promises]
    yield from names
    yield from dict.fromkeys(finding.check for finding in found if finding.check not in names)


def _suite(root: ET.Element, name: str, title: str, report: ReportData) -> ET.Element:
    suite = ET.SubElement(root, "testsuite", name=name)
    properties = ET.SubElement(suite, "properties")
    for key, value in (("title", title), ("url", report.url), ("profile", report.profile), ("seed", report.seed)):
        ET.SubElement(properties, "property", name=key, value=str(value))
    return suite


def _case(
    suite: ET.Element, name: str, operation: OperationData | None, found: Sequence[FindingData], report: ReportData
) -> None:
    case = ET.SubElement(suite, "testcase", classname=str(suite.get("name")), name=name)
    broken = [finding for finding in found if not finding.accepted]
    if broken:
        failure = ET.SubElement(case, "failure", type=name, message=broken[0].message)
        failure.text = "\n\n".join(map(_details, broken))
    elif found:
        ET.SubElement(case, "skipped", message=f"accepted by {report.baseline}: {found[0].message}")
    elif operation is not None and name not in operation.kept:
        ET.SubElement(case, "skipped", message="not exercised by the plan")


def _error(suite: ET.Element, name: str, reason: str) -> None:
    case = ET.SubElement(suite, "testcase", classname=str(suite.get("name")), name=name)
    ET.SubElement(case, "error", message=reason)


def _details(finding: FindingData) -> str:
    lines = [finding.message, finding.sentence, *filter(None, [finding.place, finding.curl])]
    return "\n".join(lines)


def _count(element: ET.Element, suites: Sequence[ET.Element]) -> None:
    for attribute, path in (
        ("tests", "testcase"),
        ("failures", "testcase/failure"),
        ("errors", "testcase/error"),
        ("skipped", "testcase/skipped"),
    ):
        element.set(attribute, str(sum(len(suite.findall(path)) for suite in suites)))
