"""The reports junit, json and html: fed with a report made by hand, and with one of a real check."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import attrs
import jsonschema_rs
import pytest
from attrs import evolve
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from security_copilot_contract.checks import CannotCheckError, Settings, check, reporting
from security_copilot_contract.checks.reporting.created import Created
from security_copilot_contract.checks.reporting.example import Example
from security_copilot_contract.checks.reporting.findings import BrokenRequest, Check, Findings, Problem
from security_copilot_contract.checks.reporting.junit import junit
from security_copilot_contract.checks.reporting.page import page
from security_copilot_contract.checks.reporting.report_data import (
    FindingData,
    OperationData,
    PromiseData,
    ReportData,
    RequestData,
    ResponseData,
)
from security_copilot_contract.checks.run import Result
from security_copilot_contract.emulator import TOKEN, emulator, running
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.violation import Description, Violation
from security_copilot_runtime.clock import SkippingClock, use
from tests import browser
from tests.mutants import servers
from tests.mutants.faults import MUTANTS

Serve = Callable[[ASGIApp], str]

SCHEMA = json.loads(files(reporting).joinpath("report.schema.json").read_text("utf-8"))
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&\"' \x00\x1b\x85\ud800 ]]>"

# What no service has a say in.
OURS: dict[type, set[str]] = {ReportData: {"verdict"}, FindingData: {"id"}}

FINDING = FindingData(
    id="0123456789ab",
    check="written_is_returned",
    sentence="A write returns what was written.",
    place="Create session",
    confidence="documented",
    operation="createSession",
    message='displayName: expected "a", got "A"',
    violation={
        "part": "body",
        "kind": "value",
        "pointer": "/displayName",
        "name": "displayName",
        "expected": "a",
        "got": "A",
    },
    accepted=False,
    planned=2,
    generated=1,
    request=RequestData("POST", "http://h/beta/sessions", (("A", "b"),), '{"displayName": "a"}', is_base64=False),
    response=ResponseData(201, (("B", "c"),), "/w==", is_base64=True),
    curl="curl -i -X POST \\\n  http://h/beta/sessions",
)
REPORT = ReportData(
    package="1.2.3",
    url="http://h/beta",
    profile="full",
    seed=7,
    verdict="broken",
    exit_code=1,
    summary="The contract is broken.",
    baseline="accepted.json",
    generates=True,
    seconds=1.5,
    promises=tuple(
        PromiseData(name, group, f"{name}.", "the page", "documented")
        for name, group in (("documented_body", "response"), ("strict_json", "response"), ("written_is_returned", "x"))
    ),
    operations=(
        OperationData(
            "createSession",
            "POST",
            "/sessions",
            exercised=True,
            requests=2,
            generated_cases=9,
            kept={"strict_json": 2},
            broken={"written_is_returned": 2, "documented_body": 1},
        ),
        OperationData(
            "getSession",
            "GET",
            "/sessions/{id}",
            exercised=False,
            requests=0,
            generated_cases=0,
            kept={},
            broken={},
        ),
    ),
    findings=(
        evolve(
            FINDING, id="0000000000aa", check="exchanges_match", operation="", request=None, response=None, curl=None
        ),
        FINDING,
        evolve(FINDING, id="0123456789ac", message="id: required, but missing"),
        evolve(FINDING, id="0000000000bb", check="not_a_server_error", place="", confidence=None, violation=None),
        evolve(FINDING, id="0000000000cc", check="documented_body", accepted=True),
    ),
    unknown={"getSession": "no response of the service", "stateful": "Missing Open API links"},
    not_exercised=("getSession: nothing was sent", "1 step of the plan: --max-requests 2"),
    skipped={"get the session": "--max-requests 2"},
    created=(Created("sessions", "1", "Contract check"),),
    unconfirmed=("/beta/sessions",),
)


def spoiled(value: Any) -> Any:
    """The value with a hostile text after each text in it."""
    if isinstance(value, str):
        return value + HOSTILE
    if isinstance(value, tuple):
        return tuple(map(spoiled, value))
    if isinstance(value, dict):
        return {key: spoiled(each) for key, each in value.items()}
    if attrs.has(type(value)):
        names = {a.name for a in attrs.fields(type(value))} - OURS.get(type(value), set())
        return evolve(value, **{name: spoiled(getattr(value, name)) for name in names})
    return value


class Tree(HTMLParser):
    """The elements and links of a page. It fails if an element is not closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        if tag not in {"meta", "wbr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += "" if self.open[-1:] == ["style"] else data

    def attributes(self, name: str) -> list[str | None]:
        return [attributes[name] for _, attributes in self.elements if name in attributes]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A folder with the reports of a check of a broken service, and its result."""
    folder = tmp_path_factory.mktemp("reports")
    with running(MUTANTS[servers.names_in_snake_case.__name__].app()) as url, use(SkippingClock()):
        settings = Settings(url, "live", 1, reports=("junit", "html", "json"), report_dir=str(folder))
        return folder, check(settings, TOKEN)


class TestJunit:
    """A suite for each operation, and in it a case for each promise."""

    def test_has_a_case_for_each_promise(self) -> None:
        """Broken, accepted, kept, and not exercised; a check of Schemathesis only if it failed."""
        suites = {suite.get("name"): suite for suite in ET.fromstring(junit(REPORT))}  # noqa: S314 - our own

        outcomes = {
            (name, case.get("name")): [(child.tag, child.get("message")) for child in case]
            for name, suite in suites.items()
            for case in suite.iter("testcase")
        }
        broken, accepted = 'displayName: expected "a", got "A"', 'accepted by accepted.json: displayName: expected "a"'
        assert outcomes == {
            ("createSession", "documented_body"): [("skipped", f'{accepted}, got "A"')],
            ("createSession", "strict_json"): [],
            ("createSession", "written_is_returned"): [("failure", broken)],
            ("createSession", "not_a_server_error"): [("failure", broken)],
            ("getSession", "documented_body"): [("skipped", "not exercised by the plan")],
            ("getSession", "strict_json"): [("skipped", "not exercised by the plan")],
            ("getSession", "written_is_returned"): [("skipped", "not exercised by the plan")],
            ("getSession", "can be checked"): [("error", "no response of the service")],
            ("phases", "stateful"): [("error", "Missing Open API links")],
            ("documentation", "exchanges_match"): [("failure", broken)],
        }

    def test_a_failure_has_every_finding(self) -> None:
        """With the command that reproduces it."""
        text = ET.fromstring(junit(REPORT)).findtext(".//failure[@type='written_is_returned']")  # noqa: S314 - our own

        assert text is not None
        assert text.startswith('displayName: expected "a", got "A"\nA write returns what was written.\nCreate session')
        assert text.count("curl -i -X POST \\\n  http://h/beta/sessions") == 2
        assert "\n\nid: required, but missing\n" in text

    @pytest.mark.parametrize("made", ["by hand", "real"])
    def test_follows_the_schema_that_tools_share(self, made: str, real: tuple[Path, Any]) -> None:
        """Names, attributes and order of elements; and the counts add up."""
        text = junit(REPORT) if made == "by hand" else (real[0] / "junit.xml").read_text("utf-8")
        root = ET.fromstring(text)  # noqa: S314 - our own

        assert root.tag == "testsuites"
        for suite in root:
            assert suite.tag == "testsuite"
            assert [child.tag for child in suite] == ["properties", *["testcase"] * (len(suite) - 1)]
            names = [case.get("name") for case in suite.iter("testcase")]
            assert len(set(names)) == len(names)
            for case in suite.iter("testcase"):
                assert (set(case.attrib), case.get("classname")) == ({"classname", "name"}, suite.get("name"))
                assert [child.tag for child in case] in ([], ["failure"], ["error"], ["skipped"])
        for element in (root, *root):
            counts = {name: len(element.findall(f".//{name}")) for name in ("failure", "error", "skipped")}
            assert {name: int(element.get(name, "")) for name in ("tests", "failures", "errors", "skipped")} == {
                "tests": len(element.findall(".//testcase")),
                "failures": counts["failure"],
                "errors": counts["error"],
                "skipped": counts["skipped"],
            }

    def test_has_characters_that_xml_cannot_have_in_escapes(self) -> None:
        """Whatever a service sends."""
        root = ET.fromstring(junit(spoiled(REPORT)))  # noqa: S314 - our own

        messages = [failure.get("message", "") for failure in root.iter("failure")]
        assert messages
        assert all("</script><script>" in text and r"\u0000\u001b\u0085\ud800 ]]>" in text for text in messages)


class TestJson:
    """It follows the schema in the package."""

    @pytest.mark.parametrize("made", ["by hand", "real"])
    def test_follows_its_schema(self, made: str, real: tuple[Path, Any]) -> None:
        """Which refuses what it does not describe."""
        text = REPORT.json() if made == "by hand" else (real[0] / "report.json").read_text("utf-8")
        validator = jsonschema_rs.Draft202012Validator(SCHEMA)

        found = json.loads(text)

        assert [str(error) for error in validator.iter_errors(found)] == []
        assert not validator.is_valid({**found, "version": 2})
        assert not validator.is_valid({**found, "more": 1})

    def test_has_what_was_found(self, real: tuple[Path, Any]) -> None:
        """The same as the result; the ids are those of the findings."""
        folder, result = real
        found = json.loads((folder / "report.json").read_text("utf-8"))

        listed = [finding for group in result.groups for finding in group.findings]
        assert (found["version"], found["verdict"], found["exit_code"], found["seed"]) == (1, "broken", 1, 1)
        assert [operation["id"] for operation in found["operations"]] == [o.id for o in document().operations]
        assert sum(operation["requests"] for operation in found["operations"]) == len(result.run.results)
        assert [finding["id"] for finding in found["findings"]] == [finding.id for finding in listed]
        assert len({finding["id"] for finding in found["findings"]}) == len(listed)
        missing = next(f for f in found["findings"] if f["message"] == "displayName: required, but missing")
        assert (missing["check"], missing["operation"]) == ("documented_body", "createSession")
        assert missing["violation"]["kind"] == "required"
        assert (
            json.loads(missing["response"]["body"])["display_name"]
            == json.loads(missing["request"]["body"])["displayName"]
        )
        assert ["Authorization", "Bearer $SECURITY_COPILOT_TOKEN"] in missing["request"]["headers"]
        assert {created["kind"] for created in found["created"]} == {"sessions", "prompts"}

    @pytest.mark.parametrize(
        ("body", "text", "is_base64"),
        [
            (b"", "", False),
            ("ö".encode(), "ö", False),
            (b"\xff", "/w==", True),
            (b"x" * 200_000, f"{'x' * 50_000} ... {'x' * 50_000}", False),
        ],
        ids=["none", "text", "bytes", "long"],
    )
    def test_has_any_body(self, body: bytes, text: str, *, is_base64: bool, real: tuple[Path, Any]) -> None:
        """What is no text is in base64, and a long one has a gap."""
        response = with_problem(real[1], body=body).findings[0].response

        assert response is not None
        assert (response.body, response.is_base64) == (text, is_base64)

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (["a", 1, None], ["a", 1, None]),
            (("string", "null"), ["string", "null"]),
            (float("nan"), "NaN"),
            (Description("no such property"), "no such property"),
            ("x" * 2000, f'"{"x" * 149} ... {"x" * 149}"'),
        ],
    )
    def test_has_any_value(self, value: object, shown: object, real: tuple[Path, Any]) -> None:
        """Those that JSON cannot have, and long ones, as text."""
        (found,) = json.loads(with_problem(real[1], got=value).json())["findings"]

        assert found["violation"]["got"] == shown


def with_problem(result: Result, body: bytes = b"", got: object = None) -> ReportData:
    """The report of a result that has one finding only, with this body and value."""
    example = Example("GET", "http://h/beta", (), b"", 200, (), body)
    problem = Problem("id: wrong", Violation("body", "value", "/id", "id", got=got), "documented")
    findings = Findings()
    findings.add(BrokenRequest(Check("documented_body", "It is documented."), "getSession", [problem], example))
    return ReportData.of(evolve(result, run=evolve(result.run, findings=findings)))


class TestPage:
    """The report html."""

    def test_loads_and_runs_nothing(self) -> None:
        """It has no script, and its only links are to findings in it, whatever a service sends."""
        text = page(spoiled(REPORT))
        tree = Tree(text)

        tags = {tag for tag, _ in tree.elements}
        assert not tags & {"script", "img", "link", "iframe", "object", "embed", "form", "input", "svg", "base"}
        assert not tree.attributes("src")
        assert not [name for _, attributes in tree.elements for name in attributes if name.startswith("on")]
        assert tree.attributes("href")
        assert {link and link.removeprefix("#") for link in tree.attributes("href")} <= set(tree.attributes("id"))
        assert "default-src 'none'; style-src 'unsafe-inline'" in tree.attributes("content")
        assert "url(" not in text
        assert "@import" not in text
        assert r"\u0000\u001b\u0085\ud800 ]]>" in tree.text

    def test_ids_are_unique(self) -> None:
        """So that each link leads to one place."""
        ids = Tree(page(REPORT)).attributes("id")

        assert len(set(ids)) == len(ids) == len(REPORT.findings)

    def test_has_a_cell_for_each_promise_and_operation(self) -> None:
        """Broken and accepted ones lead to the finding."""
        cells = [attributes for tag, attributes in Tree(page(REPORT)).elements if tag == "td" and "title" in attributes]

        assert [cell["title"] for cell in cells] == [
            "createSession, documented_body: broken, and accepted",
            "getSession, documented_body: not exercised by the plan",
            "createSession, strict_json: kept by 2 requests",
            "getSession, strict_json: not exercised by the plan",
            "createSession, written_is_returned: broken",
            "getSession, written_is_returned: not exercised by the plan",
        ]
        assert [cell["class"] for cell in cells] == [
            "mark accepted",
            "mark none",
            "mark kept",
            "mark none",
            "mark broken",
            "mark none",
        ]
        links = Tree(page(REPORT)).attributes("href")
        assert links == ["#finding-0000000000cc", "#finding-0123456789ab"]

    def test_shows_all_of_a_finding(self) -> None:
        """Message, counts, command, request and response; JSON is indented."""
        text = Tree(page(REPORT)).text

        for part in (
            'displayName: expected "a", got "A"',
            "3 requests",
            "curl -i -X POST",
            'POST http://h/beta/sessions\nA: b\n\n{\n  "displayName": "a"\n}',
            "201 Created\nB: c\n\n(base64) /w==",
            "Broken, and accepted by accepted.json",
            "getSession: nothing was sent",
            "1 step of the plan: --max-requests 2",
            "sessions 1 Contract check",
            "POST /beta/sessions",
        ):
            assert part in text


# Whether the name of a promise is still there, and not under the marks, when its row is scrolled to the right.
IS_NAME_VISIBLE = """(() => {
  document.querySelector('.scrolled').scrollLeft = 150
  const name = document.querySelector('tbody th[scope=row]')
  name.scrollIntoView()
  const at = name.getBoundingClientRect()
  return name.contains(document.elementFromPoint(at.left + 20, at.top + at.height / 2))
})()"""


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[browser.Page]:
    path = browser.installed()
    if path is None:
        pytest.skip("no Chromium or Chrome that can be told what to do")
    with browser.browsing(path, tmp_path / "profile") as tab:
        yield tab


def test_a_browser_shows_the_page(tab: browser.Page, tmp_path: Path) -> None:
    """Wide and narrow, light and dark; a mark opens its finding; nothing runs, nothing is loaded, nothing is wrong."""
    file = tmp_path / "report.html"
    wide = evolve(REPORT, operations=REPORT.operations * 6)
    file.write_text(page(spoiled(wide)), "utf-8", errors="backslashreplace")
    backgrounds = set()
    for width in (360, 1400):
        for scheme in ("light", "dark"):
            tab.send("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
            tab.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            tab.send("Page.navigate", url=f"{file.as_uri()}?{width}{scheme}")
            tab.wait(f"location.search === '?{width}{scheme}' && document.readyState === 'complete'")
            assert tab.wait("document.documentElement.scrollWidth") <= width
            assert tab.wait(IS_NAME_VISIBLE)
            backgrounds.add(tab.wait("getComputedStyle(document.body).backgroundColor"))

    tab.click("document.querySelector('td.broken a')")

    assert len(backgrounds) == 2
    assert tab.wait("document.querySelector('details[open] > #finding-0123456789ab').checkVisibility()")
    requested = [e["params"]["request"]["url"] for e in tab.events if e["method"] == "Network.requestWillBeSent"]
    assert all(url.startswith(f"{file.as_uri()}?") for url in requested)
    reported = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Page.javascriptDialogOpening")
    assert [event for event in tab.events if event["method"] in reported] == []


def test_a_check_without_a_verdict_leaves_no_report_of_another(serve: Serve, tmp_path: Path) -> None:
    """Otherwise it would pass for that of this check."""
    old = [tmp_path / name for name in ("junit.xml", "checks.har")]
    for path in old:
        path.write_text("old", "utf-8")
    settings = Settings(
        serve(PlainTextResponse("hello")), "live", 1, reports=("junit", "har"), report_dir=str(tmp_path)
    )

    with pytest.raises(CannotCheckError), use(SkippingClock()):
        check(settings, TOKEN)

    assert not any(path.exists() for path in old)


def test_a_report_that_cannot_be_written_is_refused_at_once(serve: Serve, tmp_path: Path) -> None:
    """Before anything is sent."""
    (tmp_path / "report.html").mkdir()

    async def fail(*_: object) -> None:
        pytest.fail("a request was sent")

    settings = Settings(serve(fail), "live", 1, reports=("html",), report_dir=str(tmp_path))
    with pytest.raises(CannotCheckError, match=r"--report-dir: cannot write .*report\.html: "):
        check(settings, TOKEN)


def test_a_report_that_cannot_be_written_in_the_end_changes_no_verdict(serve: Serve, tmp_path: Path) -> None:
    """For example if the disk is full. The result has the reason."""
    ok = emulator()

    async def app(*connection: Any) -> None:
        (tmp_path / "report.json").mkdir(exist_ok=True)
        await ok(*connection)

    settings = Settings(serve(app), "read", 1, reports=("json", "html"), report_dir=str(tmp_path))
    with use(SkippingClock()):
        result = check(settings, TOKEN)

    assert result
    (line,) = result.run.unwritten
    assert line.startswith(f"{tmp_path / 'report.json'}: ")
    assert (tmp_path / "report.html").exists()
