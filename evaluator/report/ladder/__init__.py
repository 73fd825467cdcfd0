"""The ladder drawn: as Mermaid text and as SVG."""
