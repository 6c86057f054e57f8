"""`python -m runner` is `takehome`."""

from runner.cli import main

if __name__ == "__main__":
    main()
