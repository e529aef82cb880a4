"""Where static files are kept: under names that change with their content, compressed once."""

from __future__ import annotations

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with gzip alone.

    Brotli at its best setting takes a quarter of a minute over plotly.js, at every start of the demonstration, and
    saves a sixth of what gzip leaves; a proxy in front can compress better.
    """

    def create_compressor(self, **kwargs: Any) -> Compressor:
        return Compressor(use_brotli=False, **kwargs)
