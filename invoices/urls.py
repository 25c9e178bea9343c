"""Addresses of the month's end, under /factures/."""

from django.urls import URLPattern, path, re_path

from invoices.views import billing, deposits, exports, invoices, month_end, payment, sheets, tables

MONTH = r"(?P<month>20[0-9]{2}-(?:0[1-9]|1[0-2]))"

urlpatterns: list[URLPattern] = [
    path("", invoices.invoice_list, name="facture_liste"),
    path("export.<str:fmt>", invoices.invoice_export, name="facture_export"),
    path("finances.csv", exports.finance_export, name="facture_finances"),
    path("<int:pk>/", invoices.invoice_detail, name="facture_detail"),
    path("<int:pk>/pdf/", invoices.invoice_file, name="facture_fichier"),
    path("<int:pk>/avoir/", invoices.invoice_credit, name="facture_avoir"),
    path("<int:pk>/statut/", invoices.invoice_status, name="facture_statut"),
    path("<int:pk>/statut/<int:line>/corriger/", invoices.status_correct, name="facture_statut_corriger"),
    path("<int:pk>/deposer/", deposits.send, name="facture_deposer"),
    path("<int:pk>/chorus/", deposits.look, name="facture_chorus"),
    path("<int:pk>/a-la-main/", deposits.by_hand, name="facture_a_la_main"),
    path("<int:pk>/rendre/", deposits.hand_back, name="facture_rendre"),
    path("<int:pk>/suspendre/", payment.suspend, name="facture_suspendre"),
    path("<int:pk>/reprendre/", payment.resume, name="facture_reprendre"),
    path("<int:pk>/pieces/<int:sheet>/", sheets.sheet_file, name="facture_piece"),
    path("<int:pk>/ensemble/", sheets.bundle_file, name="facture_ensemble"),
    path("chorus-pro/", deposits.exchange, name="chorus_echanges"),
    path("depots/", deposits.mandate, name="facturation_mandat"),
    path("informations/", billing.profile, name="facturation_profil"),
    path("reglages/", billing.payer, name="facturation_reglages"),
    re_path(rf"^mois/{MONTH}/$", month_end.month_end, name="fin_de_mois"),
    re_path(rf"^mois/{MONTH}/export\.(?P<fmt>[a-z0-9]+)$", month_end.month_export, name="fin_de_mois_export"),
    re_path(rf"^mois/{MONTH}/facturer/$", month_end.month_invoice, name="fin_de_mois_facturer"),
    re_path(rf"^mois/{MONTH}/(?P<pk>[0-9]{{1,18}})/relancer/$", month_end.month_nudge, name="fin_de_mois_relancer"),
    path("lots/<int:pk>/", month_end.month_batch_page, name="factures_du_mois"),
    re_path(rf"^service-fait/(?P<pk>[0-9]{{1,18}})/{MONTH}/$", tables.table, name="service_fait"),
    re_path(rf"^service-fait/(?P<pk>[0-9]{{1,18}})/{MONTH}/ouvrir/$", tables.open_month, name="service_fait_ouvrir"),
    re_path(rf"^service-fait/(?P<pk>[0-9]{{1,18}})/{MONTH}/accorder/$", tables.agree, name="service_fait_accorder"),
    re_path(rf"^service-fait/(?P<pk>[0-9]{{1,18}})/{MONTH}/facturer/$", tables.issue, name="service_fait_facturer"),
    path("lignes/<int:pk>/contester/", tables.dispute, name="ligne_contester"),
    path("lignes/<int:pk>/expliquer/", tables.comment, name="ligne_expliquer"),
]
