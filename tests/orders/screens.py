"""Reading the screens of the orders as somebody."""

from django.test import Client
from django.urls import reverse


def signed(hat) -> Client:
    client = Client()
    client.force_login(hat.user)
    return client


def page(client: Client, name: str, *args, **query) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")
