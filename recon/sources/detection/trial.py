"""A draft put to the test: read by the program as any profile, from the text that a person would correct."""

from pathlib import Path

from recon.errors import ConfigError
from recon.project.located import ConfigFile, Document
from recon.project.nodes import Mapping, Mark
from recon.project.yaml_text import compose
from recon.sources.profiles.profile import LoadedProfile, model_of


def loaded(text: str, reader: str, shown: str) -> LoadedProfile:
    """The profile that a draft is.

    Raises:
        ConfigError: the draft says something that no profile may say.
    """
    root, complaints = compose(text)
    document = Document(Path(shown), ConfigFile.of(shown, text.encode()), root or Mapping({}, Mark(1, 1)))
    if complaints:
        raise ConfigError(*(document.complaint(one) for one in complaints))
    return LoadedProfile(document.build(model_of(reader)), document)
