"""Demonstration only: sign in with one click, and read the messages that would have been sent."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from core.accounts.caught_mail import caught_messages
from core.accounts.demo import demo_account
from core.accounts.models import User


@login_not_required
@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demonstration's people (`compte`: employeur, organisme, …)."""
    account = demo_account(request.POST.get("compte", "")) if settings.DEMO else None
    user = User.objects.filter(email=account.email, is_active=True).first() if account else None
    if user is None:
        raise Http404
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = settings.LOGIN_REDIRECT_URL
    return redirect(target)


@login_not_required
@require_GET
def caught_mail(request: HttpRequest) -> HttpResponse:
    """The messages that the demonstration kept instead of sending them, newest first."""
    if not settings.DEMO:
        raise Http404
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    return render(request, "accounts/caught_mail.html", {"mails": caught_messages(Path(folder)) if folder else []})
