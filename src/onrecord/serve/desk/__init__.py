"""The desk: a ledger read, searched and corrected in the browser, and an API for everything.

``app.create_app`` puts it together. Its parts are skins: what a statement is, which are found, and what a correction
may be is decided by the ledger. Blocking work (the ledger, templates) is done in plain ``def`` routes, which run in
threads; articles are read by a process of their own (``working``, ``worker``).
"""
