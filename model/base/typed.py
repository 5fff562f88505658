"""Whether what was read from a file has the types that its class declares."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def check_types(instance: Any) -> None:
    """Raise TypeError where a field of a dataclass holds another type than it declares.

    Types inside of tuples and mappings are not looked at; an int is a float, but a bool no int.
    """
    hints = _hints(type(instance))  # type: ignore[arg-type]
    for field in fields(instance):
        value = getattr(instance, field.name)
        if not _is_of(value, hints[field.name]):
            raise TypeError(f"{field.name} = {value!r:.80}")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _is_of(value: Any, hint: Any) -> bool:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return any(_is_of(value, each) for each in get_args(hint))
    if hint is Any:
        return True
    if isinstance(value, bool):
        return hint is bool
    if hint is float:
        return isinstance(value, float | int)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return isinstance(value, Mapping)
    return isinstance(value, origin or hint)
