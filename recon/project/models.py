"""The base of every configuration model, and how its validators point at what is wrong."""

from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from recon.project.nodes import Steps
from recon.project.text_tree import TextMapping
from recon.project.typed_text import only_typed_text

FAULTS = "faults"
"""Type of the pydantic error that carries faults."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing a validator found wrong.

    `at` leads from the model to the value at fault, `key` points at the name instead of the value. `code` is a
    kebab-case word of the error catalogue; `message` says what and why, `hint` what to do next.
    """

    message: str
    at: Steps = ()
    hint: str | None = None
    code: str = "invalid-setting"
    key: bool = False


def no_currency(code: str, *at: str | int) -> Fault:
    """That a setting names no currency."""
    return Fault(f"`{code}` is no currency of ISO 4217", at, "write its code, such as NGN")


def refuse(*faults: Fault) -> NoReturn:
    """Refuse the settings under validation; for use inside pydantic validators.

    Raises:
        PydanticCustomError: always; `Document.build` turns each fault into a problem at its own place.
    """
    text = "; ".join(fault.message for fault in faults)
    raise PydanticCustomError(FAULTS, "{text}", {"text": text, "faults": faults})


class ConfigModel(BaseModel):
    """Settings as written in a configuration file: unknown names are refused, values never change afterwards.

    Text becomes booleans, numbers and dates only in the one form each has; see `typed_text`. Give every field a
    description: it is the hover text of editors and the hint of the error when the setting is missing. Say it in the
    field: pydantic would read and parse the module once more for each model that has its descriptions below its fields.
    """

    # A model is built when it first reads something: most stand inside others and are built with these alone.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _note_reader(cls, data: Any) -> Any:  # noqa: ANN401  (whatever stands at this place in the file)
        """Leave word on the mapping that this model read it, so that errors can name the settings it knows."""
        if isinstance(data, TextMapping):
            data.read_as.append(cls)
        return data

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[BaseModel], handler: GetCoreSchemaHandler) -> CoreSchema:
        return only_typed_text(
            handler(source), lambda model: model is not cls and issubclass(model, ConfigModel)
        )
