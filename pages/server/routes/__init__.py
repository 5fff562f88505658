"""The routes beside the pages, by what they are about.

They show what is there and keep nothing of what arrives, except how often an address asked, and
the drawing or the file that a page leaves for its session.
"""

from starlette.routing import Mount, Route

from assets import components
from pages.server.routes import drawings, files, moved, networks, operator, runs, static

ROUTES = [
    Route("/layers", moved.to_front, methods=["GET"]),
    Route("/live/counters", operator.counters, methods=["GET"]),
    Route("/live/networks/{network_id}/{version}", networks.describe, methods=["GET"]),
    Route("/live/runs/{run_id}", runs.run, methods=["GET"]),
    Route("/live/runs/{run_id}/snapshots/{number}/{version}", runs.snapshot, methods=["GET"]),
    Route("/live/drawings/{address}", drawings.keep, methods=["POST"]),
    Route("/live/files/{address}", files.keep, methods=["POST"]),
    Route("/live/samples/{version}", static.sample_sheet, methods=["GET"]),
    Mount("/live/components", static.ComponentModules(directory=components.FOLDER)),
]
