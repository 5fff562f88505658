"""Convscope: draw a digit and look through every layer of the network that reads it."""

import model  # noqa: F401, I001  first: on an unsupported Python it ends here, with a sentence

import sys

import streamlit as st
from starlette.middleware import Middleware

from pages.server import opening, routes
from pages.server.capacity import Capacity, room_for
from pages.server.compression import StaticCompression
from pages.server.entrance import Entrance, access_code
from pages.server.front_page import FirstPage, FrontPage
from pages.server.lifespan import lifespan
from pages.server.protection import Protection, named_hosts
from pages.visitor import cookie


def first_page() -> FirstPage:
    """Return what the first page's HTML holds."""
    # Later than this script: what says the words registers components with the running server.
    from pages.drawing import first_page

    return first_page


opening.settle(sys.argv)
app = st.App(
    "pages/navigation.py",
    routes=routes.ROUTES,
    lifespan=lifespan,
    middleware=[
        Middleware(Protection, named_hosts()),
        Middleware(Entrance, access_code()),
        Middleware(Capacity, room_for()),
        Middleware(cookie.VisitorCookie),
        Middleware(
            FrontPage,
            st.get_option("client.allowedOrigins"),
            st.get_option("server.baseUrlPath"),
            first_page,
        ),
        Middleware(StaticCompression),
    ],
)
