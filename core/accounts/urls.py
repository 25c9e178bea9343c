"""Organisations, invitations and the person's own page."""

from django.urls import path

from core.accounts.views import company, demo, hats, invitation, me, organisation, region, registration

urlpatterns = [
    path("mon-compte/", me.my_account, name="mon_compte"),
    path("organisation/", organisation.mine, name="organisation"),
    path("organisation/changer/", hats.hat_change, name="hat_change"),
    path("organisation/bienvenue/", hats.no_hat, name="sans_casquette"),
    path("organisation/inscrire/", registration.register, name="organisation_creer"),
    path("organisation/rejoindre/", registration.ask_to_join, name="acces_demander"),
    path("organisation/registre/", company.company_lookup, name="entreprise_recherche"),
    path("organisation/<int:pk>/modifier/", organisation.edit, name="organisation_modifier"),
    path("organisation/<int:pk>/inviter/", organisation.invite, name="invitation_creer"),
    path("organisation/membres/<int:pk>/", organisation.member, name="membre"),
    path("organisation/membres/<int:pk>/retirer/", organisation.member_deactivate, name="membre_desactiver"),
    path("organisation/membres/<int:pk>/remettre/", organisation.member_reactivate, name="membre_reactiver"),
    path("organisation/invitations/<int:pk>/annuler/", organisation.invitation_cancel, name="invitation_annuler"),
    path("organisation/invitations/<int:pk>/renvoyer/", organisation.invitation_resend, name="invitation_renvoyer"),
    path("organisation/demandes/<int:pk>/", organisation.access_answer, name="acces_repondre"),
    path("invitations/envoyee/", invitation.renewed, name="invitation_envoyee"),
    path("invitations/<uuid:token>/", invitation.show, name="invitation"),
    path("invitations/<uuid:token>/accepter/", invitation.accept, name="invitation_accepter"),
    path("invitations/<uuid:token>/renouveler/", invitation.renew, name="invitation_renouveler"),
    path("organisations/", region.organisation_list, name="region_organisations"),
    path("organisations/ouvrir/", region.organisation_open, name="region_organisation_creer"),
    path("organisations/<int:pk>/", region.organisation_detail, name="region_organisation"),
    path("organisations/<int:pk>/etat/", region.organisation_set_active, name="region_organisation_etat"),
    path("demonstration/entrer/", demo.demo_login, name="demo_login"),
    path("courriels/", demo.caught_mail, name="courriels"),
]
