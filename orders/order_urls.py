"""Addresses of the orders, under /commandes/."""

from django.urls import URLPattern, path, re_path

from orders.views import avenants, commandes, hours, preparing

urlpatterns: list[URLPattern] = [
    path("", commandes.order_list, name="commande_liste"),
    path("<int:pk>/", commandes.order_detail, name="commande_detail"),
    path("export.<str:fmt>", commandes.order_export, name="commande_export"),
    path("<int:pk>/modifier/", preparing.order_revise, name="commande_modifier"),
    path("<int:pk>/abandonner/", preparing.order_abandon, name="commande_abandonner"),
    path("<int:pk>/emettre/", preparing.order_issue, name="commande_emettre"),
    path("<int:pk>/prix/", preparing.order_price, name="commande_prix"),
    path("<int:pk>/accuser/", commandes.order_acknowledge, name="commande_accuser"),
    path("<int:pk>/solder/", preparing.order_close, name="commande_solder"),
    path("<int:pk>/pdf/", commandes.order_file, name="commande_fichier"),
    path("<int:pk>/avenant/", avenants.avenant_edit, name="avenant"),
    path("<int:pk>/avenant/preparer/", avenants.avenant_open, name="avenant_ouvrir"),
    path("<int:pk>/avenant/operations/<int:operation>/", avenants.operation_drop, name="avenant_operation_retirer"),
    re_path(
        r"^(?P<pk>[0-9]{1,18})/avenant/composantes/(?P<side>source|cible)/$",
        avenants.composante_search,
        name="avenant_composantes",
    ),
    path("<int:pk>/avenant/abandonner/", avenants.avenant_abandon, name="avenant_abandonner"),
    path("<int:pk>/avenant/emettre/", avenants.avenant_issue, name="avenant_emettre"),
    path("<int:pk>/avenants/<int:rank>/accuser/", avenants.avenant_acknowledge, name="avenant_accuser"),
    path("<int:pk>/avenants/<int:rank>/pdf/", commandes.avenant_file, name="avenant_fichier"),
    path("composantes/<int:pk>/", commandes.composante_detail, name="composante_detail"),
    path("composantes/<int:pk>/heures/", hours.hours_state, name="composante_heures"),
    path("composantes/<int:pk>/completer/", hours.composante_complete, name="composante_completer"),
    path("releves/", hours.statement_list, name="releve_liste"),
    path("releves/<int:pk>/accepter/", hours.statement_accept, name="releve_accepter"),
    path("releves/<int:pk>/renvoyer/", hours.statement_send_back, name="releve_renvoyer"),
]
