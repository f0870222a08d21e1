"""The pytest plugin: the fixture `security_copilot_mock`, and the marker that configures it.

pytest loads this module in every run in which the client is installed, even if no test uses the mock, or the extra
`mock` is not installed. So the module imports nothing of ours until a test uses the fixture.
"""

import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from security_copilot_contract.mock import SecurityCopilotMock

_MARKER = "security_copilot"


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        f"{_MARKER}(base_url=...): the base URL of the fixture security_copilot_mock (default: Microsoft Graph).",
    )


@pytest.fixture
def security_copilot_mock(request: pytest.FixtureRequest) -> "Iterator[SecurityCopilotMock]":
    """A mock of the Security Copilot API. Each operation answers as documented unless the test sets another answer."""
    with _mock(request.node.get_closest_marker(_MARKER)) as mock:
        yield mock


def _mock(marker: pytest.Mark | None) -> "SecurityCopilotMock":
    try:
        from security_copilot_contract.mock import SecurityCopilotMock  # noqa: PLC0415 - see above
    except ModuleNotFoundError as error:
        install = 'pip install "security-copilot-client[mock]"'
        raise _failure(f"security_copilot_mock: {error.name} is not installed; run: {install}") from None
    try:
        return SecurityCopilotMock() if marker is None else SecurityCopilotMock(*marker.args, **marker.kwargs)
    except (TypeError, ValueError) as error:
        raise _failure(f"@pytest.mark.{_MARKER}: {error}") from None


def _failure(message: str) -> BaseException:
    """A failure that is reported in one line, without a traceback."""
    return pytest.fail.Exception(message, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    """Fail the test itself, not its teardown, if the code under test swallowed a breach."""
    try:
        result = yield
    except pytest.skip.Exception:
        # A skip cannot have a note. A test that skips on an unreachable service may hide a breach: it fails.
        _settle()
        raise
    except BaseException as error:
        _settle(error)
        raise
    _settle()
    return result


def _settle(error: BaseException | None = None) -> None:
    # A mock may belong to another fixture, and outlast the test.
    router = sys.modules.get("security_copilot_contract.mock.router")
    for mock in router.SecurityCopilotMock.active if router else ():
        mock.settle(error)
