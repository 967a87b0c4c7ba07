"""The JSON Schema of ``forms.toml``, for editors that complete and check the file."""

from __future__ import annotations

from typing import Any

from webapp.forms.definition import FormDefinition

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def forms_schema() -> dict[str, Any]:
    """Return the schema. It has no rules across keys: those are found by ``leadform check`` only."""
    form = FormDefinition.model_json_schema(by_alias=True)
    definitions = form.pop("$defs")
    slug = form["properties"].pop("slug")
    form["required"].remove("slug")
    definitions["FormDefinition"] = form
    forms = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": slug["pattern"], "maxLength": slug["maxLength"]},
        "additionalProperties": {"$ref": "#/$defs/FormDefinition"},
    }
    return {
        "$schema": DIALECT,
        "title": "leadform's forms.toml",
        "type": "object",
        "properties": {"forms": forms},
        "required": ["forms"],
        "additionalProperties": False,
        "$defs": definitions,
    }
