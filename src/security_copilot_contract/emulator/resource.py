"""The resources of the API, as data.

The same code builds paths, query options, bodies and responses of all resources from these descriptions.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from attrs import define, field, frozen

from security_copilot_contract.emulator.clock import NEVER

Entity = Mapping[str, Any]

UNKNOWN = "unknownFutureValue"

_TYPES = "#microsoft.graph.security.securityCopilot."


@frozen(eq=False)
class Property:
    """A property of a resource.

    `default` is its initial value, `kind` its type in JSON. `members` are those of an enumeration; `inner` has the
    properties of an object, or of the objects in a list, if there are enumerations among them. `operators` are those
    that $filter supports: "eq", "contains". A property may be null if it is `nullable` or null initially; a `nullable`
    list may have items that are null. A `writable` property may be written, a `required` one must be on create;
    `accepts` lists the only texts that may be written.
    """

    default: Any = None
    kind: type = str
    members: tuple[str, ...] = ()
    inner: "Mapping[str, Property]" = field(factory=dict)
    operators: tuple[str, ...] = ()
    nullable: bool = False
    writable: bool = False
    required: bool = False
    accepts: tuple[str, ...] = ()

    def known(self, value: Any) -> Any:
        """The value, with `unknownFutureValue` in place of undocumented members."""
        if isinstance(value, list):
            return [self.known(item) for item in value]
        if isinstance(value, Mapping):
            return {n: self.inner[n].known(v) if n in self.inner else v for n, v in value.items()}
        return value if value is None or not self.members or value in self.members else UNKNOWN


# cached_property needs a __dict__.
@define(eq=False, frozen=True, slots=False)
class Resource:
    """A kind of entity.

    `aliases` maps keys to the keys that they stand for. `options` are the query options of the list. `slash`: the
    documentation shows the path of the list with a trailing slash, so both forms are accepted.
    """

    name: str
    properties: Mapping[str, Property]
    parent: "Resource | None" = None
    key: str = "id"
    aliases: Mapping[str, str] = field(factory=dict)
    options: tuple[str, ...] = ("$count", "$filter", "$select", "$top", "$skiptoken")
    slash: bool = False

    @cached_property
    def collection(self) -> str:
        """The name of its collection in a path."""
        return f"{self.name}s"

    @cached_property
    def parameter(self) -> str:
        """The name of its key in a path template."""
        return f"{self.name}Id"

    @cached_property
    def template(self) -> str:
        """The path template of its collection."""
        above = f"{self.parent.template}/{{{self.parent.parameter}}}/" if self.parent else ""
        return above + self.collection

    @cached_property
    def context(self) -> str:
        """The same in the form of an OData context URL."""
        above = f"{self.parent.context}('{{{self.parent.parameter}}}')/" if self.parent else ""
        return above + self.collection

    @cached_property
    def odata_type(self) -> str:
        """Its @odata.type."""
        return _TYPES + self.name

    @cached_property
    def writable(self) -> Mapping[str, Property]:
        """The properties that a client may write."""
        return {name: p for name, p in self.properties.items() if p.writable}

    @cached_property
    def defaults(self) -> Entity:
        """The initial values of all properties."""
        return {name: p.default for name, p in self.properties.items()}

    def canonical(self, key: str) -> str:
        """The canonical form of a key."""
        return self.aliases.get(key, key).lower()

    def known(self, entity: Entity) -> Entity:
        """The entity as sent to a client that did not ask for undocumented members."""
        return {**entity, **{name: p.known(entity[name]) for name, p in self.evolvable.items()}}

    @cached_property
    def evolvable(self) -> Mapping[str, Property]:
        """The properties that may have undocumented members."""
        return {name: p for name, p in self.properties.items() if p.members or p.inner}


_ID = {"id": Property()}
_TIMES = {"createdDateTime": Property(NEVER), "lastModifiedDateTime": Property(NEVER)}
_EQ = ("eq",)

_PREVIEW_STATES = ("ga", "public", "private", UNKNOWN)
_AUTH_TYPES = (
    *("none", "basic", "aPIKey", "oAuthAuthorizationCodeFlow", "oAuthClientCredentialsFlow", "aad", "serviceHttp"),
    *("aadDelegated", "oAuthPasswordGrantFlow"),
    UNKNOWN,
)
_CATEGORIES = ("hidden", "microsoft", "microsoftConnectors", "other", "web", "testing", "plugin", UNKNOWN)
_CATALOG_SCOPES = ("none", "user", "workspace", "tenant", "global", "geoGlobal", "userWorkspace", UNKNOWN)
_SETTING_TYPES = ("string", "bool", "array", "enum", "secretString", UNKNOWN)
_DISPLAY_TYPES = ("none", "textbox", "checkbox", "dropdown", UNKNOWN)
_PROMPT_TYPES = ("unknown", "context", "prompt", "skill", "feedback", UNKNOWN)
_STATES = ("unknown", "created", "running", "completed", "cancelled", "pending", "deferred", "waitingForInput", UNKNOWN)
_RESULT_TYPES = (
    *("unknown", "success", "error", "needAdditionalClaims", "rejected", "timedOut", "capacityExceeded"),
    UNKNOWN,
)

WORKSPACE = Resource(
    "workspace",
    {"id": Property(operators=_EQ), "displayName": Property("", operators=_EQ, nullable=True)},
    # The documented URLs say `default`; the documented list of workspaces shows this id.
    aliases={"default": "17aafe23-ab95-3b37-9546-56dec5ac0218"},
    options=("$count", "$filter", "$select", "$skiptoken"),
)
PLUGIN = Resource(
    "plugin",
    {
        "name": Property(operators=("eq", "contains")),
        "displayName": Property("", operators=_EQ, nullable=True),
        "description": Property("", nullable=True),
        "category": Property("plugin", members=_CATEGORIES),
        "catalogScope": Property("workspace", members=_CATALOG_SCOPES),
        "previewState": Property("ga", members=_PREVIEW_STATES),
        "isEnabled": Property(default=True, kind=bool, operators=_EQ),
        "authorization": Property(kind=dict, inner={"authType": Property(members=_AUTH_TYPES)}),
        "settings": Property(
            [],
            list,
            inner={"settingValue": Property(members=_SETTING_TYPES), "displayType": Property(members=_DISPLAY_TYPES)},
        ),
    },
    parent=WORKSPACE,
    key="name",
)
SESSION = Resource(
    "session",
    {**_ID, **_TIMES, "displayName": Property(operators=_EQ, writable=True, required=True)},
    parent=WORKSPACE,
)
PROMPT = Resource(
    "prompt",
    {
        "id": Property(operators=_EQ),
        # No other type works today.
        "type": Property("prompt", members=_PROMPT_TYPES, operators=_EQ, writable=True, accepts=("prompt",)),
        **_TIMES,
        "skillName": Property(operators=_EQ),
        # Documented as required for an evaluation, and it cannot be added later.
        "content": Property("", operators=_EQ, nullable=True, writable=True, required=True),
        "inputs": Property({"keyValuePairs": []}, dict, nullable=True),
        "skillInputDescriptors": Property([], list, nullable=True),
    },
    parent=SESSION,
)
EVALUATION = Resource(
    "evaluation",
    {
        "id": Property(operators=_EQ),
        "createdDateTime": Property(NEVER),
        "runStartDateTime": Property(NEVER),
        "completedDateTime": Property(NEVER),
        "lastModifiedDateTime": Property(NEVER),
        "state": Property("created", members=_STATES, operators=_EQ),
        "executionCount": Property(0, int),
        "isCancelled": Property(default=False, kind=bool, operators=_EQ),
        "result": Property(
            None,
            dict,
            inner={"type": Property(members=_RESULT_TYPES), "previewState": Property(members=_PREVIEW_STATES)},
        ),
    },
    parent=PROMPT,
    slash=True,
)

RESOURCES = {resource.collection: resource for resource in (WORKSPACE, PLUGIN, SESSION, PROMPT, EVALUATION)}


def canonical(path: str) -> str:
    """A path with all its keys in canonical form."""
    parts = path.split("/")
    for n in range(1, len(parts), 2):
        parts[n] = RESOURCES[parts[n - 1]].canonical(parts[n])
    return "/".join(parts)
