from django.urls import path

from core.journal import views

urlpatterns = [
    path("", views.notification_list, name="notifications"),
    path("lues/", views.notification_read_all, name="notifications_lues"),
    path("<int:pk>/", views.notification_link, name="notification"),
    path("<int:pk>/ouvrir/", views.notification_read, name="notification_ouvrir"),
    path("preferences/", views.preferences, name="preferences"),
]
