"""A small registry for tests, written as people would write it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from recon.partners.registry.registry import Registry

DAY = date(2026, 10, 15)
SOUND: Mapping[str, str] = {
    "partners": "partner,kind,name,region\nAG-1,agent,Adaeze Stores,Lagos\nAG-2,agent,Bode Kiosk,Lagos\n"
    "AGG-1,aggregator,Palm Services,Lagos\n",
    "statuses": "partner,status,reason,from,until\nAG-1,onboarding,,2026-01-01,2026-01-31\nAG-1,active,,2026-02-01,\n"
    "AG-2,active,,,\nAGG-1,active,,,\n",
    "people": "person,role,name,until\nSC-1,coordinator,Ada,2026-11-09\nRM-1,regional_manager,Bisi,\n",
    "hierarchy": "who,above,from,until\nAG-1,AGG-1,,\nAG-2,AGG-1,,\nAGG-1,SC-1,,\nSC-1,RM-1,,\n",
    "owners": "partner,owner,from,until\nAG-1,SC-1,,\nAG-2,SC-1,,\nAGG-1,RM-1,,\n",
    "entities": "entity,name,shared\nPE-1,Adaeze,no\nPE-2,Bode,no\nPE-3,Palm,no\n",
    "accounts": "entity,currency,scheme,account,bank\nPE-1,NGN,nuban,0000014579,011\n"
    "PE-2,EUR,iban,DE89370400440532013000,\nPE-3,USD,aba,12345,021000021\n",
    "payees": "partner,programme,entity\nAG-1,,PE-1\nAG-2,,PE-2\nAGG-1,,PE-3\n",
    "holdings": "partner,what,thing,from,until\nAG-1,terminal,T-1,,\nAG-2,terminal,T-2,,\n",
    "documents": "partner,document,number,from,until\nAG-1,id_card,X1,2024-01-01,2026-11-01\n"
    "AG-2,id_card,X2,2024-01-01,2026-10-01\n",
}


def laid_out(folder: Path, **changed: str | None) -> Path:
    """The tables as files, some of them others, or none."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**SOUND, **changed}.items():
        if text is not None:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def registry(folder: Path, **changed: str | None) -> Registry:
    """The registry of these tables."""
    return Registry.read(laid_out(folder, **changed), lambda path: path.name)
