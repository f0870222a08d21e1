"""The pytest plugin: the fixture `security_copilot_mock`, and the marker that configures it.

pytest loads this module in every run of an environment in which the client is installed, for the sake of the mock or
not, and with what the mock needs or without. So it imports nothing else, until a test asks for the fixture.
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
        "markers", f"{_MARKER}(base_url=...): where the fixture security_copilot_mock mocks the API; Microsoft Graph."
    )


@pytest.fixture
def security_copilot_mock(request: pytest.FixtureRequest) -> "Iterator[SecurityCopilotMock]":
    """A mock of the Security Copilot API: each operation answers as documented, until it is told otherwise."""
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
    """A failure that is told in its one line, without a traceback."""
    return pytest.fail.Exception(message, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    """Fail the test itself, and not a teardown, when the code under test has caught what broke the document."""
    try:
        result = yield
    except pytest.skip.Exception:
        # No failure to which a note could be added: who skips when the service cannot be asked, may have skipped it.
        _settle()
        raise
    except BaseException as error:
        _settle(error)
        raise
    _settle()
    return result


def _settle(error: BaseException | None = None) -> None:
    # A mock may be another fixture's, and last for many tests.
    router = sys.modules.get("security_copilot_contract.mock.router")
    for mock in router.SecurityCopilotMock.active if router else ():
        mock.settle(error)
