"""The heavy checks of the pages, by ``make audit``: axe, the Nu HTML checker, Lighthouse.

``server.py`` serves every page, ``visitor.py`` is a visitor with a browser, and ``gallery.py`` opens each
page as that visitor would. ``programs.py`` finds what audits need besides Python. The audits do not run
with the other tests: they take minutes, and need a machine to themselves.
"""
