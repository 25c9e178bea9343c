"""Organisations, invitations and the person's own page."""

from django.urls import path

from core.accounts.views import demo, hats, me

urlpatterns = [
    path("mon-compte/", me.my_account, name="mon_compte"),
    path("organisation/changer/", hats.hat_change, name="hat_change"),
    path("organisation/bienvenue/", hats.no_hat, name="sans_casquette"),
    path("demonstration/entrer/", demo.demo_login, name="demo_login"),
    path("courriels/", demo.caught_mail, name="courriels"),
]
