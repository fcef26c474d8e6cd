"""Secrets that nobody holds, watched for echoes."""

from __future__ import annotations
