"""The statuses with which an intermediary may respond in place of the service.

A gateway or proxy between client and service may answer with its own page, its own JSON or no body at all, and nobody
can see from the response which of the two has sent it. Azure API Management, for one, sends a 429 in application/json
that is no OData error. So a response with such a status is never validated, whatever its headers and body are: neither
the transport nor the mock nor the check can accuse the service wrongly. Transport and check keep it as a remark.

408 and 502 are not in the document, since Microsoft Graph does not document them.
"""

from collections.abc import Mapping

from attrs import frozen


@frozen
class Intermediary:
    """Who may answer with a status in place of the service, why, and the section of the RFC that permits it."""

    sender: str
    reason: str
    source: str


# No section requires a body. 429 and 503 suggest one that explains the condition, in any format.
INTERMEDIARIES: Mapping[int, Intermediary] = {
    408: Intermediary("a proxy or server", "the request did not arrive in time", "RFC 9110, section 15.5.9"),
    429: Intermediary("a gateway that limits rates", "too many requests in a given time", "RFC 6585, section 4"),
    502: Intermediary("a gateway or proxy", "an invalid response from the service", "RFC 9110, section 15.6.3"),
    503: Intermediary("a gateway or server", "overloaded or down for maintenance", "RFC 9110, section 15.6.4"),
    504: Intermediary("a gateway or proxy", "no timely response from the service", "RFC 9110, section 15.6.5"),
}
