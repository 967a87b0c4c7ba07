"""leadform: the way of an enquiry, in seven steps.

::

    visitor ─▶ 1 page ─▶ 2 form ─▶ 3 service ─▶ 4 outbox ═ commit ═▶ 7 receipt
                                                   │
                                        5 worker ◀─┘ ─▶ 6 platform client ─▶ the platform

Steps 1 to 3 and 7 are in ``web``.

1. ``web/pages/enquire.py`` shows a form; ``web/attribution.py`` notes the campaign.
2. ``web/pages/submit.py`` takes what the visitor sends, and ``web/form/enquiry_form.py`` checks it.
3. ``web/submission.py`` makes an enquiry (``enquiry.py``) of it.
4. ``outbox`` stores the enquiry and its delivery in one transaction.
5. ``delivery`` takes what is due, makes an opportunity of it (``forms/mapping.py``), and decides what the
   platform's answer means.
6. ``platform`` calls the platform.
7. ``web/pages/receipt.py`` shows the visitor the reference and a copy; it never waits for steps 5 and 6.
   ``web/pages/change.py`` lets the visitor change the enquiry, and the change goes the same way.

``forms`` says what a form is, and ``formfile`` reads the forms from ``forms.toml``. ``languages`` has what
depends on a language: messages, dates, numbers.

``commands`` is the command line; ``__main__.py`` starts it for ``python -m webapp``. ``app.py`` wires the web
application together. ``configuration.py`` reads the ``settings`` and the forms; ``faults.py`` describes what
is wrong with them. ``running_configuration.py`` falls back on the last good ones.

gunicorn loads ``wsgi.py``. ``server`` is its worker class, and ``gunicorn.conf.py`` its configuration, which
``gunicorn_master.py`` keeps for new workers. ``child_processes.py`` passes settings on to child processes.

``logs.py`` sets up the log. ``files`` handles files with care, and ``resources.py`` finds templates and
static files. ``sandbox`` is a stand-in for the platform, and shares no code with the rest.
"""

__version__ = "0.1.0"
