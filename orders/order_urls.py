"""Addresses of the orders, under /commandes/."""

from django.urls import URLPattern, path

from orders.views import commandes

urlpatterns: list[URLPattern] = [
    path("", commandes.order_list, name="commande_liste"),
    path("<int:pk>/", commandes.order_detail, name="commande_detail"),
    path("<int:pk>/emettre/", commandes.order_issue, name="commande_emettre"),
    path("<int:pk>/accuser/", commandes.order_acknowledge, name="commande_accuser"),
    path("<int:pk>/solder/", commandes.order_close, name="commande_solder"),
    path("<int:pk>/pdf/", commandes.order_file, name="commande_fichier"),
    path("<int:pk>/avenants/<int:rank>/pdf/", commandes.avenant_file, name="avenant_fichier"),
    path("composantes/<int:pk>/", commandes.composante_detail, name="composante_detail"),
]
