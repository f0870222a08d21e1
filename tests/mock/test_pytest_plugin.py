"""The pytest plugin, in pytest runs of a project that has the client installed."""

import re
import subprocess
import sys

import pytest

# pytester takes back what a run within this process has imported. libyaml's module cannot be imported twice, and of the
# client a part would stay, with classes of its own.
import security_copilot_asking  # noqa: F401 - only loaded
import security_copilot_contract.mock  # noqa: F401 - only loaded
from tests import ROOT

pytest_plugins = ["pytester"]

HEAD = """
import asyncio, pytest
from security_copilot_client import AuthenticatedClient, ask, ask_async

def code_under_test(name):
    with AuthenticatedClient(token="t0ps3cret-token") as client:
        url = "/security/securityCopilot/workspaces/default/sessions"
        headers = {"Content-Type": "application/json"}
        return client.request(method="post", url=url, headers=headers, json={"displayName": name}).json()
"""
SETTINGS = """
[pytest]
addopts = --strict-markers --strict-config
filterwarnings = error
asyncio_default_fixture_loop_scope = function
"""


# A process that loads them takes three times as long to start.
WITHOUT_OTHERS = ("-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:cacheprovider")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project that has installed the client, without any configuration of the plugin."""
    pytester.makeini(SETTINGS)
    return pytester


def run(project: pytest.Pytester, tests: str, *arguments: str) -> pytest.RunResult:
    """Run the project's tests, in this process."""
    project.makepyfile(HEAD + tests)
    return project.runpytest_inprocess("-p", "no:cacheprovider", *arguments)


def test_it_is_found(project: pytest.Pytester) -> None:
    """With its entry point; blocking, with asyncio, and with anyio."""
    result = run(
        project,
        """
def test_blocking(security_copilot_mock):
    assert code_under_test("a")["id"] == security_copilot_mock.create_session.documented["id"]

def test_asyncio(security_copilot_mock):
    security_copilot_mock.evaluate("Nobody.")
    answer = asyncio.run(ask_async("Who?", client=AuthenticatedClient(token="t")))
    assert answer.content == "Nobody."

@pytest.mark.asyncio
async def test_pytest_asyncio(security_copilot_mock):
    assert (await ask_async("Who?", client=AuthenticatedClient(token="t"))).content
    assert security_copilot_mock.calls.call_count == 4

@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_anyio(security_copilot_mock, anyio_backend):
    assert (await ask_async("Who?", client=AuthenticatedClient(token="t"))).content
""",
    )

    result.assert_outcomes(passed=4)


def test_the_example_of_the_readme(project: pytest.Pytester) -> None:
    """Unchanged."""
    readme = (ROOT / "README.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n([^`]*security_copilot_mock[^`]*)```", readme)

    run(project, example).assert_outcomes(passed=1)


def test_a_request_that_breaks_the_document(project: pytest.Pytester) -> None:
    """It fails the test, with the violation."""
    result = run(project, "\ndef test_it(security_copilot_mock):\n    code_under_test(1)\n", "-v")

    result.assert_outcomes(failed=1)
    path = "/beta/security/securityCopilot/workspaces/default/sessions"
    result.stdout.fnmatch_lines(
        [
            "E *ContractError: the request of createSession breaks the document (POST *",
            "E * displayName: expected a string, got 1",
        ]
    )
    assert f"(POST {path}):" in result.stdout.str()
    assert "t0ps3cret-token'" not in result.stdout.str()


def test_a_swallowed_breach_fails_the_test_itself(project: pytest.Pytester) -> None:
    """Not its teardown. Another exception of the test gets a note."""
    result = run(
        project,
        """
def careless(name):
    try:
        return code_under_test(name)
    except Exception:
        return None

def test_caught(security_copilot_mock):
    careless(1)
    careless(2)

def test_caught_and_failed(security_copilot_mock):
    assert careless(3) is not None

def test_meant(security_copilot_mock):
    with pytest.raises(AssertionError):
        code_under_test(4)
    security_copilot_mock.breaches.clear()

@pytest.fixture
def afterwards(security_copilot_mock):
    yield
    careless(5)

def test_in_teardown(afterwards):
    pass
""",
    )

    result.assert_outcomes(passed=2, failed=2, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_in_teardown*",
            "E * displayName: expected a string, got 5",
            "*_ test_caught _*",
            "E *ContractError: the request of createSession breaks the document*",
            "E * displayName: expected a string, got 1",
            "E * the request of createSession breaks the document*",
            "E * displayName: expected a string, got 2",
            "E * Raised earlier but swallowed by the code under test. If expected, call mock.breaches.clear()",
            "*_ test_caught_and_failed _*",
            "E *assert None is not None",
            "E * displayName: expected a string, got 3",
        ]
    )


def test_a_swallowed_breach_fails_a_test_that_skips_itself(project: pytest.Pytester) -> None:
    """As a test does that cannot reach a service."""
    result = run(
        project,
        """
def test_it(security_copilot_mock):
    try:
        code_under_test(1)
    except Exception:
        pytest.skip("there is no service")
""",
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E * displayName: expected a string, got 1"])


def test_a_mock_for_many_tests(project: pytest.Pytester) -> None:
    """A swallowed breach fails the test that caused it, once, and not the last test."""
    result = run(
        project,
        """
from security_copilot_contract import SecurityCopilotMock

@pytest.fixture(scope="module", autouse=True)
def mock():
    with SecurityCopilotMock() as mock:
        yield mock

def test_caught():
    with pytest.raises(AssertionError):
        code_under_test(1)

def test_not_caught():
    code_under_test(2)

def test_lawful():
    code_under_test("a")
""",
    )

    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*_ test_caught _*",
            "E * displayName: expected a string, got 1",
            "*_ test_not_caught _*",
            "E * displayName: expected a string, got 2",
        ]
    )


def test_a_response_that_breaks_the_document(project: pytest.Pytester) -> None:
    """It fails the test in the line that sets it."""
    result = run(
        project, "\ndef test_it(security_copilot_mock):\n    security_copilot_mock.get_session.respond(json={})\n"
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">   *security_copilot_mock.get_session.respond(json={})",
            "E *ContractError: the response of getSession breaks the document (GET *{sessionId}):",
            "E * @odata.context: required, but missing",
        ]
    )


def test_the_marker(project: pytest.Pytester) -> None:
    """It sets the base URL; wrong arguments are reported in one line, without a traceback."""
    result = run(
        project,
        """
@pytest.mark.security_copilot(base_url="http://gateway.example/beta")
class TestGateway:
    def test_it(self, security_copilot_mock):
        assert security_copilot_mock.base_url == "http://gateway.example/beta"

@pytest.mark.security_copilot(base_url="gateway.example")
def test_no_url(security_copilot_mock):
    pass

@pytest.mark.security_copilot(url="http://gateway.example/beta")
def test_no_such_word(security_copilot_mock):
    pass
""",
    )

    result.assert_outcomes(passed=1, errors=2)
    lines = [line for line in result.outlines if "pytest.mark.security_copilot: " in line and "ERROR" not in line]
    assert lines == [
        "@pytest.mark.security_copilot: base_url must be an absolute URL, not 'gateway.example'",
        "@pytest.mark.security_copilot: SecurityCopilotMock.__init__() got an unexpected keyword argument 'url'",
    ]
    assert "pytest_plugin.py" not in result.stdout.str()
    assert "During handling" not in result.stdout.str()


def test_it_is_listed(project: pytest.Pytester) -> None:
    """In pytest's own lists of markers and fixtures."""
    markers, fixtures = (project.runpytest_inprocess("-p", "no:cacheprovider", o) for o in ("--markers", "--fixtures"))

    markers.stdout.fnmatch_lines(["@pytest.mark.security_copilot(base_url=...): *"])
    fixtures.stdout.fnmatch_lines(["security_copilot_mock -- *", "*A mock of the Security Copilot API*"])


def test_xdist(project: pytest.Pytester) -> None:
    """Each worker has its own mock."""
    project.makepyfile(
        HEAD
        + """
@pytest.mark.parametrize("number", range(8))
def test_it(security_copilot_mock, number):
    assert code_under_test("a")
    assert security_copilot_mock.create_session.call_count == 1
"""
    )

    project.runpytest_subprocess(*WITHOUT_OTHERS, "-n", "2").assert_outcomes(passed=8)


def test_without_the_extra(project: pytest.Pytester) -> None:
    """Tests run; one that uses the mock fails with the command that installs it."""
    project.makeconftest("import sys\nsys.modules['respx'] = None\n")
    project.makepyfile("def test_other(): pass\ndef test_it(security_copilot_mock): pass\n")

    result = project.runpytest_subprocess(*WITHOUT_OTHERS)

    result.assert_outcomes(passed=1, errors=1)
    hint = 'security_copilot_mock: respx is not installed; run: pip install "security-copilot-client[mock]"'
    assert hint in result.outlines
    assert "During handling" not in result.stdout.str()


def test_it_costs_other_runs_no_imports() -> None:
    """pytest loads the plugin in every run; the mock is imported when a test uses it."""
    code = (
        "import sys, pytest; before = set(sys.modules); import security_copilot_contract.pytest_plugin; "
        "print(*sorted(set(sys.modules) - before))"
    )

    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()

    assert loaded == ["security_copilot_contract", "security_copilot_contract.pytest_plugin"]
