"""What runs beside the pages: routes, their limits, and the server's own loop."""
