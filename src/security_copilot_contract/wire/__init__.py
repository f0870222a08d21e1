"""HTTP messages of httpx, validated against the document as they pass."""
