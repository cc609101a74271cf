"""The project on disk: `recon.toml`, YAML with positions, JSON Schema export, workspace paths."""
