"""Brings in a network from elsewhere: a `.keras` file is inspected, rebuilt and published."""
