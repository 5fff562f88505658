"""What several pages show alike: texts and charts."""
