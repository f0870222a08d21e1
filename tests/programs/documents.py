"""Check that the tests of the document fail if one thing in it is wrong.

    python -m tests.programs.documents

Each mutation of `tests/mutants/documents.py` runs through the tests that compare the document with the documented
exchanges and the facts.
"""

import contextlib
import copy
import gc
import io
import multiprocessing
import os
import sys
import tempfile
from pathlib import Path

import pytest
import yaml

from security_copilot_contract.spec.document import document
from tests import ROOT
from tests.mutants.documents import EQUIVALENT, MUTATIONS

# Those that know the document from nothing but the exchanges and the facts. The first catch most, and take least.
_TESTS = [str(ROOT / "tests" / "spec" / name) for name in ("test_facts.py", "test_exchanges.py", "test_document.py")]


def is_caught(name: str) -> bool:
    """Whether a test fails with this mutation of the document. It needs a process of its own."""
    raw = copy.deepcopy(document().raw)
    {**MUTATIONS, **EQUIVALENT}[name](raw)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mutated.yaml")
        # Without anchors, so that what was one is changed in one place.
        path.write_text(yaml.dump(raw, Dumper=_Plain, sort_keys=False), "utf-8")
        document.cache_clear()
        document.__wrapped__.__defaults__ = (path,)
        # Otherwise the runs, several at a time, remove each other's folders from the one that they share.
        temporary = f"--basetemp={Path(folder, 'pytest')}"
        return any(_pytest("-x", temporary, path) != pytest.ExitCode.OK for path in _TESTS)


class _Plain(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc] # the one in C is optional
    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


def _pytest(*arguments: str) -> int:
    options = ["-n0", "-q", "--assert=plain", "--tb=no", "-p", "no:cacheprovider"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return pytest.main([*options, *arguments])


def _import_all() -> None:
    """Import pytest's plugins and what the tests import, which takes longer than the tests.

    A fork has them already, and imports only the tests themselves again, which read the document while they are
    imported. Where it is not safe to fork, each mutation takes a little longer.
    """
    _pytest("--collect-only", *_TESTS)
    for name in [name for name in sys.modules if name.startswith("tests.spec.test_")]:
        del sys.modules[name]
    # So that no fork searches all this for garbage.
    gc.freeze()


def caught() -> dict[str, bool]:
    """Whether each mutation is caught, including those that change nothing."""
    names = [*MUTATIONS, *EQUIVALENT]
    _import_all()
    method = "fork" if sys.platform == "linux" else "spawn"
    with multiprocessing.get_context(method).Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        return dict(zip(names, pool.map(is_caught, names, chunksize=1), strict=True))


def main() -> int:
    results = caught()
    survivors = [name for name in MUTATIONS if not results[name]]
    alarms = [name for name in EQUIVALENT if results[name]]
    count = len(MUTATIONS) - len(survivors)
    print(f"\nMutations of the document that its tests catch\n\n{count:>4} of {len(MUTATIONS)}", end="")
    print(f"   and {len(EQUIVALENT) - len(alarms)} of {len(EQUIVALENT)} equivalent ones pass")
    if survivors or alarms:
        print(f"\nNot caught: {', '.join(survivors)}\nCaught though equivalent: {', '.join(alarms)}")
    return 1 if survivors or alarms else 0


if __name__ == "__main__":
    sys.exit(main())
