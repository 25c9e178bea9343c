"""« Mon compte »."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.accounts.access import person_of
from core.accounts.forms.people import ProfileForm


@sensitive_post_parameters("phone")
@require_http_methods(["GET", "HEAD", "POST"])
def my_account(request: HttpRequest) -> HttpResponse:
    """The person's name and phone, his hats, and the way to his password, address and preferences."""
    person = person_of(request)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "C’est enregistré.")
        return redirect("mon_compte")
    person.refresh_from_db()  # an unsaved name must not show in the header
    return render(request, "accounts/my_account.html", {"form": form}, status=422 if form.errors else 200)
