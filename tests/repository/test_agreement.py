"""The document's validator, the emulator, the mock and the client's parser agree on generated messages."""

import os
import re
import subprocess
import sys
from collections import Counter
from itertools import chain, repeat
from typing import cast

import pytest
from attrs import evolve

from security_copilot_contract.emulator import body
from security_copilot_contract.spec.document import document
from tests import ROOT
from tests.programs.agree.compare import DIRECTIONS, Direction, Tally, compare, lacking
from tests.programs.agree.verdict import Verdict


def test_all_parties_say_the_same() -> None:
    """Of messages as documented, and with one thing changed; but for the rules, each of which is needed.

    `make nightly` compares far more.
    """
    # In a process of its own: Hypothesis draws from the constants of all modules that are loaded.
    run = subprocess.run(
        [sys.executable, "-m", "tests.programs.agree", "1200", "1"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    last = re.fullmatch(r"1,([0-9]{3}) messages, seed 1: 0 disagreements, .*", run.stdout.splitlines()[-1])
    assert last is not None
    assert int(last[1]) >= 500


def test_a_disagreement_is_shrunk_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the message, and what each party says of it."""

    async def unseen(_: object) -> None:
        pass

    monkeypatch.setattr(body, "absent", unseen)

    (shown,) = compare("requests", "listWorkspaces", 30, seed_=1).disagreements

    assert (
        shown
        == """listWorkspaces, body or none:

GET https://graph.microsoft.com/beta/security/securityCopilot/workspaces

b'{}'

  document refuses: body: expected none, got 2 bytes
  emulator takes
  mock refuses: the request of listWorkspaces breaks the document (GET /beta/security/securityCopilot/workspaces):
  body: expected none, got 2 bytes
  client abstains
"""
    )


def test_a_disagreement_that_comes_and_goes_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A party that keeps something of one message for the next is wrong as well."""
    direction = DIRECTIONS["requests"]
    verdicts = chain([Verdict("client", "refuses")], repeat(Verdict("client", "abstains")))
    parties = {**direction.parties, "client": lambda _: next(verdicts)}
    monkeypatch.setitem(cast("dict[str, Direction]", DIRECTIONS), "requests", evolve(direction, parties=parties))

    (shown,) = compare("requests", "listWorkspaces", 30, seed_=1).disagreements

    assert shown.endswith("  client refuses\n")


@pytest.mark.parametrize("name", DIRECTIONS)
def test_what_does_not_occur_is_missed(name: str) -> None:
    """Each rule, each change, and that something is refused."""
    direction = DIRECTIONS[name]
    rules, changes = direction.rules, direction.changes(document().operation("getSession"))

    missed = list(lacking(name, {"getSession": Tally(taken=Counter(changes[1:]), rules=Counter([rules[0].name]))}))

    assert missed == [
        *(f"{name}: nothing needs the rule {rule.name!r}" for rule in rules[1:]),
        f"{name} to getSession: none has {changes[0]!r} changed",
        f"{name} to getSession: only 0 are refused",
    ]
