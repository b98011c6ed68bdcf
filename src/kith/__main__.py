"""`python -m kith` is the same as the command `kith`."""

from kith.cli.main import main

if __name__ == "__main__":
    main()
