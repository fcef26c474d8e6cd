"""The model of the partners file. A generated server has the module itself here."""

from __future__ import annotations

from cynod_spec.configuration.partners_file import PartnersFile, PartnerTable

__all__ = ["PartnerTable", "PartnersFile"]
