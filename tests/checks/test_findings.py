"""What a check has found, as data."""

from typing import Any

import pytest
from attrs import evolve

from security_copilot_contract.checks.promises import PROMISES
from security_copilot_contract.checks.reporting.example import Example
from security_copilot_contract.checks.reporting.findings import BrokenRequest, Check, Findings, problems_of
from security_copilot_contract.spec.violation import Violation

WRITTEN = PROMISES["written_is_returned"]


def example(url: str = "http://h/beta") -> Example:
    return Example("GET", url, (), b"", 200)


def broken(*pointers: str, promise: str = WRITTEN.name, operation: str = "createSession", **more: Any) -> BrokenRequest:
    """A request that breaks a promise at some places; the values are always others."""
    violations = [
        Violation("body", "value", at, at.rpartition("/")[2], "a", object()) for at in pointers or ("/displayName",)
    ]
    problems = problems_of(PROMISES[promise], None, violations)
    return evolve(BrokenRequest(Check.of(PROMISES[promise]), operation, problems, example()), **more)


def found(*requests: BrokenRequest) -> Findings:
    findings = Findings()
    for request in requests:
        findings.add(request)
    return findings


def test_an_id_depends_on_no_value() -> None:
    """It is that of promise, operation and kind of violation; all items of a page have the same one."""
    ids = [
        finding.id
        for request in (broken("/value/0/id"), broken("/value/17/id"), broken("/value/0/id", "/value/1/id"))
        for group in found(request).groups
        for finding in group.findings
    ]

    assert len(ids) == 3
    assert len(set(ids)) == 1


@pytest.mark.parametrize(
    "other",
    [
        broken("/id"),
        broken("/value/0/displayName"),
        broken(operation="updateSession"),
        broken(promise="read_returns_what_was_written"),
    ],
)
def test_other_findings_have_other_ids(other: BrokenRequest) -> None:
    """Another place, operation or promise is another finding."""
    ids = {finding.id for group in found(broken(), other).groups for finding in group.findings}

    assert len(ids) == 2


def test_groups_are_in_the_order_of_the_promises() -> None:
    """Then come the checks of Schemathesis, then what a baseline accepts. A group counts requests."""
    check = Check("not_a_server_error", "Server error.")
    findings = found(
        broken(accepted=True),
        broken(check=check, generated=True),
        broken("/a", "/b"),
        broken("/a", operation="updateSession"),
        broken(promise="response_arrives"),
    )

    assert [(g.check.name, g.accepted, g.requests) for g in findings.groups] == [
        ("response_arrives", False, 1),
        ("written_is_returned", False, 2),
        ("not_a_server_error", False, 1),
        ("written_is_returned", True, 1),
    ]
    group = findings.groups[1]
    assert group.operations == ["createSession", "updateSession"]
    assert [(f.operation, f.violation and f.violation.pointer, f.requests) for f in group.findings] == [
        ("createSession", "/a", 1),
        ("createSession", "/b", 1),
        ("updateSession", "/a", 1),
    ]


def test_the_example_is_the_smallest_of_the_plan() -> None:
    """A generated case is the example only if the plan has none."""
    urls = ["http://h/generated", "http://h/g", "http://h/a-longer-one", "http://h/planned"]
    requests = [broken(example=example(url), generated=n < 2) for n, url in enumerate(urls)]

    def example_url(*given: BrokenRequest) -> str | None:
        shown = found(*given).groups[0].example
        return None if shown is None else shown.url

    assert example_url(*requests[:2]) == "http://h/g"
    assert example_url(*requests) == example_url(*reversed(requests)) == "http://h/planned"
    (finding,) = found(*requests).groups[0].findings
    assert (finding.planned, finding.generated, finding.requests) == (2, 2, 4)
