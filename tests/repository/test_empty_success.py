"""An operation whose success has no body works in every layer.

The API has none. So the tests add one to a copy of the document, `deleteSession`, and to the documented exchanges, and
generate the client of it. All layers are tried in a process that reads this document.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import generate
import pytest

from security_copilot_contract.spec.files import DOCUMENT, EXCHANGES
from tests import ROOT

# Before anything else is imported, since other modules take the paths from there.
USE = """
import sys
from pathlib import Path
from security_copilot_contract.spec import files
files.DOCUMENT, files.EXCHANGES = Path(sys.argv[1], "document.yaml"), Path(sys.argv[1], "exchanges")
from tests.repository import empty_success
for layer in sys.argv[2:]:
    getattr(empty_success, layer)()
"""
LAYERS = ["the_document", "the_client", "the_transport", "the_mock", "the_emulator", "the_plan", "the_report"]
OPERATION = """\
    delete:
      summary: Delete a session
      description: Removes the session and all that is in it.
      operationId: deleteSession
      tags: [sessions]
      security:
        - bearer: []
        - oauth2: [SecurityCopilotWorkspaces.ReadWrite.All]
      responses:
        "204":
          description: The session is gone.
          headers: *tracing
        "400": { $ref: "#/components/responses/BadRequest" }
        "401": { $ref: "#/components/responses/Unauthorized" }
        "404": { $ref: "#/components/responses/NotFound" }
        "405": { $ref: "#/components/responses/MethodNotAllowed" }
        "406": { $ref: "#/components/responses/NotAcceptable" }
        "429": { $ref: "#/components/responses/TooManyRequests" }
        "500": { $ref: "#/components/responses/InternalServerError" }

"""
EXCHANGE = """\
DELETE https://graph.microsoft.com/beta/security/securityCopilot/workspaces/default/sessions/ecdfb9b3-58f5-457f-a18c-4a477890b252

HTTP/1.1 204 No Content

"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The document with the operation, the exchanges with it, and the client of it."""
    text = DOCUMENT.read_text("utf-8")
    update = "    patch:\n"
    assert text.count(update) == 1
    (tmp_path / "document.yaml").write_text(text.replace(update, OPERATION + update), "utf-8")
    shutil.copytree(EXCHANGES, tmp_path / "exchanges")
    (tmp_path / "exchanges" / "delete_session.http").write_text(EXCHANGE, "utf-8")
    generate.generate(tmp_path / "client", tmp_path / "document.yaml")
    return tmp_path


def test_a_success_without_a_body(folder: Path) -> None:
    """In that process, each layer does what empty_success.py says of it."""
    paths = [str(folder / "client"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", USE, str(folder), *LAYERS],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
