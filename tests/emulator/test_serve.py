"""`security-copilot-contract serve`: the emulator as a command."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from security_copilot_contract import cli, health
from security_copilot_contract.emulator import TOKEN, Store, emulator, listen, running, server
from security_copilot_contract.spec.exchange import exchanges

COMMAND = [sys.executable, "-m", "security_copilot_contract", "serve"]
SESSIONS = "security/securityCopilot/workspaces/default/sessions"
EVALUATIONS = (
    f"{SESSIONS}/ecdfb9b3-58f5-457f-a18c-4a477890b252/prompts/76a9b8c6-6656-4ef4-a4c7-7ed07fb93e01/evaluations"
)
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}

signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@pytest.fixture(autouse=True)
def _without_nohup() -> Iterator[None]:
    """Whoever runs the tests may ignore SIGHUP, as nohup does: what they start would ignore it as well."""
    if sys.platform == "win32":
        yield
    else:
        before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
        yield
        signal.signal(signal.SIGHUP, before)


@contextmanager
def serving(
    *arguments: str, lines: int = 3, token: str | None = None, by: Sequence[str] = ()
) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The running command, started `by` another one, and the lines that it prints at the start."""
    environment = {name: value for name, value in os.environ.items() if name != "SECURITY_COPILOT_TOKEN"}
    if token:
        environment["SECURITY_COPILOT_TOKEN"] = token
    command = [*by, *COMMAND, "--port", "0", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment) as process:
        assert process.stdout
        try:
            yield process, [process.stdout.readline() for _ in range(lines)]
        finally:
            process.kill()


def url_in(line: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/beta", line)
    assert found, line
    return found[0]


def stopped(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> str:
    """The output on stderr, after a signal stopped the command with exit code 0."""
    process.send_signal(number)
    output, errors = process.communicate(timeout=10)
    assert (process.returncode, output) == (0, "")
    return errors


def test_says_where_it_listens_and_answers_there() -> None:
    """The URL that it prints works, with the token that it prints."""
    with serving() as (process, lines):
        answer = httpx.get(f"{url_in(lines[0])}/{SESSIONS}", headers=AUTHORIZED)

        assert answer.status_code == 200
        assert f'"Authorization: Bearer {TOKEN}" {url_in(lines[0])}/{SESSIONS}' in lines[1]
        docs = httpx.get(lines[2].removeprefix("Docs: ").strip())
        assert docs.status_code == 200
        port = urlsplit(url_in(lines[0])).port or 0
        assert health.answers(port)
        stopped(process)
        assert not health.answers(port)


@pytest.mark.parametrize("arguments", [[], ["--token", "t0ps3cret"]])
def test_accepts_a_custom_token_without_printing_it(arguments: list[str]) -> None:
    """From the environment or from an option, which takes precedence."""
    with serving(*arguments, token="0ther" if arguments else "t0ps3cret") as (process, lines):
        url = f"{url_in(lines[0])}/{SESSIONS}"

        assert httpx.get(url, headers={"Authorization": "Bearer t0ps3cret"}).status_code == 200
        assert httpx.get(url, headers=AUTHORIZED).status_code == 401
        assert "t0ps3cret" not in "".join(lines)
        if sys.platform != "win32":
            assert "t0ps3cret" not in stopped(process)


def test_options_are_printed_and_applied() -> None:
    """Latency, timing and failures."""
    arguments = [
        "--latency",
        "0.1",
        "--timing",
        "0:0",
        "--fail",
        "504:0.5",
        "--fail",
        "429:0.4999",
        "--fail",
        "400:1e-4",
    ]
    with serving(*arguments, lines=6) as (_, lines):
        url = url_in(lines[0])
        started = time.monotonic()
        statuses = {httpx.get(f"{url}/{SESSIONS}", headers=AUTHORIZED).status_code for _ in range(9)}

        assert time.monotonic() - started > 0.9
        assert statuses <= {504, 429, 400}
        assert lines[3:] == [
            "Latency: 0.1 s\n",
            "Failing: 50% with 504, 49.99% with 429, 0.01% with 400\n",
            "Timing: evaluations are created for 0 s and running for 0 s\n",
        ]


@pytest.mark.parametrize("data", [False, True])
def test_a_seed_gives_the_same_ids_times_and_failures(tmp_path: Path, data: bool) -> None:
    """Also to what a file holds; and the timing is obeyed."""
    path = tmp_path / "data.json"

    def answers() -> list[Any]:
        Store.documented(exchanges()).write(path)
        file = ["--data", str(path)] if data else []
        with serving(*file, "--seed", "7", "--fail", "429:0.5", "--timing", "0:0", lines=6 + data) as (_, lines):
            url = url_in(lines[0])
            with httpx.Client(headers=AUTHORIZED) as client:
                sent = [client.post(f"{url}/{EVALUATIONS}", json={}) for _ in range(8)]
                created = [answer.json() for answer in sent if answer.status_code == 201]
                read = (client.get(f"{url}/{EVALUATIONS}/{created[-1]['id']}") for _ in range(20))
                state = next(answer.json()["state"] for answer in read if answer.status_code == 200)
        assert lines[3 + data] == "Seed: 7; the clock advances 0.5 s per reading\n"
        return [state, [(one["id"], one["createdDateTime"]) for one in created], [a.status_code for a in sent]]

    first = answers()

    assert first == answers()
    assert first[0] == "completed"
    assert set(first[2]) == {201, 429}


@signals
@pytest.mark.parametrize("number", [signal.SIGTERM, getattr(signal, "SIGKILL", None)], ids=["stopped", "killed"])
def test_remembers_in_a_file(tmp_path: Path, number: int) -> None:
    """It keeps documented and created entities; a crash loses at most what was written since the last save."""
    path = tmp_path / "data.json"
    with serving("--data", str(path), "--timing", "0:0", lines=5) as (process, lines), httpx.Client() as client:
        assert lines[3] == f"Data: {path}, new; saved after writes and on exit\n"
        created = client.post(f"{url_in(lines[0])}/{EVALUATIONS}", json={}, headers=AUTHORIZED).json()
        until = time.monotonic() + 10
        while number != signal.SIGTERM and not path.exists():
            assert time.monotonic() < until
            time.sleep(0.02)
        process.send_signal(number)
        assert process.wait(10) == (0 if number == signal.SIGTERM else -number)

    with serving("--data", str(path), lines=4) as (process, lines):
        assert lines[3] == f"Data: {path}, loaded; saved after writes and on exit\n"
        read = httpx.get(f"{url_in(lines[0])}/{EVALUATIONS}/{created['id']}", headers=AUTHORIZED).json()
        stopped(process)
    assert read["state"] == "completed"
    assert read["createdDateTime"] == created["createdDateTime"]


def test_serves_https_behind_a_gateway_and_to_browsers(certificate: tuple[Path, Path]) -> None:
    """The addresses that it prints are https, and the links have the scheme as well."""
    files = ["--tls-cert", str(certificate[0]), "--tls-key", str(certificate[1])]
    arguments = ["--forwarded-allow-ips", "127.0.0.1", "--cors", "http://localhost:3000"]
    context = ssl.create_default_context(cafile=str(certificate[0]))
    with serving(*files, *arguments) as (_, lines), httpx.Client(verify=context, headers=AUTHORIZED) as client:
        url = url_in(lines[0].replace("https", "http")).replace("http", "https")
        here = client.get(f"{url}/{SESSIONS}")
        outside = client.get(f"{url}/{SESSIONS}", headers={"X-Forwarded-Host": "a", "Origin": "http://localhost:3000"})

        assert health.answers(urlsplit(url).port or 0)
        assert f"{url}/{SESSIONS}" in lines[1]
        assert here.json()["@odata.context"].startswith(f"{url}/$metadata#")
        assert outside.json()["@odata.context"].startswith("https://a/beta/$metadata#")
        assert outside.headers["access-control-allow-origin"] == "http://localhost:3000"


def test_a_base_url_is_printed_and_used() -> None:
    """For clients behind a gateway; headers do not count by default."""
    with serving("--base-url", "https://a.example/b/beta", lines=4) as (_, lines):
        assert lines[3] == "Base URL of the clients: https://a.example/b/beta\n"
        answer = httpx.get(
            f"{url_in(lines[0])}/{SESSIONS}", headers={**AUTHORIZED, "X-Forwarded-Host": "b", "Origin": "http://a"}
        )
        assert answer.json()["@odata.context"].startswith("https://a.example/b/beta/$metadata#")
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.usefixtures("starts_not")
def test_a_bad_certificate_is_reported(
    certificate: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing file, no PEM, no key: one line, exit code 2."""
    (cert, key), missing, empty = certificate, tmp_path / "no.pem", tmp_path / "empty.pem"
    empty.write_text("", "utf-8")
    for first, second in [(missing, key), (empty, key), (cert, missing), (cert, None)]:
        arguments = ["--tls-cert", str(first), *([] if second is None else ["--tls-key", str(second)])]
        assert cli.main(["serve", "--port", "0", *arguments]) == 2
        error = capsys.readouterr().err
        assert error.startswith("security-copilot-contract: --tls-cert: cannot use ")
        assert error.endswith(" It needs a certificate and its key, unencrypted, in PEM.\n")
        assert error.count("\n") == 1


@signals
def test_a_failure_to_save_at_the_end_is_reported(tmp_path: Path) -> None:
    """One line, exit code 2."""
    folder = tmp_path / "gone"
    folder.mkdir()
    with serving("--data", str(folder / "data.json"), lines=4) as (process, _):
        shutil.rmtree(folder)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)

    assert process.returncode == 2
    assert errors.startswith(f"security-copilot-contract: cannot save {folder / 'data.json'}: ")
    assert errors.endswith(" Changes since the last save are lost.\n")
    assert errors.count("\n") == 1


@signals
def test_logs_each_request_in_a_line() -> None:
    """Without the token, the values of options, and characters that could start another line."""
    with serving() as (process, lines):
        url = urlsplit(url_in(lines[0]))
        client_request_id = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
        with httpx.Client(base_url=f"http://{url.netloc}", headers=AUTHORIZED) as client:
            answer = client.get(
                f"/beta/{SESSIONS}?$filter=displayName eq 's3cret'&token=s3cret&$top=1&$x%0Ay%20200=1",
                headers={"client-request-id": client_request_id},
            )
            client.post(f"/beta/{SESSIONS}", json={"displayName": "s3cret"})
            client.get("/beta/a%0A2026-01-01T00:00:00Z%1B[31m GET /b")
            client.get("/" + "x" * 5000)
        output = stopped(process).splitlines()

    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    line = rf"{moment} \d{{3}} {{1,7}}\d+\.\d ms [0-9a-f-]{{36}} [A-Z]+ +/\S*"
    assert len(output) == 4
    assert all(re.fullmatch(line, logged) for logged in output)
    # The columns line up.
    assert {logged.index(" /") for logged in output} == {output[0].index(" /")}
    assert re.sub(r" +\S+ ms", " - ms", output[0]).split(" ", 1)[1] == (
        f"400 - ms {answer.headers['request-id']} GET     /beta/{SESSIONS}?$filter&$top&$x%0Ay%20200"
    )
    assert re.search(rf" 201 .* POST    /beta/{SESSIONS}$", output[1])
    assert output[2].endswith(" GET     /beta/a%0A2026-01-01T00:00:00Z%1B%5B31m%20GET%20/b")
    assert len(output[3]) < 400
    assert TOKEN not in "".join(output)
    assert "s3cret" not in "".join(output)


@signals
def test_answers_and_stops_although_nobody_reads_stderr() -> None:
    """More lines than a pipe holds do not block it."""
    with serving() as (process, lines):
        url = url_in(lines[0]).removesuffix("beta")
        with httpx.Client() as client:
            # Some 74,000 characters; a pipe holds 65,536.
            assert {client.get(url + 290 * "x").status_code for _ in range(200)} == {401}
        process.send_signal(signal.SIGTERM)

        assert process.wait(10) == 0


@signals
@pytest.mark.parametrize("signal_name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("impatient", [False, True])
def test_stops_cleanly(signal_name: str, impatient: bool) -> None:
    """Without output, even if the signal is sent repeatedly."""
    number = getattr(signal, signal_name)
    with serving() as (process, _):
        until = time.monotonic() + (10 if impatient else 0)
        while process.poll() is None and time.monotonic() < until:
            process.send_signal(number)
            time.sleep(0.001)
        assert stopped(process, number) == ""


@signals
def test_survives_the_end_of_its_terminal_under_nohup() -> None:
    """nohup ignores SIGHUP."""
    with serving(by=["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"]) as (process, lines):
        process.send_signal(signal.Signals["SIGHUP"])

        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        assert httpx.get(f"{url_in(lines[0])}/{SESSIONS}", headers=AUTHORIZED).status_code == 200
        stopped(process)


@signals
def test_completes_pending_requests_before_it_stops() -> None:
    """At once, for any latency; idle connections do not delay the stop."""
    with serving("--latency", "60", lines=4) as (process, lines), ThreadPoolExecutor() as pool:
        url = url_in(lines[0])
        asked = pool.submit(httpx.get, f"{url}/{SESSIONS}", headers=AUTHORIZED, timeout=30)
        with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port or 0)):
            time.sleep(0.3)

            assert "Z 200 " in stopped(process)
            assert asked.result().status_code == 200


@pytest.mark.parametrize("sent", [b"POST /", b"POST /beta/%s HTTP/1.1\r\n%s\r\n\r\n{"])
def test_closes_unfinished_requests(
    sent: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They do not delay the stop, and are not reported as errors."""
    monkeypatch.setattr(server, "_STOP_SECONDS", 0.2)
    headers = f"Host: a\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 9"
    if b"%s" in sent:
        sent %= (SESSIONS.encode(), headers.encode())
    with running(emulator()) as url:
        unfinished = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port or 0))
        unfinished.sendall(sent)
        time.sleep(0.1)
        started = time.monotonic()
        at_last = threading.Timer(3, unfinished.close)
        at_last.start()

    at_last.cancel()
    unfinished.close()
    assert time.monotonic() - started < 2
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("starts_not")
def test_reports_a_port_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    """One line, exit code 2."""
    with listen("127.0.0.1", 0) as sock:
        port = str(sock.getsockname()[1])

        assert cli.main(["serve", "--port", port]) == 2

    output = capsys.readouterr().err
    assert output.startswith(f"security-copilot-contract: cannot listen on 127.0.0.1:{port}: ")
    assert output.endswith("Try --port 0, or another --host.\n")
    assert output.count("\n") == 1


def test_takes_no_port_from_another_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where this option would do that; elsewhere a port is free at once when the one before has stopped."""
    reused = {}
    for platform in ("win32", "linux"):
        monkeypatch.setattr(sys, "platform", platform)
        with listen("127.0.0.1", 0) as sock:
            reused[platform] = bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR))
    assert reused == {"win32": False, "linux": True}


@pytest.mark.usefixtures("starts_not")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "x"], "argument --port: invalid int value: 'x'"),
        (["--port", "99999"], "cannot listen on 127.0.0.1:99999: bind(): port must be 0-65535. Try --port 0, "),
        (["--host", "no.such.host.invalid"], "cannot listen on no.such.host.invalid:"),
        (
            ["--fail", "42:0.1"],
            "argument --fail: '42:0.1': 42 is not a documented error of every operation; choose from 400, 401, ",
        ),
        (["--fail", "429:2"], "argument --fail: '429:2': the probability of 429 is 2; it must be from 0 to 1"),
        (["--fail", "429"], "argument --fail: '429' is not of the form STATUS:PROBABILITY, such as 429:0.1"),
        (["--fail", "429:a"], "argument --fail: 'a' is not a number"),
        (["--fail", "²:0.1"], "argument --fail: '²:0.1' is not of the form STATUS:PROBABILITY"),
        (["--fail", "429:0.6", "--fail", "503:0.6"], "--fail: the probabilities add up to"),
        (["--fail", "429:0.1", "--fail", "429:0.2"], "--fail names a status twice; give each status one probability"),
        (["--latency", "-1"], "argument --latency: '-1' is not a number of seconds; it must be from 0 to "),
        (["--latency", "nan"], "argument --latency: 'nan' is not a number of seconds"),
        (["--latency", "soon"], "argument --latency: 'soon' is not a number"),
        (["--timing", "1"], "argument --timing: '1' is not of the form CREATED:RUNNING, such as 0.3:1.2"),
        (["--timing", "1:-2"], "argument --timing: '-2' is not a number of seconds"),
        (["--timing", "0:1e12"], "argument --timing: '1e12' is not a number of seconds"),
        (["--base-url", "a.example/beta"], "argument --base-url: 'a.example/beta' is not a base URL, such as https://"),
        (["--base-url", "https://a.example"], "argument --base-url: 'https://a.example' is not a base URL"),
        (["--base-url", "https://a:b/beta"], "argument --base-url: 'https://a:b/beta' is not a base URL"),
        (["--base-url", "https://a.example/beta?a=/beta"], "is not a base URL"),
        (["--forwarded-allow-ips", "a"], "argument --forwarded-allow-ips: 'a' does not appear to be an IPv4 or IPv6"),
        (["--cors", "localhost:3000"], "argument --cors: 'localhost:3000' is not an origin, such as http://localhost"),
        (["--cors", "http://a.example/"], "argument --cors: 'http://a.example/' is not an origin"),
        (["--tls-key", "key.pem"], "--tls-key needs --tls-cert"),
        (["--token", ""], "argument --token: a token must consist of visible ASCII characters"),
        (["--token", "s3cret s3cret"], "argument --token: a token must consist of visible ASCII characters"),
    ],
)
def test_bad_values_are_named(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message lists valid values and no secret; exit code 2."""
    monkeypatch.delenv("SECURITY_COPILOT_TOKEN", raising=False)
    try:
        code: object = cli.main(["serve", "--port", "0", *arguments])
    except SystemExit as exit_:
        code = exit_.code

    errors = capsys.readouterr().err
    assert code == 2
    assert message in errors.splitlines()[-1]
    assert "s3cret" not in errors


@pytest.mark.usefixtures("starts_not")
def test_a_bad_token_in_the_environment_is_not_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names only the variable."""
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", "s3cret\n")

    assert cli.main(["serve", "--port", "0"]) == 2
    assert capsys.readouterr().err == (
        "security-copilot-contract: SECURITY_COPILOT_TOKEN: a token must consist of visible ASCII characters\n"
    )


def test_names_a_missing_extra() -> None:
    """The client alone installs the command, but not what it needs."""
    without = "import sys; sys.modules['uvicorn'] = None; from security_copilot_contract.__main__ import main; main()"

    done = subprocess.run(
        [sys.executable, "-c", without, "serve"], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.stderr == (
        'security-copilot-contract: uvicorn is not installed; run: pip install "security-copilot-client[contract]"\n'
    )
