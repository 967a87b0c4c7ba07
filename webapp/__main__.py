"""``python -m webapp`` is the same as ``leadform``."""

from webapp.commands import main

if __name__ == "__main__":
    main()
