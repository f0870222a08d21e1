"""The runtime of the generated client: sending, retries, deadlines, errors, paging, the clock.

Written by hand: nothing in it depends on the document or on the generated client. Use it through
`security_copilot_client`.
"""

__version__ = "0.1.0"
