"""What the generated client runs on: sending, retries, deadlines, errors, paging.

Hand-written, since none of it depends on the document. Use it through `security_copilot_client`.
"""
