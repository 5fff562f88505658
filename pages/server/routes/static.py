"""What changes only with the app: the modules of the components, and the picture of the samples."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from assets import components
from pages import services

KEPT = "public, max-age=31536000, immutable"


def sample_sheet(request: Request) -> Response:
    """Answer with the samples as one picture, to be kept for good by the address of today."""
    known = request.url.path.endswith(services.sample_sheet_address())
    headers = {"cache-control": KEPT if known else "no-cache"}
    return Response(services.sample_sheet(), media_type="image/png", headers=headers)


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
