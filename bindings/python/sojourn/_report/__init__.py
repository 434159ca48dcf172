"""The page: facts, sections, template."""
