"""What a GitHub workflow makes of a check: annotations, and the summary of the job."""

import re
from pathlib import Path

import pytest

from security_copilot_contract.checks.budget import Budget
from security_copilot_contract.checks.reporting import github
from security_copilot_contract.checks.reporting.findings import BrokenRequest, Check, Problem
from security_copilot_contract.checks.run import Result, Run, Settings
from security_copilot_contract.checks.runner import Runner


def test_a_service_writes_no_markdown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its texts are neither HTML nor pictures nor links in the summary, and end no annotation."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    settings = Settings("http://h/beta", "live", 1)
    run = Run(Runner(settings.base_url, "secret"), [], Budget(), generates=False)
    problem = Problem("got ![x](https://tracker.example) <b>\n::set-output::", kind="x")
    run.findings.add(BrokenRequest(Check("a_check", "It is kept."), "getSession", [problem]))

    github.report(Result(settings, run, [], 1))

    summary = (tmp_path / "summary.md").read_text("utf-8")
    line = r"- getSession, a\_check: It is kept. got \!\[x\](https://tracker.example) \<b\> ::set-output::"
    assert f"\n{line}\n" in summary
    annotation = capsys.readouterr().out.splitlines()[0]
    assert annotation.endswith("<b>%0A::set-output::")


def test_no_line_is_a_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """While the check prints what a service sends; also if it fails."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")

    def fail() -> None:
        with github.no_commands():
            print("::set-output::")  # noqa: T201 - as a check prints
            raise ValueError("it fails")

    for _ in range(2):
        with pytest.raises(ValueError, match="it fails"):
            fail()

    first, second = re.findall(r"::stop-commands::(\w{64})\n::set-output::\n::\1::\n", capsys.readouterr().out)
    assert first != second


def test_nothing_is_printed_elsewhere(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On other machines there are no commands."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    with github.no_commands():
        pass

    assert capsys.readouterr().out == ""
