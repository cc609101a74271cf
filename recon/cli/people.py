"""`recon people`: who works on the project, what each may do, and the keys that decisions are signed with."""

from dataclasses import replace

import typer

from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import READS, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, print_listing
from recon.cli.terminal.options import ByOption

app = typer.Typer(help="Who works on the project, what each may do, and their keys.")


@app.command("list", epilog=epilog("recon people list", "recon people list --format json"))
def list_people(context: typer.Context, form: FormatOption = None, output: OutputOption = None) -> None:
    """List people, one line for each act that one of their roles lets them do or approve, with its limits."""
    from recon.store.people import users_of

    settings = terminal(context).project().settings
    rows: list[tuple[object, ...]] = []
    for name, person in settings.people.items():
        who = (name, person.title, list(users_of(name, person)))
        signs = "yes" if person.keys else "no"
        rows += [
            (*who, role, signs, act, act in one.prepares, act in one.approves, _limits(one.limits.get(act)))
            for role in person.roles
            for one in [settings.roles[role]]
            for act in dict.fromkeys((*one.prepares, *one.approves))
        ] or [(*who, "", signs, "", False, False, "")]
    columns = ("person", "title", "users", "role", "signs", "act", "prepares", "approves", "limits")
    print_listing(columns, rows, form, output)
    if not rows:
        terminal(context).say("recon.toml names nobody: every user of the machine may do everything")


@app.command("whoami", epilog=epilog("recon people whoami", statuses=READS))
def whoami(
    context: typer.Context, by: ByOption = None, form: FormatOption = None, output: OutputOption = None
) -> None:
    """Say who decides when you do: the person that the user of this machine stands for."""
    person = terminal(context).person(by)
    row = (person.name, person.user, list(person.roles or ()), person.key or "")
    print_listing(("person", "user", "roles", "key"), [row], form, output)


@app.command(epilog=epilog("recon people keygen", statuses=READS))
def keygen(context: typer.Context, by: ByOption = None) -> None:
    """Make your key: from then on your decisions are signed, and one that is not is found by `recon runs verify`.

    The private key is written beside your own settings, outside the project, or into the folder that RECON_KEYS names.
    The public key is entered in the ledger and printed; it belongs under `keys` in recon.toml.
    """
    from recon.store.acts import record
    from recon.store.signatures import KEY_MADE, key_file, make_key, public_key

    told = terminal(context)
    person, store = told.person(by), told.store()
    path = key_file(person.name)
    entered = {str(row.body["key"]) for row in store.ledger.rows(KEY_MADE)}
    key = public_key(path) if path.exists() and public_key(path) not in entered else make_key(path)
    signer = replace(person, key=key)
    record(store.ledger, signer, lambda: [(KEY_MADE, {"name": person.name, "key": key})])
    print(key)  # noqa: T201  (data)
    told.say(f"the private key is in {path}: keep a copy where nobody else can read it")
    told.say(f'next: add `keys = ["{key}"]` under `[people.{person.name}]` in recon.toml')


def _limits(limits: object) -> str:
    """The limits of an act in words; nothing where there is none."""
    if not isinstance(limits, dict):
        return ""
    return ", ".join(f"{amount} {currency}" for currency, amount in sorted(limits.items()))
