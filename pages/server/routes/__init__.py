"""The routes beside the pages, by what they are about.

Stateless and read-only: of what arrives here nothing is kept, except how often a visitor asked.
"""

from starlette.routing import Mount, Route

from assets import components
from pages.server.routes import networks, runs, static

ROUTES = [
    Route("/live/networks/{network_id}/{version}", networks.describe, methods=["GET"]),
    Route("/live/runs/{run_id}", runs.run, methods=["GET"]),
    Route("/live/runs/{run_id}/snapshots/{number}/{version}", runs.snapshot, methods=["GET"]),
    Mount("/live/components", static.ComponentModules(directory=components.FOLDER)),
]
