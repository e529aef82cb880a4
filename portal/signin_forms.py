"""allauth's forms as the portal draws them: nothing stands inside a field, and no link between two fields."""

from __future__ import annotations

from typing import Any

from allauth.account import forms

LABELS = {"oldpassword": "Current password", "password1": "New password", "password2": "New password again"}


class Plain:
    """Labels stand above their fields, so no placeholder repeats them; the way to a new password stands below."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        for name in LABELS.keys() & self.fields.keys():
            self.fields[name].label = LABELS[name]
        for name in {"password", "oldpassword"} & self.fields.keys():
            self.fields[name].help_text = ""


class SignInForm(Plain, forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "User name or e-mail address"
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["login"].error_messages["required"] = "Enter your user name or e-mail address."
        self.fields["password"].error_messages["required"] = "Enter your password."


class ForgottenPasswordForm(Plain, forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"
        self.fields["email"].error_messages["required"] = "Enter the e-mail address of your account."


class NewPasswordForm(Plain, forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(Plain, forms.ChangePasswordForm):
    pass


class SetPasswordForm(Plain, forms.SetPasswordForm):
    pass


class ConfirmForm(Plain, forms.ReauthenticateForm):
    pass
