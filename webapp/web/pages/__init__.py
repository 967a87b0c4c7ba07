"""The pages: a route and what it shows, one module each.

``enquire.py`` makes an enquiry, ``change.py`` changes one, and ``submit.py`` is what both do when a form is
sent; ``form_page.py`` is what they show. ``receipt.py`` is the receipt, and ``errors.py`` the pages for when
something goes wrong. ``theme_assets.py`` serves logos and themes, and ``health.py`` the health check.
"""
