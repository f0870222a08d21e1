"""What the command line and the file of options take, and one line for everything else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract import cli

Serve = Callable[[ASGIApp], str]

FORMATS = "expected some of junit, html, har, ndjson, json, got"
NATURAL = "expected a whole number, 0 or more, got"
RATE = "expected a number of requests per second, 0.01 or more, got"
NO_URL = "is no base URL; expected something like http://127.0.0.1:8000/beta"
# Arguments after `check`, and what the line says. A lone `URL` is the base URL of a service.
BAD_ARGUMENTS: list[tuple[str, str]] = [
    ("--bogus", "unrecognized arguments: --bogus"),
    ("URL another", "unrecognized arguments: another"),
    ("URL --seed", "argument --seed: expected one argument"),
    ("URL --seed x", f'argument --seed: {NATURAL} "x"'),
    ("URL --seed -1", f"argument --seed: {NATURAL} -1"),
    ("URL --seed 1.5", f'argument --seed: {NATURAL} "1.5"'),
    ("URL --max-requests many", f'argument --max-requests: {NATURAL} "many"'),
    ("URL --max-requests -1", f"argument --max-requests: {NATURAL} -1"),
    ("URL --max-requests 1e3", f'argument --max-requests: {NATURAL} "1e3"'),
    ("URL --max-writes -1", f"argument --max-writes: {NATURAL} -1"),
    ("URL --max-writes=", f'argument --max-writes: {NATURAL} ""'),
    ("URL --evaluations one", f'argument --evaluations: {NATURAL} "one"'),
    ("URL --evaluations -2", f"argument --evaluations: {NATURAL} -2"),
    ("URL --rate 0", f"argument --rate: {RATE} 0.0"),
    ("URL --rate -5", f"argument --rate: {RATE} -5.0"),
    ("URL --rate fast", f'argument --rate: {RATE} "fast"'),
    ("URL --rate nan", f"argument --rate: {RATE} NaN"),
    ("URL --rate inf", f"argument --rate: {RATE} Infinity"),
    ("URL --rate 1e-300", f"argument --rate: {RATE} 1e-300"),
    ("URL --profile fast", 'argument --profile: expected one of read, live, full, got "fast"'),
    ("URL --profile=", 'argument --profile: expected one of read, live, full, got ""'),
    ("URL --profile LIVE", 'argument --profile: expected one of read, live, full, got "LIVE"'),
    ("URL --report nope", f'argument --report: {FORMATS} ["nope"]'),
    ("URL --report junit,nope", f'argument --report: {FORMATS} ["junit", "nope"]'),
    ("URL --report vcr", f'argument --report: {FORMATS} ["vcr"]'),
    ("URL --report ,", f"argument --report: {FORMATS} []"),
    ("URL --report=", f"argument --report: {FORMATS} []"),
    ("URL --report-dir=", 'argument --report-dir: expected text that is not empty, got ""'),
    ("URL --report junit --report-dir FILE", "--report-dir: cannot write to FILE; choose a writable folder"),
    ("URL --report junit --report-dir FILE/in", "--report-dir: cannot write to FILE/in; choose a writable folder"),
    ("URL --report junit --report-dir FILE/in/it", "--report-dir: cannot write to FILE/in/it; choose a writable"),
    ("URL --baseline=", 'argument --baseline: expected text that is not empty, got ""'),
    ("URL --baseline FOLDER", "--baseline: FOLDER is no baseline: "),
    ("URL --baseline FILE", "--baseline: FILE is no baseline: Expecting value"),
    ("URL --baseline FILE/in", "--baseline: "),
    ("URL --baseline LIST", "--baseline: LIST is no baseline: Expected a JSON object"),
    ("URL --baseline VERSION", "--baseline: VERSION is no baseline: Unsupported baseline format version 99"),
    ("URL --baseline ENTRIES", "--baseline: ENTRIES is no baseline: Expected `entries` to be a list"),
    ("URL --baseline ENTRY", "--baseline: ENTRY is no baseline: Entry {} is missing string fields"),
    ("URL --baseline BYTES", "--baseline: BYTES is no baseline: "),
    ("URL --update-baseline", "--update-baseline needs --baseline FILE"),
    ("URL --update-baseline=yes", "argument --update-baseline: ignored explicit argument 'yes'"),
    ("URL --token-command=", 'argument --token-command: expected text that is not empty, got ""'),
    ("URL --config nowhere.toml", "nowhere.toml: "),
    ("URL --config FOLDER", "FOLDER: "),
    ("URL --config BYTES", "BYTES: "),
    ("URL --config=", ": "),
    ("URL --header X-Key", "--header: expected the form 'Name: value'"),
    ("URL --header Xé:a", "--header: expected the form 'Name: value'"),
    ("URL --header :a", "--header: expected the form 'Name: value'"),
    ("URL --header X:", "--header: the value of X is empty, or has characters that no header has"),
    ("URL --header X:☕", "--header: the value of X is empty, or has characters that no header has"),
    ("URL --header X:$NO_SUCH_VARIABLE", "--header: the value of X is $NO_SUCH_VARIABLE, but this variable is not set"),
    ("URL --header X:@nowhere", "--header: cannot read nowhere: FileNotFoundError"),
    ("URL --header X:@BYTES", "--header: cannot read BYTES: UnicodeDecodeError"),
    ("URL --header Authorization:a", "--header: Authorization is set by the command itself"),
    ("URL --client-cert nowhere", "--client-cert: cannot load a certificate and its key from nowhere: No such file"),
    ("URL --client-cert FILE", "--client-cert: cannot load a certificate and its key from FILE: "),
    ("URL --client-cert FOLDER", "--client-cert: cannot load a certificate and its key from FOLDER: "),
    ("localhost:8000", NO_URL),
    ("127.0.0.1", NO_URL),
    ("ftp://127.0.0.1/beta", NO_URL),
    ("file:///etc", NO_URL),
    ("http://", NO_URL),
    ("http:///beta", NO_URL),
    ("http://127.0.0.1:eight/beta", NO_URL),
    ("http://127.0.0.1:99999/beta", NO_URL),
    ("http://127.0.0.1:-1/beta", NO_URL),
    ("http://[::1/beta", NO_URL),
    ("http://127.0.0.1/beta?key=secret", NO_URL),
    ("http://127.0.0.1/beta#secret", NO_URL),
    ("http://user:secret@127.0.0.1/beta", "the URL contains a user name or password; remove them"),
    ("http://secret@127.0.0.1/beta", "the URL contains a user name or password; remove them"),
    (f"http://{'a' * 64}.example/beta", NO_URL),
    ("http://a..example/beta", NO_URL),
    ("https://graph.microsoft.com/beta --profile full", "add --allow-live-service"),
    ("https://GRAPH.microsoft.com./beta --profile full", "add --allow-live-service"),
    ("https://canary.graph.microsoft.com/beta --profile full", "add --allow-live-service"),
]
# The text of a file, and what the line says.
BAD_FILES: list[tuple[str, str]] = [
    ("profil = 'live'", "unknown option 'profil'; valid are url, profile, seed,"),
    ("plan = true", "unknown option 'plan'"),
    ("profile = 'fast'", 'profile: expected one of read, live, full, got "fast"'),
    ("profile = 1", "profile: expected one of read, live, full, got 1"),
    ("profile = ['live']", 'profile: expected one of read, live, full, got ["live"]'),
    ("max-requests = 'many'", f'max-requests: {NATURAL} "many"'),
    ("max-requests = -1", f"max-requests: {NATURAL} -1"),
    ("max-requests = true", f"max-requests: {NATURAL} true"),
    ("max-writes = 1.0", f"max-writes: {NATURAL} 1.0"),
    ("seed = 1979-05-27", f"seed: {NATURAL}"),
    ("evaluations = []", f"evaluations: {NATURAL} []"),
    ("rate = 0", f"rate: {RATE} 0"),
    ("rate = nan", f"rate: {RATE} NaN"),
    ("rate = '5'", f'rate: {RATE} "5"'),
    ("report = 'nope'", f'report: {FORMATS} ["nope"]'),
    ("report = ['junit', 1]", f'report: {FORMATS} ["junit", 1]'),
    ("report = []", f"report: {FORMATS} []"),
    ("report = {}", f"report: {FORMATS} {{}}"),
    ("report-dir = ' '", "report-dir: expected text that is not empty"),
    ("baseline = 1", "baseline: expected text that is not empty, got 1"),
    ("update-baseline = true", "--update-baseline needs --baseline FILE"),
    ("update-baseline = 'yes'", "update-baseline: expected true or false"),
    ("allow-live-service = 1", "allow-live-service: expected true or false, got 1"),
    ("token-command = ['a']", "token-command: expected text that is not empty"),
    ("header = 1", "header: expected texts such as 'Name: value', got 1"),
    ("header = ['X']", "--header: expected the form 'Name: value'"),
    ("url = 1", "url: expected text, got 1"),
    ("url = ", "Invalid value"),
    ("url", "options.toml: "),
    ("schemathesis = 1", "schemathesis: expected a table, got 1"),
    ("[schemathesis]\nworker = 2", "the configuration of Schemathesis: "),
    ("[schemathesis]\nworkers = 'many'", "the configuration of Schemathesis: "),
    ("[schemathesis.checks.no_such_check]\nenabled = false", "there is no check no_such_check"),
    ("[schemathesis.reports.vcr]\nenabled = true", "reports are written by --report only"),
    ("[schemathesis.checks]\ncontext_names_the_resource = 1", "the configuration of Schemathesis: "),
]
FILES = {
    "FILE": b"",
    "LIST": b"[]",
    "VERSION": b'{"format_version": 99, "entries": []}',
    "ENTRIES": b'{"format_version": 1, "entries": 1}',
    "ENTRY": b'{"format_version": 1, "entries": [{}]}',
    "BYTES": b"\xff\xfe",
}


class Silent:
    """A service that must get no request."""

    def __init__(self) -> None:
        self.requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        self.requests += 1
        await send({"type": "http.response.start", "status": 500})
        await send({"type": "http.response.body"})


@pytest.fixture
def line(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Run `check` with wrong arguments; the line that it prints, without its end and the name of the command."""
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", "secret-token")
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        Path(name).write_bytes(content)
    Path("FOLDER").mkdir()
    files = sorted(tmp_path.rglob("*"))

    def run(*arguments: str) -> str:
        service = Silent()
        url = serve(service)
        try:
            code = cli.main(["check", *(url if argument == "URL" else argument for argument in arguments)])
        except SystemExit as exit_:
            code = int(str(exit_.code))
        printed = capsys.readouterr()
        (only,) = printed.err.splitlines()
        assert (code, printed.out, service.requests) == (2, "", 0)
        assert sorted(tmp_path.rglob("*")) == files
        assert not {"secret", "Traceback", "_is_", "_Kind"} & set(only.replace(":", " ").replace("@", " ").split())
        assert "secret-token" not in only
        return only

    return run


@pytest.mark.parametrize(("arguments", "message"), BAD_ARGUMENTS)
def test_bad_arguments_are_refused_in_one_line(arguments: str, message: str, line: Callable[..., str]) -> None:
    """Before anything is sent or written."""
    assert message in line(*arguments.split())


@pytest.mark.parametrize(("arguments", "message"), [case for case in BAD_ARGUMENTS if "URL" in case[0]][::8])
def test_the_plan_refuses_the_same(arguments: str, message: str, line: Callable[..., str]) -> None:
    """What `--plan` takes, a check takes as well."""
    assert message in line(*arguments.split(), "--plan")


@pytest.mark.parametrize(("text", "message"), BAD_FILES)
def test_bad_files_are_refused_in_one_line(
    text: str, message: str, line: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Likewise; the line names the file, or the option in it."""
    path = tmp_path_factory.mktemp("config") / "options.toml"
    path.write_text(text, "utf-8")

    assert message in line("URL", "--config", str(path))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ("--seed 5 --max-requests 9 --max-writes 0", "seed = 5\nmax-requests = 9\nmax-writes = 0"),
        ("--report junit,html --rate 2", "report = 'junit, html'\nrate = 2"),
        ("--report junit --rate 2.5", "report = ['junit']\nrate = 2.5"),
        ("--profile live --evaluations 1", "profile = 'live'\nevaluations = 1"),
        ("--update-baseline --baseline b.json", "update-baseline = true\nbaseline = 'b.json'"),
        ("--profile full --allow-live-service", "profile = 'full'\nallow-live-service = true"),
    ],
)
def test_a_file_takes_what_the_command_line_takes(
    options: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the plan is the same."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "options.toml"
    file.write_text(f"{text}\n" if "seed" in text else f"seed = 1\n{text}\n", "utf-8")
    url = "https://graph.microsoft.com/beta"
    seed = () if "--seed" in options else ("--seed", "1")

    assert cli.main(["check", url, "--plan", *options.split(), *seed]) == 0
    typed = capsys.readouterr().out
    assert cli.main(["check", url, "--plan", "--config", str(file)]) == 0
    assert capsys.readouterr().out == typed


@pytest.mark.parametrize("command", ["ask", "check", "contradictions", "doctor", "document", "promises", "serve"])
def test_help_has_examples_that_parse(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command has some, and they are of that command."""
    with pytest.raises(SystemExit, match="0"):
        cli.main([command, "--help"])

    _, _, examples = capsys.readouterr().out.partition("examples:\n")
    assert examples.splitlines()
    for example in examples.splitlines():
        assert example.startswith(f"  security-copilot-contract {command}")


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """That of the distribution."""
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])

    assert capsys.readouterr().out.split()[0] == "security-copilot-contract"
