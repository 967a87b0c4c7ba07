"""leadform: the way of an enquiry, in seven steps.

::

    visitor ─▶ 1 page ─▶ 2 form ─▶ 3 service ─▶ 4 outbox ═ commit ═▶ 7 receipt
                                                   │
                                        5 worker ◀─┘ ─▶ 6 platform client ─▶ the platform

1. ``web/pages/enquire.py`` shows the form that ``formfile`` read from ``forms.toml`` (``forms`` says what one
   may hold); ``web/attribution.py`` notes the campaign that the visitor came from.
2. ``web/pages/submit.py`` takes what is sent by it, and ``web/form/enquiry_form.py`` checks what was typed.
3. ``web/submission.py`` makes it an enquiry (``enquiry.py``).
4. ``outbox`` stores the enquiry and its delivery in one transaction.
5. ``delivery`` takes what is due, makes the opportunity of it (``forms/mapping.py``) and decides what an
   answer means for it.
6. ``platform`` speaks to the platform: the opportunity's shape, the signature, the call, the refusals.
7. ``web/pages/receipt.py`` shows the visitor the reference and a copy; it never waits for 5 and 6.
   ``web/pages/change.py`` lets the enquiry be changed, which goes the same way again.

``app.py`` and ``commands`` put the parts together; ``configuration.py`` reads the environment
(``settings``) and the forms, once; ``running_configuration.py`` goes on with the last good ones, and
``faults.py`` is what is wrong with either.
``server`` is how gunicorn serves the forms, as ``gunicorn.conf.py`` says; ``gunicorn_master.py`` is what its
master hands to its processes. ``resources.py`` finds templates and static files, installed or in a checkout.
``languages`` says what visitors read, in the language of each.
``sandbox`` is a stand-in for the platform, for demonstrations and tests, and shares no code with the rest.
"""

__version__ = "0.1.0"
