"""``leadform forms show``: what a form asks, and the request that a sample enquiry would make."""

from __future__ import annotations

import json

import click

from webapp.commands.runtime import configuration
from webapp.forms.definition import FieldRule, FormDefinition
from webapp.forms.mapping import build_opportunity
from webapp.forms.question import Question
from webapp.forms.samples import likely_sample


@click.command("show")
@click.argument("slug")
@click.option("--payload", is_flag=True, help="The exact request that a sample enquiry would make, as JSON.")
def show_form(*, slug: str, payload: bool) -> None:
    """Show what a form asks and where each answer goes."""
    settings, forms = configuration()
    form = forms.get(slug)
    if form is None:
        raise click.ClickException(f"There is no form {slug!r}; there are {', '.join(forms)}")
    if payload:
        request = build_opportunity(likely_sample(form), form, settings.public_url).as_json()
        click.echo(json.dumps(request, ensure_ascii=False, indent=2))
        return
    click.echo(f"{form.title}\n{settings.public_url or ''}/f/{slug}\n")
    for line in _list_fields(form):
        click.echo(f"  {line}")
    constants = form.opportunity.as_json()
    click.echo(f"\nSent with every opportunity: {json.dumps(constants, ensure_ascii=False)}")


def _list_fields(form: FormDefinition) -> list[str]:
    fields = [f"{name} (required)" for name in ("first_name", "last_name", "email")]
    fields += [
        f"{name} ({rule.value})"
        for name, rule in form.fields
        if rule is not FieldRule.HIDDEN and name != "message"
    ]
    fields += [_describe_question(question) for question in form.asked]
    if form.fields.message is not FieldRule.HIDDEN:
        fields.append(f"message ({form.fields.message.value})")
    return [*fields, *(["consent (required)"] if form.consent else [])]


def _describe_question(question: Question) -> str:
    rule = "required" if question.required else "optional"
    asked = f", only if {dict(question.show_when)}" if question.show_when else ""
    return f"{question.name} ({question.kind}, {rule}{asked}) -> {question.to or 'description'}"
