"""Evidence packs: a closed period in one folder that proves itself on any machine, without the project."""

PACK_FILE = "pack.json"
LEDGER_FILE = "ledger.jsonl"
DECISIONS_FILE = "decisions.csv"
SUMS_FILE = "SHA256SUMS"
README_FILE = "README.txt"
RUNS, ENTRIES = "runs", "entries"
