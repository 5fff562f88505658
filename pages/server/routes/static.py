"""The modules of the components, as files."""

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from assets import components

KEPT = "public, max-age=31536000, immutable"


class ComponentModules(StaticFiles):
    """The components' modules, and nothing else of their folders, under `VERSION/path.mjs`."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one `.mjs` file, to be kept for good where it is asked for by today's version.

        A page that was opened before a new version came gets the modules of today.
        """
        asked, _, module = path.partition("/")
        if not module.endswith(".mjs"):
            raise HTTPException(404)
        response = await super().get_response(module, scope)
        known = asked == components.version()
        response.headers["cache-control"] = KEPT if known else "no-cache"
        return response
