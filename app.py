"""Convscope: draw a digit and look through every layer of the network that reads it."""

import streamlit as st
from starlette.middleware import Middleware

from pages.common import live, visitors

app = st.App(
    "pages/navigation.py",
    routes=live.ROUTES,
    lifespan=live.lifespan,
    middleware=[Middleware(visitors.VisitorCookie)],
)
