"""``python -m weihai_kg`` is ``weihai-kg``."""

from weihai_kg.cli import main

if __name__ == "__main__":
    main()
