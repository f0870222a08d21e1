"""The command `security-copilot-contract check`, over real HTTP."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from itertools import product
from pathlib import Path
from unittest.mock import patch
from xml.etree import ElementTree as ET

import pytest
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract import cli
from security_copilot_contract.checks.budget import Budget
from security_copilot_contract.checks.coverage import PHASES, Coverage
from security_copilot_contract.checks.promises import PROMISES
from security_copilot_contract.checks.reporting.overview import not_exercised
from security_copilot_contract.checks.run import Result, Run, Settings, profile_for
from security_copilot_contract.checks.runner import Runner
from security_copilot_contract.emulator import TOKEN, Store, emulator
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.exchange import exchanges
from security_copilot_contract.spec.intermediaries import INTERMEDIARIES
from tests import stored_sessions
from tests.mutants import resources, servers, variants
from tests.mutants.faults import MUTANTS, VARIANTS

assert resources
assert servers
assert variants

OPERATIONS = [operation.id for operation in document().operations]
SECRET = "t0ps3cret"
Serve = Callable[[ASGIApp], str]
Done = subprocess.CompletedProcess[str]


def run_process(*arguments: str, token: str | None = TOKEN, cwd: Path | None = None) -> Done:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "security_copilot_contract", *arguments]
    env = variables(token)
    return subprocess.run(command, env=env, cwd=cwd, capture_output=True, check=False, encoding="utf-8", timeout=300)


def run(*arguments: str, token: str | None = TOKEN, cwd: Path | None = None, **environment: str) -> Done:
    """Run the command in this process: most of the time of a new one is its start."""
    out, err = io.StringIO(), io.StringIO()
    with (
        chdir(cwd or Path.cwd()),
        patch.dict(os.environ, {**variables(token), **environment}, clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        exit_code = cli.main(arguments)
    return Done(arguments, exit_code, out.getvalue(), err.getvalue())


def variables(token: str | None) -> dict[str, str]:
    """The environment for the command, in which of ours there is at most the token."""
    own = ("SECURITY_COPILOT_TOKEN", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY")
    kept = {name: value for name, value in os.environ.items() if name not in own}
    given = {} if token is None else {"SECURITY_COPILOT_TOKEN": token}
    return {**kept, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120", **given}


def unwrapped(text: str) -> str:
    """A text in one line."""
    return " ".join(text.split())


def live(url: str, *arguments: str, token: str | None = TOKEN, cwd: Path | None = None, **environment: str) -> Done:
    """The live profile, without a limit of its rate."""
    return run("check", url, "--profile", "live", "--rate", "1000", *arguments, token=token, cwd=cwd, **environment)


class Counting:
    """An application that records the method, path and query of each request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.methods: list[str] = []
        self.paths: list[str] = []
        self.queries: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.methods.append(scope["method"])
        self.paths.append(scope["path"])
        self.queries.append(scope["query_string"].decode())
        await self.app(scope, receive, send)


# Configurations with few generated cases. `make nightly` runs the checks with all of them.
FEW = "[schemathesis.generation]\nmax-examples = 3\n"
FEWER = f"{FEW}[schemathesis.phases.coverage]\nenabled = false\n"
OF_TWO = """[[schemathesis.operations]]
exclude-operation-id = ["createSession", "listPlugins"]
enabled = false
"""
ALL = pytest.param("", marks=pytest.mark.nightly, id="all")


def folder_with(configuration: str, folder: Path) -> Path:
    """A folder with a configuration, to run the command in."""
    (folder / "security-copilot-contract.toml").write_text(configuration)
    return folder


class TestFull:
    """The full profile: generated cases in every phase, then the plan."""

    @pytest.mark.parametrize("configuration", [pytest.param(FEW, id="few"), ALL])
    def test_passes_the_emulator(self, configuration: str, tmp_path: Path) -> None:
        """Every operation runs cases in every phase, and every promise but one is exercised."""
        done = run_process("check", cwd=folder_with(configuration, tmp_path))

        assert done.returncode == 0, done.stdout + done.stderr
        assert re.findall(r"^  ✓ (\w+) +\d+ requests?, \d+ generated$", done.stdout, re.MULTILINE) == OPERATIONS
        assert "roken" not in done.stdout
        assert re.search(r"\nCreated on this machine, cannot be deleted: \d+ sessions, \d+ prompts, ", done.stdout)
        idle = "promises that no request exercised: retry_after_is_valid"
        # Few cases reach no second page, and not every operation by a link.
        some, steps = (r"  no case of stateful: [\w,\s]+", 9) if configuration else ("", 8)
        assert re.search(
            rf"\nNot exercised\n{some}  {steps} steps of the plan: there is no other page\n  {idle}\n\n✓ ", done.stdout
        )
        assert re.search(r"\n✓ The contract is kept by 12 of 12 operations: \d+ requests of the plan\s", done.stdout)
        assert max(map(len, done.stdout.splitlines())) <= 80

    @pytest.mark.nightly
    def test_sends_the_same_for_the_same_seed(self, serve: Serve, tmp_path: Path) -> None:
        """The same seed sends the same cases; another seed sends others."""
        folder = folder_with(FEWER, tmp_path)
        reports, queries = [], []
        for seed in "778":
            server = Counting(emulator())
            done = run_process("check", serve(server), "--seed", seed, cwd=folder)
            reports.append(done.stdout.splitlines()[2:])
            sent = zip(server.paths, server.queries, strict=True)
            # Other paths have ids, which the emulator draws.
            queries.append([query for path, query in sent if path.endswith("/plugins")])

        assert reports[0] == reports[1]
        assert queries[0] == queries[1] != queries[2]

    @pytest.mark.parametrize("configuration", [pytest.param(FEW, id="few"), ALL])
    def test_fails_a_broken_server(self, configuration: str, serve: Serve, tmp_path: Path) -> None:
        """Generated cases and the plan find it. It fits into a screen, and no other voice speaks."""
        done = run_process("check", serve(MUTANTS["names_are_trimmed"].app()), cwd=folder_with(configuration, tmp_path))

        assert done.returncode == 1, done.stdout + done.stderr
        assert re.search(r"\n✗ written_is_returned    createSession, updateSession    \d+ requests\n", done.stdout)
        assert "\n✗ The contract is broken: " in done.stdout
        assert f"Bearer {TOKEN}" not in done.stdout
        lines = done.stdout.splitlines()
        assert lines[0].startswith("The contract at http://")
        assert len(lines) <= 60
        assert [
            line for line in lines if len(line) > 80 and "http://" not in line and "--data-binary" not in line
        ] == []
        assert done.stderr == ""

    @pytest.mark.parametrize(("requests", "writes"), [("7", "1000"), ("400", "5"), ("120", "120")])
    def test_stops_at_its_limits(self, requests: str, writes: str, serve: Serve) -> None:
        """The server counts the requests; the report names the limit."""
        server = Counting(emulator())

        done = run("check", serve(server), "--max-requests", requests, "--max-writes", writes)

        assert len(server.methods) <= int(requests)
        assert len([m for m in server.methods if m not in {"GET", "HEAD", "OPTIONS", "TRACE"}]) <= int(writes)
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(
            r"kept by \d+ of 12 operations, as far as --max-(requests|writes) \d+ allowed", unwrapped(done.stdout)
        )
        assert "Traceback" not in done.stdout + done.stderr

    def test_creates_no_more_evaluations_than_asked_for(self, serve: Serve, tmp_path: Path) -> None:
        """The server counts them; the rest of the check runs."""
        server = Counting(emulator())

        done = run("check", serve(server), "--evaluations", "1", cwd=folder_with(FEW, tmp_path))

        sent = [path for method, path in zip(server.methods, server.paths, strict=True) if method == "POST"]
        assert len([path for path in sent if path.rstrip("/").endswith("evaluations")]) == 1
        assert done.returncode == 0, done.stdout + done.stderr
        bound = "The contract is kept by 12 of 12 operations, as far as --evaluations 1 allowed: "
        assert re.search(rf"{bound}\d+ requests of the plan and \d{{3,4}} generated cases", unwrapped(done.stdout))

    @pytest.mark.parametrize(
        ("without", "unknown"),
        [
            ([("getSession", "stateful")], []),
            ([("getSession", phase) for phase in PHASES], ["getSession"]),
            ([(operation, "fuzzing") for operation in OPERATIONS], ["fuzzing"]),
        ],
        ids=["an operation in a phase", "an operation", "a phase"],
    )
    def test_cannot_check_what_did_not_run(self, without: list[tuple[str, str]], unknown: list[str]) -> None:
        """What did not run has not passed. An operation without cases in one phase is listed, but is no failure."""
        coverage = Coverage()
        coverage.cases.update(set(product(OPERATIONS, PHASES)) - set(without))
        settings = Settings("http://127.0.0.1/beta", "full", 1)
        run_ = Run(Runner("", ""), [], Budget(), generates=True, coverage=coverage)

        result = Result(settings, run_, [], 0)

        assert set(without) <= set(result.not_exercised)
        assert list(result.unknown) == [
            *(name for name in unknown if name in OPERATIONS),
            "the plan",
            *set(unknown) - set(OPERATIONS),
        ]
        assert result.exit_code == 2
        assert "the plan: no response of the service, so nothing is known about it" in list(not_exercised(result))

    def test_cases_that_could_not_be_generated_break_no_promise(self, serve: Serve, tmp_path: Path) -> None:
        """A configuration may leave no links between operations. The reason is listed, and nothing is passed."""
        folder = folder_with(FEWER + OF_TWO, tmp_path)

        done = run("check", serve(emulator()), "--max-requests", "20", "--report", "json", cwd=folder)

        assert done.returncode == 2, done.stdout + done.stderr
        assert "\nBroken\n" not in done.stdout
        assert "\n- Could not check stateful, as far as --max-requests 20 allowed: " in done.stdout
        reason = "Missing Open API links: All link definitions required for stateful testing are excluded by filters"
        assert f" stateful: {reason}" in unwrapped(done.stdout)
        (report,) = (json.loads(path.read_text("utf-8")) for path in folder.rglob("*.json"))
        assert report["unknown"].keys() == {"stateful"}
        assert report["unknown"]["stateful"].startswith(reason)


class TestLive:
    """The live profile: few requests, each with a purpose."""

    def test_passes_the_emulator(self, serve: Serve) -> None:
        """With few requests, documented methods and two sessions."""
        server = Counting(emulator())

        done = run_process("check", serve(server), "--profile", "live", "--rate", "1000")

        assert done.returncode == 0, done.stdout + done.stderr
        assert len(server.methods) <= 32
        assert set(server.methods) == {"GET", "POST", "PATCH"}
        assert "\nCreated on this machine, cannot be deleted: 2 sessions, 1 prompt\n" in done.stdout
        assert server.paths.count("/beta/security/securityCopilot/workspaces/default/sessions") >= 2
        sent = zip(server.methods, server.paths, strict=True)
        assert not [path for method, path in sent if "/evaluations" in path and method == "POST"]
        assert "\n✓ The contract is kept by 11 of 12 operations: " in done.stdout
        assert unwrapped(done.stdout).endswith(". 1 not exercised (--evaluations 1 exercises it, billed).")

    def test_prints_operation_promise_and_difference(self, serve: Serve) -> None:
        """Expected and actual value, the sentence that is broken, and a command that reproduces it."""
        done = live(serve(MUTANTS["update_is_lost"].app()))

        assert done.returncode == 1
        assert "\n✗ read_returns_what_was_written    getSession    1 request\n  A read returns what " in done.stdout
        assert re.search(
            r'\n    displayName  expected  "  Contract check \d+.*\n(?: {27}.*\n)? {17}got       "Contract check',
            done.stdout,
        )
        assert '\n  curl -i -X GET -H "Authorization: Bearer $SECURITY_COPILOT_TOKEN" ' in done.stdout

    def test_keeps_the_token_secret(self, serve: Serve, tmp_path: Path) -> None:
        """The token is in no output and no report."""
        app = emulator(token=SECRET)

        done = live(serve(app), "--report", "junit,har,ndjson,html,json", "--report-dir", str(tmp_path), token=SECRET)

        assert done.returncode == 0, done.stdout + done.stderr
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert len(files) >= 5
        assert not [path for path in files if SECRET.encode() in path.read_bytes()]
        assert SECRET not in done.stdout + done.stderr

    def test_waits_as_long_as_retry_after_says(self, serve: Serve) -> None:
        """And retries; each attempt counts."""
        done = live(serve(VARIANTS["throttles_and_says_how_long"].app()), "--max-requests", "60")

        assert done.returncode == 0, done.stdout
        assert re.search(r"\n  \d+ responses with 429, not validated: ", done.stdout)

    @pytest.mark.parametrize("status", INTERMEDIARIES)
    def test_a_page_of_a_gateway_breaks_no_promise(self, serve: Serve, status: int) -> None:
        """The poll of an evaluation gets it once, in HTML, and is retried. The report has a remark."""
        done = live(serve(_Gateway(emulator(), status, reads="/evaluations/")), "--evaluations", "1")

        assert done.returncode == 0, done.stdout
        assert f"1 response with {status}, not validated: " in done.stdout
        assert INTERMEDIARIES[status].source in unwrapped(done.stdout)

    def test_reads_on_when_it_may_not_write(self, serve: Serve) -> None:
        """What cannot be checked without writes is listed, and is no failure."""
        server = Counting(emulator())

        done = live(serve(server), "--max-writes", "0")

        assert done.returncode == 0, done.stdout + done.stderr
        assert set(server.methods) == {"GET"}
        assert len(server.methods) > 10
        sent_nothing = r"createSession, updateSession, createPrompt: nothing was sent \d+ steps of the plan: "
        assert re.search(sent_nothing, unwrapped(done.stdout))
        assert "--max-writes 0" in done.stdout

    def test_has_another_seed_each_time(self, serve: Serve) -> None:
        """So its sessions differ from those of the last run; --seed repeats a run."""
        store = Store.documented(exchanges(), 1)
        url = serve(emulator(store))
        printed = [live(url, *seed).stdout for seed in ((), (), ("--seed", "5"))]

        seeds = [re.findall(r"\nprofile live, seed (\d+)\n", out)[0] for out in printed]
        names = [session.display_name for session in stored_sessions.newest_first(store)]
        assert len(set(seeds)) == 3
        assert seeds[2] == "5"
        assert all(any(str(name).strip().startswith(f"Contract check {seed},") for name in names) for seed in seeds)

    def test_is_the_default_for_other_hosts(self) -> None:
        """And full is the default for this machine."""
        assert profile_for("http://127.0.0.1:8000/beta") == profile_for("http://[::1]:1/beta") == "full"
        assert profile_for("http://localhost/beta") == "full"
        assert profile_for("https://graph.microsoft.com/beta") == profile_for("http://10.0.0.1/beta") == "live"

    def test_has_limits_of_its_own(self) -> None:
        """Without any option."""
        budget = Settings("https://graph.microsoft.com/beta", "live", 1).budget()

        assert (budget.requests, budget.writes, budget.per_second) == (32, 10, 5.0)
        assert set(budget.methods or ()) == {"GET", "POST", "PATCH"}


class _Gateway:
    """A gateway that responds with an HTML page to the first reads of a path."""

    def __init__(self, app: ASGIApp, status: int, *, reads: str, times: int = 1) -> None:
        self.app = app
        self.status = status
        self.reads = reads
        self.times = times

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.times and scope["method"] == "GET" and self.reads in scope["path"]:
            self.times -= 1
            await HTMLResponse("<h1>Later</h1>", self.status, {"Retry-After": "0"})(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def test_the_plan_is_printed_and_not_sent(serve: Serve) -> None:
    """Every request, with its body and its purpose."""
    server = Counting(emulator())
    url = serve(server)

    few, all_ = (run("check", url, "--plan", "--profile", profile, token=None) for profile in ("live", "full"))

    assert few.returncode == all_.returncode == 0
    assert server.methods == []
    assert "  3  POST   /security/securityCopilot/workspaces/default/sessions\n" in few.stdout
    assert '{"displayName": "Contract check ' in few.stdout
    assert "the nextLink of 'sessions: list small'" in few.stdout
    assert "At most 32 requests. Creates (cannot be deleted): sessions: 2, prompts: 1; no evaluations." in few.stdout
    assert "DELETE" not in few.stdout
    assert "DELETE" in all_.stdout


def test_the_promises_are_listed() -> None:
    """In groups, each with its sentence, the confidence of its source, and the place in it."""
    done = run("promises")

    assert done.returncode == 0
    for promise in PROMISES.values():
        assert (
            f"  {promise.name}\n      {promise.sentence}\n      ({promise.source.confidence}: {promise.place})\n"
            in done.stdout
        )


class TestReports:
    """They contain the plan."""

    def test_junit(self, serve: Serve, tmp_path: Path) -> None:
        """A broken promise is a failure of its operation."""
        done = live(serve(MUTANTS["update_is_lost"].app()), "--report", "junit", "--report-dir", str(tmp_path))

        root = ET.fromstring((tmp_path / "junit.xml").read_text("utf-8"))  # noqa: S314 - our own
        failures = {(case.get("classname"), case.get("name")) for case in root.findall(".//failure/..")}
        assert done.returncode == 1
        assert ("getSession", "read_returns_what_was_written") in failures

    def test_har(self, serve: Serve, tmp_path: Path) -> None:
        """Each request of the plan is an entry."""
        done = live(serve(emulator()), "--report", "har", "--report-dir", str(tmp_path))

        entries = json.loads((tmp_path / "checks.har").read_text("utf-8"))["log"]["entries"]
        assert f": {len(entries)} requests of the plan" in done.stdout
        assert [entry["request"]["method"] for entry in entries].count("POST") == 5

    def test_ndjson(self, serve: Serve, tmp_path: Path) -> None:
        """The events of Schemathesis's engine, one a line; each request of the plan is one."""
        done = live(serve(emulator()), "--report", "ndjson", "--report-dir", str(tmp_path))

        lines = (tmp_path / "checks.ndjson").read_text("utf-8").splitlines()
        names = [next(iter(json.loads(line))) for line in lines]
        assert names[:2] == ["Initialize", "EngineStarted"]
        assert names[-1] == "EngineFinished"
        assert f": {names.count('ScenarioFinished')} requests of the plan" in done.stdout

    def test_a_baseline_accepts_known_failures(self, serve: Serve, tmp_path: Path) -> None:
        """The first run writes it, the next run passes, and a new failure fails."""
        known, both = MUTANTS["context_is_of_prompts"], MUTANTS["error_without_code"]
        baseline = ("--baseline", str(tmp_path / "baseline.json"))

        first = live(serve(known.app()), *baseline)
        second = live(serve(known.app()), *baseline)
        new = live(serve(both.app()), *baseline)

        assert first.returncode == 1
        assert second.returncode == 0, second.stdout
        assert " Broken, and accepted by " in unwrapped(second.stdout)
        assert re.search(r"\. \d+ broken promises accepted by .*baseline\.json\.$", unwrapped(second.stdout))
        assert new.returncode == 1

    def test_github(self, serve: Serve, tmp_path: Path) -> None:
        """An annotation for each finding, and a table in the summary of the job."""
        summary = tmp_path / "summary.md"

        done = live(serve(MUTANTS["names_are_cut"].app()), GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))

        assert "\n::error title=Security Copilot contract::updateSession, written_is_returned: " in done.stdout
        assert re.search(r"\n\| ✗ updateSession \| \d+ requests, \d+ broken \|\n", summary.read_text("utf-8"))
        assert "\n- updateSession, written\\_is\\_returned: A write returns the " in summary.read_text("utf-8")
        assert "**The contract is broken: " in summary.read_text("utf-8")

    def test_a_summary_that_cannot_be_written_changes_nothing(self, serve: Serve, tmp_path: Path) -> None:
        """There is a warning, and the verdict stays."""
        done = live(serve(emulator()), GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(tmp_path))

        assert done.returncode == 0, done.stdout + done.stderr
        assert "::warning title=Security Copilot contract::cannot write the summary: " in done.stdout


class TestConfiguration:
    """Options from a file."""

    def test_a_file_has_the_options(self, serve: Serve, tmp_path: Path) -> None:
        """Options of the command line win. The table for Schemathesis can turn promises off."""
        url = serve(MUTANTS["context_is_of_prompts"].app())
        (tmp_path / "security-copilot-contract.toml").write_text(
            f'url = "{url}"\nprofile = "live"\nseed = 77\nrate = 1000\nmax-requests = 9\n'
            "[schemathesis.checks.context_names_the_resource]\nenabled = false\n"
        )

        done = run("check", "--max-requests", "30", cwd=tmp_path)

        assert done.returncode == 0, done.stdout + done.stderr
        assert "\nprofile live, seed 77\n" in done.stdout

    def test_a_command_prints_the_token(self, serve: Serve) -> None:
        """It runs if there is no token in the environment, and its output is not printed."""
        command = f"{sys.executable} -c \"print('{SECRET}')\""

        done = live(serve(emulator(token=SECRET)), "--token-command", command.replace("\\", "/"), token=None)

        assert done.returncode == 0, done.stdout + done.stderr
        assert SECRET not in done.stdout

    @pytest.mark.parametrize(
        ("command", "message"),
        [
            ("no-such-command", "cannot run the token command 'no-such-command': FileNotFoundError"),
            (f"{Path(sys.executable).as_posix()} -c pass", "printed no token (exit code 0)"),
            (f'{Path(sys.executable).as_posix()} -c "exit(3)"', "printed no token (exit code 3)"),
            ('"', "cannot read the token command: No closing quotation"),
            ("'#'", "cannot run the token command '#': FileNotFoundError"),
            (
                f"no-such-command --password {SECRET}",
                "cannot run the token command 'no-such-command': FileNotFoundError",
            ),
        ],
    )
    def test_a_command_that_gives_none_is_named(self, command: str, message: str, base_url: str) -> None:
        """The message has its exit code, and none of its arguments."""
        done = live(base_url, "--token-command", command, token=None)

        assert_cannot_check(done, message)
        assert SECRET not in done.stderr


class TestCannotCheck:
    """The checks cannot run: one line, exit code 2, no traceback."""

    @pytest.mark.parametrize(
        ("url", "message"),
        [
            ("http://127.0.0.1:1/beta", "no usable response from http://127.0.0.1:1/beta: "),
            ("http://no-such-host.invalid/beta", "no usable response from http://no-such-host.invalid/beta: "),
        ],
    )
    def test_for_a_url(self, url: str, message: str) -> None:
        """The message has the URL, and the problem."""
        assert_cannot_check(run("check", url), message)

    def test_for_a_url_in_a_process(self) -> None:
        """Nothing else is printed."""
        assert_cannot_check(run_process("check", "http://127.0.0.1:1/beta"), "no usable response from")

    @pytest.mark.parametrize("empty", ["", " "])
    @pytest.mark.parametrize("options", [(), ("--plan",), ("--profile", "full")])
    @pytest.mark.parametrize("place", ["command line", "file"])
    def test_for_an_empty_url(
        self, empty: str, options: tuple[str, ...], place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """It comes from a variable that is not set. The built-in emulator is not checked in its place."""
        file = tmp_path / "options.toml"
        file.write_text(f'url = "{empty}"\n')
        given = (empty,) if place == "command line" else ("--config", str(file))

        assert cli.main(["check", *given, *options]) == 2

        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err == (
            "security-copilot-contract: the URL is empty; "
            "give the base URL of a service, or none for the built-in emulator\n"
        )

    def test_for_lack_of_a_token(self) -> None:
        """The message names the variable for the token."""
        done = run("check", "http://127.0.0.1:1/beta", token=None)

        assert_cannot_check(done, "set SECURITY_COPILOT_TOKEN")

    @pytest.mark.parametrize("token", [f"{SECRET}\n", f"{SECRET} x", f"{SECRET}é"])
    def test_for_a_malformed_token(self, base_url: str, token: str) -> None:
        """The message explains the problem, and does not contain the token."""
        done = run("check", base_url, token=token)

        assert_cannot_check(done, "the token has a character that no bearer token has")
        assert SECRET not in done.stderr

    @pytest.mark.parametrize("profile", ["live", "full"])
    def test_for_a_token_that_is_not_accepted(self, base_url: str, profile: str) -> None:
        """The message does not contain the token."""
        done = run("check", base_url, "--profile", profile, token=SECRET)

        assert_cannot_check(done, "does not accept the token: it is wrong, expired")
        assert SECRET not in done.stderr

    def test_for_a_url_without_beta(self, base_url: str) -> None:
        """The message explains what the URL must be."""
        assert_cannot_check(run("check", base_url.removesuffix("/beta")), "the URL must be the base URL")

    def test_for_a_limit_of_zero(self, base_url: str) -> None:
        """Nothing was sent, so nothing was checked."""
        assert_cannot_check(
            run("check", base_url, "--max-requests", "0"), "nothing was sent, because of --max-requests 0"
        )


def assert_cannot_check(done: Done, message: str) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert message in done.stderr
    lines = done.stderr.splitlines()
    assert lines[-1].startswith("security-copilot-contract: ")
    assert len(lines) == 1
