"""Addresses of what lists do not do: rights of roles, accounts, moves of people and units."""

from django.urls import path

from yunchou.org.views import accounts, moves, rights, tokens

app_name = "org"
urlpatterns = [
    path("rights/", rights.rights, name="rights"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:token_id>/end/", tokens.end, name="end-token"),
    path("users/new/", accounts.new, name="new-account"),
    path("users/<int:user_id>/account/", accounts.account, name="account"),
    path("people/<int:person_id>/move/", moves.move, name="move"),
    path("units/<int:unit_id>/place/", moves.place, name="place"),
]
