"""The report html: one page without scripts, which loads nothing."""

import http.client
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from security_copilot_contract.checks.reporting.document import document, section
from security_copilot_contract.checks.reporting.markup import Markup, element, fragment
from security_copilot_contract.checks.reporting.report_data import (
    FindingData,
    OperationData,
    PromiseData,
    ReportData,
    RequestData,
    ResponseData,
)

_VERDICTS = {
    "kept": ("✓", "Kept"),
    "broken": ("✗", "Broken"),
    "unknown": ("?", "Could not check"),
    "interrupted": ("!", "Interrupted"),
}
_LEGEND = (
    ("kept", "✓", "kept"),
    ("broken", "✗", "broken"),
    ("accepted", "~", "accepted"),
    ("none", "·", "not exercised by the plan"),
)
_MARKS = {state: mark for state, mark, _ in _LEGEND}


def page(report: ReportData) -> str:
    """The report as HTML, complete in one file."""
    _, verdict = _VERDICTS[report.verdict]
    return document(f"{verdict}: {report.url}", _header(report), *_sections(report))


def _header(report: ReportData) -> Markup:
    mark, verdict = _VERDICTS[report.verdict]
    facts = (
        ("Profile", report.profile),
        ("Seed", str(report.seed)),
        ("Operations exercised", f"{sum(o.exercised for o in report.operations)} of {len(report.operations)}"),
        ("Requests of the plan", str(sum(o.requests for o in report.operations))),
        *([("Generated cases", str(sum(o.generated_cases for o in report.operations)))] if report.generates else []),
        ("security-copilot-client", report.package),
    )
    return element(
        "header",
        element("p", f"{mark} {verdict}", class_=f"verdict {report.verdict}"),
        element("h1", "The contract at ", element("span", report.url, class_="url")),
        element("p", report.summary),
        element("dl", *(element("div", element("dt", name), element("dd", value)) for name, value in facts)),
    )


def _sections(report: ReportData) -> Iterator[Markup]:
    broken = [finding for finding in report.findings if not finding.accepted]
    accepted = [finding for finding in report.findings if finding.accepted]
    if broken:
        yield section("Broken", *_groups(broken))
    if accepted:
        yield section(f"Broken, and accepted by {report.baseline}", *_groups(accepted))
    yield _matrix(report)
    if report.not_exercised:
        yield section("Not exercised", _list(report.not_exercised))
    if report.created:
        created = [
            fragment(element("code", f"{each.kind} {each.id}"), f" {each.text or ''}") for each in report.created
        ]
        yield section(f"Created (cannot be deleted): {len(created)}", _list(created))
    if report.unconfirmed:
        lines = [f"POST {path}" for path in report.unconfirmed]
        yield section("May have been created, since there was no response to the create", _list(lines))


def _list(items: Iterable[str]) -> Markup:
    return element("ul", *(element("li", item) for item in items))


def _groups(findings: Sequence[FindingData]) -> Iterator[Markup]:
    """The findings, those of a promise under its sentence."""
    for _, each in groupby(findings, key=lambda finding: finding.check):
        found = list(each)
        first = found[0]
        place = [element("p", first.place, class_="place")] if first.place else []
        yield element(
            "article",
            element("h3", _name(first.check)),
            element("p", first.sentence),
            *place,
            *map(_finding, found),
        )


def _finding(finding: FindingData) -> Markup:
    requests = finding.planned + finding.generated
    summary = element(
        "summary",
        element("strong", finding.operation),
        element("span", finding.message, class_="message"),
        element("span", f"{requests} {'request' if requests == 1 else 'requests'}", class_="count"),
    )
    parts = [
        *([element("h4", "Reproduce"), _block(finding.curl)] if finding.curl else []),
        *([element("h4", "Request"), _block(_request(finding.request))] if finding.request else []),
        element("h4", "Response"),
        _block(_response(finding.response)) if finding.response else element("p", "There is no complete response."),
    ]
    # The target of the links in the table is inside: a browser opens what contains it.
    return element("details", summary, element("div", *parts, id=f"finding-{finding.id}"))


def _block(text: str) -> Markup:
    return element("pre", element("code", text), tabindex="0")


def _request(request: RequestData) -> str:
    return _text(f"{request.method} {request.url}", request)


def _response(response: ResponseData) -> str:
    return _text(f"{response.status} {http.client.responses.get(response.status, '')}".rstrip(), response)


def _text(first: str, message: RequestData | ResponseData) -> str:
    lines = [first, *(f"{name}: {value}" for name, value in message.headers)]
    if message.body:
        lines += ["", f"(base64) {message.body}" if message.is_base64 else _indented(message.body)]
    return "\n".join(lines)


def _indented(body: str) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return body


def _matrix(report: ReportData) -> Markup:
    legend = [element("li", element("span", mark, class_=f"mark {state}"), f" {text}") for state, mark, text in _LEGEND]
    operations = [element("th", element("span", o.id), scope="col") for o in report.operations]
    head = element("thead", element("tr", element("td", ""), *operations))
    width = str(len(report.operations) + 1)
    rows = []
    for group, promises in groupby(report.promises, key=lambda promise: promise.group):
        title = element("tr", element("th", element("span", group), scope="colgroup", colspan=width), class_="group")
        rows.append(element("tbody", title, *(_row(report, promise) for promise in promises)))
    table = element("table", head, *rows)
    scrolled = element("div", table, class_="scrolled", tabindex="0", role="region", aria_label="Promises by operation")
    return section("Promises by operation", element("ul", *legend, class_="legend"), scrolled)


def _row(report: ReportData, promise: PromiseData) -> Markup:
    sentence = element("p", f"{promise.sentence} ({promise.confidence}: {promise.place})")
    name = element("details", element("summary", _name(promise.name)), sentence)
    return element("tr", element("th", name, scope="row"), *(_cell(report, promise.name, o) for o in report.operations))


def _cell(report: ReportData, promise: str, operation: OperationData) -> Markup:
    found = [f for f in report.findings if (f.check, f.operation) == (promise, operation.id)]
    broken = next((finding for finding in found if not finding.accepted), None)
    kept = operation.kept.get(promise, 0)
    if broken is not None:
        state, text = "broken", "broken"
    elif found:
        state, text = "accepted", "broken, and accepted"
    elif kept:
        state, text = "kept", f"kept by {kept} {'request' if kept == 1 else 'requests'}"
    else:
        state, text = "none", "not exercised by the plan"
    target = broken or next(iter(found), None)
    mark = fragment(element("span", _MARKS[state], aria_hidden="true"), element("span", text, class_="hidden"))
    content = mark if target is None else element("a", mark, href=f"#finding-{target.id}")
    return element("td", content, class_=f"mark {state}", title=f"{operation.id}, {promise}: {text}")


def _name(name: str) -> Markup:
    """The name of a check, which may be broken at its underscores."""
    parts = name.split("_")
    return element("code", *(fragment(f"{part}_", Markup("<wbr>")) for part in parts[:-1]), parts[-1])
