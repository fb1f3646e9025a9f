"""The version of On Record, apart from the package's own module, so that every part may ask for it."""

__version__ = "0.3.0.dev0"
