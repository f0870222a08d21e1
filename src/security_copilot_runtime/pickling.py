"""Which settings of a client can be pickled."""

from typing import Any


def checked(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments; TypeError with the name of the first that cannot be pickled."""
    for name, value in arguments.items():
        if isinstance(value, dict):
            for key, item in value.items():
                _check(f"{name}[{key!r}]", item)
        else:
            _check(name, value)
    return arguments


def _check(name: str, value: object) -> None:
    import pickle  # noqa: PLC0415 - most programs pickle no client

    try:
        pickle.dumps(value)
    except Exception as error:
        # The message does not contain the value: it may be a secret.
        raise TypeError(
            f"{name} cannot be pickled ({type(value).__name__}), so the client cannot be pickled: pass something that"
            " can be, such as a function of a module, or make the client in the other process"
        ) from error
