"""Notices: how a night ended, told by webhook and mail to whom `[notify]` in `recon.toml` names, and to nobody else."""
