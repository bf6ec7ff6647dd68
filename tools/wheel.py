"""Puts the built site into the wheel: Hatchling calls it, and only `build.py package` says where that site is."""

from __future__ import annotations

import os
from typing import Any, Final

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SITE: Final = "MOS_SIM_SITE"
"""The variable that names the folder; without it the wheel holds no site, as the one that the site itself holds."""


class SiteHook(BuildHookInterface[BuilderConfig]):
    """Adds the site as `sim/site`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if site := os.environ.get(SITE):
            build_data["force_include"][site] = "sim/site"
