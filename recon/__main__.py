"""Entry point: runs the command line and turns what happened into an exit status."""

import sys


def main() -> None:
    """Run the program."""
    try:
        from recon.cli.app import run
    except ImportError as error:
        # An uncaught exception would exit 1, which means that breaks were found.
        sys.stderr.write(f"recon is not completely installed: {error}\n  hint: install it again\n")
        sys.exit(70)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
