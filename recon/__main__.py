"""Entry point: runs the command line and turns what happened into an exit status."""

import sys


def main() -> None:
    """Run the program."""
    from recon.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
