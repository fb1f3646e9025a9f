"""Skins over the record: the command line, the terminal view, the page. No rule of the domain lives here."""
