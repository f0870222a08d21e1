"""`python -m security_copilot_contract` is `security-copilot-contract`."""

import sys

from security_copilot_contract.cli import main

sys.exit(main())
