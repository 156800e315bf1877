"""Values -> HTML, each through the one way that escapes text."""
