"""Containers: gzip, zip and tar as the files that they hold, read where they lie and never unpacked to disk.

A file inside is addressed as `archive.zip!member.csv`, in an archive within an archive as
`archive.zip!inner.zip!member.csv`; a gzip file is its own content and adds nothing to the address.
"""

from recon.sources.containers.address import address_of, shown_inside
from recon.sources.containers.opening import content, is_container, members

__all__ = ["address_of", "content", "is_container", "members", "shown_inside"]
