"""What to do about a 403: the permissions that asking needs."""

from security_copilot_runtime.errors import PermissionDeniedError

# From the permissions reference of Microsoft Graph and its permission data: ReadWrite.All permits no GET.
NEEDED = (
    "to ask and poll, the token needs both SecurityCopilotWorkspaces.Read.All and SecurityCopilotWorkspaces.ReadWrite."
    "All, which does not include reading. As delegated permissions they reach only what the signed-in user owns, who "
    "needs at least the role Security Copilot Contributor; as application permissions they need the consent of an "
    "administrator, and are hidden in consent pages"
)


def explain(error: PermissionDeniedError) -> None:
    """Add the needed permissions to the message."""
    if NEEDED not in str(error):
        error.args = (f"{error}; {NEEDED}",)
