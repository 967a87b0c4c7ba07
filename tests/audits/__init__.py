"""The heavy checks of the pages, by ``make audit``: axe, the Nu HTML checker, Lighthouse.

``gallery.py`` has every page that a visitor can meet, as the visitor of ``guest.py`` comes to it in the house
that ``house.py`` serves; ``programs.py`` finds what the audits need besides Python. None of it runs with the
other tests: it takes minutes, and wants a machine to itself.
"""
