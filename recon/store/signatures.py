"""Signed decisions: an Ed25519 key per person, so that a decision cannot be made by editing files.

The private key is a file of its owner, outside the project; the public key stands in `recon.toml` and, from the day it
was made, in the ledger. What is signed is the kind and the canonical body of a row, which names the row before it: a
signature vouches for everything that had happened until then, and cannot be moved to another place.
"""

import base64
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recon.errors import ControlFailed, Place, Problem, UsageError
from recon.project.workspace import user_file
from recon.store.canonical import canonical
from recon.store.chain import GENESIS, LedgerRow
from recon.store.disk import PRIVATE_FILE, disk_errors, make_private_folder

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_MADE: Final = "people.key"
"""Kind of the ledger's row that says from when a person signs; its body has `name` and `key`."""
VARIABLE: Final = "RECON_KEYS"
_ALGORITHM: Final = "ed25519:"


def key_file(name: str) -> Path:
    """Where a person's private key is kept: `RECON_KEYS`, else `keys/` beside the user's `config.toml`."""
    folder = os.environ.get(VARIABLE)
    return (Path(folder).expanduser() if folder else user_file().parent / "keys") / f"{name}.pem"


def make_key(path: Path) -> str:
    """Make a key pair, write the private one to a file that nobody else can read, and return the public one.

    Raises:
        UsageError: there is a file already, or the library is missing.
        ControlFailed: the file cannot be written.
    """
    _library(path)
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with disk_errors("write the key", path):
        make_private_folder(path.parent)
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
        except FileExistsError:
            hint = "keep it; to replace it, move it away first"
            raise UsageError(Problem("key-exists", "there is a key already", Place(str(path)), hint)) from None
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
    return _public(key)


def public_key(path: Path) -> str:
    """The public key of a private one. Raises as `signature` does."""
    return _public(_private(path))


def signature(path: Path, kind: str, body: Mapping[str, object], expected: str) -> str:
    """The signature of a row that is to be written.

    Args:
        path: the file of the private key.
        kind: the row's kind.
        body: the row's body, still without a signature.
        expected: the public key that the signature has to fit.

    Raises:
        ControlFailed: the key is missing, unreadable, or another.
        UsageError: the library is missing.
    """
    key = _private(path)
    if _public(key) != expected:
        hint = "the newest key under `keys` in recon.toml has to be the one in this file"
        raise ControlFailed(Problem("wrong-key", "this is not the person's key", Place(str(path)), hint))
    return base64.b64encode(key.sign(_message(kind, body))).decode()


def signature_problems(
    rows: Sequence[LedgerRow], keys: Mapping[str, Sequence[str]] | None, shown: str
) -> list[Problem]:
    """What is wrong with the signatures in a ledger: missing where a person has a key, forged, or moved.

    Args:
        rows: the whole ledger, its chain found sound.
        keys: the public keys that the project names for each person; None when only the ledger is at hand.
        shown: the ledger's name in problems.
    """
    made: dict[str, list[str]] = {}
    hashes, seen, problems = {GENESIS}, set[str](), list[Problem]()
    for row in rows:
        body = row.body
        if row.kind == KEY_MADE:
            made.setdefault(str(body["name"]), []).append(str(body["key"]))
            if keys is not None and body["key"] not in keys.get(str(body["name"]), ()):
                what = f"row {row.seq}: the key of {body['name']} is not among those in recon.toml"
                problems.append(_problem("key-unknown", what, shown, row))
        name = str(body.get("by", ""))
        if name in made:
            problems += _row_problems(row, made[name], hashes, seen, shown)
        hashes.add(row.hash)
    for name, listed in (keys or {}).items():
        unknown = [key for key in listed if key not in made.get(name, ())]
        if unknown:
            what = f"a key of {name} in recon.toml is not in the ledger: {unknown[0]}"
            problems.append(Problem("key-unknown", what, Place(shown), "`recon people keygen` enters a key"))
    return problems


def _row_problems(
    row: LedgerRow, keys: Sequence[str], hashes: set[str], seen: set[str], shown: str
) -> Iterator[Problem]:
    body = row.body
    given = str(body.pop("signature", ""))
    if not given:
        what = f"row {row.seq} ({row.kind}) is said to be by {body['by']} and is not signed"
        yield _problem("signature", what, shown, row)
    elif given in seen or body.get("after") not in hashes:
        what = f"row {row.seq} ({row.kind}): its signature was made for another place in the ledger"
        yield _problem("signature", what, shown, row)
    elif not any(_fits(key, given, _message(row.kind, body)) for key in keys):
        what = f"row {row.seq} ({row.kind}) is said to be by {body['by']}, whose signature it is not"
        yield _problem("signature", what, shown, row)
    seen.add(given)


def _problem(code: str, what: str, shown: str, row: LedgerRow) -> Problem:
    hint = "do not rely on this decision; ask the person, and restore the ledger from a backup"
    return Problem(code, what, Place(shown, row.seq), hint)


def _message(kind: str, body: Mapping[str, object]) -> bytes:
    return canonical({"kind": kind, "body": body}).encode("utf-8", "surrogateescape")


def _fits(key: str, given: str, message: bytes) -> bool:
    _library(None)
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.removeprefix(_ALGORITHM)))
        public.verify(base64.b64decode(given), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(path: Path) -> "Ed25519PrivateKey":
    _library(path)
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    hint = f"name its folder by {VARIABLE}, or decide as yourself, without `--by`"
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        why = f"the key to sign with cannot be read: {error.strerror}"
        raise ControlFailed(Problem("no-key", why, Place(str(path)), hint)) from error
    except (ValueError, TypeError) as error:
        why = "the file holds no key to sign with"
        raise ControlFailed(Problem("no-key", why, Place(str(path)), hint)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ControlFailed(Problem("no-key", "the key is no Ed25519 key", Place(str(path)), hint))
    return key


def _public(key: "Ed25519PrivateKey") -> str:
    return _ALGORITHM + base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _library(path: Path | None) -> None:
    try:
        import cryptography  # noqa: F401  (an extra: whether it is there is the question)
    except ImportError as error:
        place = Place(str(path)) if path else None
        hint = "install the extra: `pip install 'recon[signing]'`"
        raise UsageError(
            Problem("no-signing", "signatures need a library that is missing", place, hint)
        ) from error
