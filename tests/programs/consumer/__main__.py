"""Test the wheel as a consumer uses it: build it, check it, install it without this checkout, test the example with it.

    python -m tests.programs.consumer [PYTHON]

Run by `make consumer`. With a PYTHON that has msgraph-beta-sdk, such as the one of `make sdk`, its footprint is printed
beside the client's. The exit code is 1 if a consumer would have a problem.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.programs.consumer import wheel
from tests.programs.consumer.environment import Environment, UnfitError, run

EXAMPLE = Path(__file__).with_name("example")
FIRST_TEST = """
from security_copilot_client import AuthenticatedClient, ask

def test_first(security_copilot_mock):
    security_copilot_mock.evaluate("Nobody.")
    assert ask("Who am I?", client=AuthenticatedClient(token="any")).content == "Nobody."
"""


def show(what: str, environment: Environment) -> None:
    size = environment.footprint()
    print(f"  {what:<42}{size.files:>7,} files{size.size / 1e6:>7.1f} MB, and {size.bytecode / 1e6:.1f} MB of bytecode")


def built(folder: Path) -> Path:
    path = wheel.build(folder)
    wheel.check(path)
    print(f"{path.name}, {path.stat().st_size / 1e3:.0f} kB, reproducible:")
    for package, (files, size) in wheel.contents(path).items():
        print(f"  {package:<42}{files:>7,} files{size / 1e3:>7.0f} kB")
    return path


def install_the_client(path: Path, folder: Path) -> None:
    """Install without an index: the requirements have been downloaded before, and nothing needs to be built."""
    environment = Environment.fresh(folder / "client")
    environment.pip("download", "--only-binary", ":all:", "--dest", str(folder / "needed"), str(path))
    environment.pip("install", "--no-index", "--find-links", str(folder / "needed"), str(path))
    show("the client", environment)
    environment.python("-c", "from security_copilot_client import ask", cwd=folder)
    hint = environment.python("-m", "security_copilot_contract", "serve", cwd=folder, exit_code=2)
    expect(hint, 'pip install "security-copilot-client[contract]"')
    _run_pytest_without_the_extra(environment, folder)


def _run_pytest_without_the_extra(environment: Environment, folder: Path) -> None:
    """pytest loads the plugin in any case; without the mock it must make no difference."""
    environment.pip("install", "pytest")
    test = folder / "test_plain.py"
    test.write_text("def test_plain():\n    pass\n", "utf-8")
    environment.python("-W", "error", "-m", "pytest", str(test), cwd=folder)
    test.write_text("def test_plain(security_copilot_mock):\n    pass\n", "utf-8")
    expect(environment.python("-m", "pytest", str(test), cwd=folder, exit_code=1), "security-copilot-client[mock]")


def install_the_mock(path: Path, folder: Path) -> None:
    """Measure the time from nothing to a green test."""
    (folder / "test_first.py").write_text(FIRST_TEST, "utf-8")
    environment = Environment.fresh(folder / "mock")
    start = time.perf_counter()
    environment.pip("install", f"{path}[mock]", "pytest")
    installed = time.perf_counter() - start
    environment.python("-m", "pytest", "test_first.py", cwd=folder)
    green = time.perf_counter() - start
    show("with [mock], and pytest", environment)
    print(f"From `pip install` to the first green test: {green:.1f} s, of which the test run {green - installed:.1f} s")


def install_the_example(path: Path, folder: Path) -> None:
    """Run the tests of the example, and check its types with the installed client."""
    project = Path(shutil.copytree(EXAMPLE, folder / "example"))
    environment = Environment.fresh(folder / "contract")
    environment.pip("install", f"{path}[contract]")
    show("with [contract]", environment)
    environment.pip("install", f"{path}[contract]", ".", "--group", "test", cwd=project)
    tested = environment.python("-m", "pytest", "-n", "2", cwd=project)
    print(f"The example, with the wheel: {tested.splitlines()[-1].strip('= ')}")
    where = ("--python-executable", str(environment.executable), "--cache-dir", str(folder / "cache"))
    run(sys.executable, "-m", "mypy", "--strict", *where, "incident_triage.py", "tests", cwd=project)


def expect(output: str, text: str) -> None:
    if text not in output:
        raise UnfitError(f"expected {text!r} in the output, got: {output}")


def main(sdk: str | None = None) -> int:
    """Exit status 1 if a consumer would have a problem."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            path = built(folder)
            for step in (install_the_client, install_the_mock, install_the_example):
                step(path, folder)
        except UnfitError as error:
            print(error, file=sys.stderr)
            return 1
    if sdk is not None:
        show("msgraph-beta-sdk", Environment(Path(sdk)))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
