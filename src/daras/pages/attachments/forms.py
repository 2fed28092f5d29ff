"""A file, and what it is."""

from __future__ import annotations

from django import forms

from daras.pages.discussion.forms import short_text


class Attach(forms.Form):
    """One file. What kind it is, is read from its bytes."""

    file = forms.FileField(
        label="File",
        help_text="A PDF, a picture, a recording, or an Office document without macros; 20 megabytes at the most.",
        allow_empty_file=True,
        error_messages={
            "required": "Choose a file of 20 megabytes at the most.",
            "invalid": "Choose a file of 20 megabytes at the most.",
        },
    )
    about = short_text("What is it?", hint="In a few words, for whoever looks for it.")
