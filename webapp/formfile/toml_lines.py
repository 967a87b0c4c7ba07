"""Finds the line of each key of a TOML document, for faults."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from webapp.faults import KeyPath


class TomlLines:
    """The lines of a valid TOML document, by the path of each key and of each entry of a list.

    A step into a list is an index, or the ``name`` that its entry has.
    """

    def __init__(self, text: str) -> None:
        self._of: dict[KeyPath, int] = {}
        self._entries: dict[KeyPath, int] = {}
        self._indexes: dict[KeyPath, int] = {}
        for node in Parser(Language(tree_sitter_toml.language())).parse(text.encode()).root_node.children:
            self._read(node)

    def line_of(self, path: KeyPath) -> int | None:
        """Return the line of a key, from 1, or of the nearest table around it; None when there is none."""
        indexed: KeyPath = ()
        for step in path:
            indexed = (*indexed, step)
            if indexed in self._indexes:
                indexed = (*indexed[:-1], self._indexes[indexed])
        for end in range(len(indexed), 0, -1):
            if indexed[:end] in self._of:
                return self._of[indexed[:end]]
        return None

    def _read(self, node: Node) -> None:
        if node.type == "pair":
            self._read_pair((), node)
        if node.type not in {"table", "table_array_element"}:
            return
        key, *pairs = _content(node)
        path = self._header(list(_parts(key)), node)
        for pair in pairs:
            self._read_pair(path, pair)

    def _header(self, parts: list[str], node: Node) -> KeyPath:
        """Return the path of a table's header; a list on the way means its latest entry."""
        path: KeyPath = ()
        for part in parts:
            path = (*path, part)
            if path in self._entries and not (node.type == "table_array_element" and len(path) == len(parts)):
                path = (*path, self._entries[path])
            self._note(path, node)
        if node.type == "table_array_element":
            self._entries[path] = self._entries.get(path, -1) + 1
            path = (*path, self._entries[path])
            self._note(path, node)
        return path

    def _read_pair(self, table: KeyPath, pair: Node) -> None:
        match _content(pair):
            case [key, value]:
                path = table
            case _:  # the grammar is behind the reader: this key has no line
                return
        for part in _parts(key):
            path = (*path, part)
            self._note(path, pair)
        self._note_name(path, value)
        self._read_value(path, value)

    def _note_name(self, path: KeyPath, value: Node) -> None:
        """Note the index of a list's entry by its ``name``."""
        match path:
            case (*before, int(index), "name") if value.type == "string":
                name = tomllib.loads(f"name = {(value.text or b'').decode()}")["name"]
                self._indexes.setdefault((*before, name), index)

    def _read_value(self, path: KeyPath, value: Node) -> None:
        if value.type == "inline_table":
            for pair in value.children:
                if pair.type == "pair":
                    self._read_pair(path, pair)
        if value.type == "array":
            for index, entry in enumerate(_content(value)):
                self._note((*path, index), entry)
                self._read_value((*path, index), entry)

    def _note(self, path: KeyPath, node: Node) -> None:
        self._of.setdefault(path, node.start_point.row + 1)


def _content(node: Node) -> list[Node]:
    """Return the children of a node without punctuation and comments."""
    return [child for child in node.children if child.is_named and child.type != "comment"]


def _parts(key: Node) -> Iterator[str]:
    if key.type == "dotted_key":
        for child in key.children:
            if child.is_named:
                yield from _parts(child)
        return
    written = (key.text or b"").decode()
    if key.type == "bare_key":
        yield written
    else:
        yield from tomllib.loads(f"{written} = 0")
