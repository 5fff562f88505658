"""An HTML page that stands for itself: it needs neither Streamlit nor other files of the server."""

from html import escape

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from pages.visitor import language

_PAGE = """<!doctype html>
<html lang="{tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">{refresh}
<title>{title} · Convscope</title>
<style>
:root {{ color-scheme: light dark; }}
body {{
  box-sizing: border-box; min-height: 100dvh; max-width: 34rem; margin: 0 auto; padding: 2rem;
  display: grid; place-content: center;
  font: 1.05rem/1.6 "Source Sans", system-ui, sans-serif;
  color: light-dark(#12213c, #eceff6); background: light-dark(#fbfaf7, #0e1626);
}}
main {{ display: grid; gap: 0.75rem; }}
h1 {{ margin: 0; font-size: 1.75rem; font-weight: 650; line-height: 1.2; }}
p {{ margin: 0; }}
form {{ display: flex; flex-wrap: wrap; gap: 0.5rem; }}
label {{ flex-basis: 100%; }}
input, button {{
  font: inherit; color: inherit; padding: 0.4rem 0.75rem; border-radius: 8px;
  border: 1px solid light-dark(#8d8674, #7385ad); background: light-dark(#fff, #18233a);
}}
input {{ flex: 1 1 10rem; min-width: 0; }}
button {{
  font-weight: 600; cursor: pointer; border-color: transparent;
  color: light-dark(#fff, #0e1626); background: light-dark(#9a5b00, #ffc247);
}}
</style>
</head>
<body><main><h1>{title}</h1>{body}</main></body>
</html>
"""
_HEADERS = {
    "cache-control": "no-store",
    "vary": "accept-language",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'self'"
    ),
}


def language_of(asked: HTTPConnection) -> str:
    """Return the language of whoever asks for a page: the link's, else the browser's."""
    return language.asked_for(
        asked.query_params.get(language.PARAMETER), asked.headers.get("accept-language", "")
    )


def plain_page(spoken: str, title: str, body: str, status: int, *, again: int = 0) -> HTMLResponse:
    """Return a page in a language; the `title` is text, the `body` HTML.

    It loads itself again after `again` seconds.
    """
    refresh = f'\n<meta http-equiv="refresh" content="{again}">' if again else ""
    tag = language.tag_of(spoken)
    page = _PAGE.format(tag=tag, refresh=refresh, title=escape(title), body=body)
    headers = _HEADERS | ({"retry-after": str(again)} if again else {})
    return HTMLResponse(page, status, headers=headers)
