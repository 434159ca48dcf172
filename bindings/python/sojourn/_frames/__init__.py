"""Columns, tables and text in and out of any frame."""
