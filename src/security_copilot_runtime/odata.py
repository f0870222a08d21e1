"""Literals of OData, for `filter_`."""


def odata_string(text: str) -> str:
    """The text as a string literal of OData: in quotes, with each quote in it doubled.

    TypeError if it is no string. The rule is SQUOTE-in-string of OData's ABNF
    (https://docs.oasis-open.org/odata/odata/v4.01/os/abnf/odata-abnf-construction-rules.txt). The client encodes the
    literal for the URL.
    """
    if not isinstance(text, str):
        raise TypeError(f"odata_string takes a string, not {type(text).__name__}")
    return "'" + text.replace("'", "''") + "'"


# The module that users import it from.
odata_string.__module__ = "security_copilot_client"
