"""Reads pages as a reader does: texts, tables by their headings, boxes by their names."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client

from portal.models import User

OCTOBER = "/brent-lewisham-southwark/returns/brent/2018-10/"
SEPTEMBER = "/brent-lewisham-southwark/returns/brent/2018-09/"
JSON = {"Accept": "application/json"}

_VOID = {"input", "br", "hr", "meta", "link", "img"}


class Node:
    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.children: list[Node | str] = []

    def all(self, tag: str = "", **attributes: str) -> list[Node]:
        """Every element below with this tag and these attributes, in order; class_ matches one of its classes."""
        found = []
        for child in self.children:
            if isinstance(child, Node):
                if (not tag or child.tag == tag) and child.has(attributes):
                    found.append(child)
                found += child.all(tag, **attributes)
        return found

    def has(self, attributes: dict[str, str]) -> bool:
        classes = self.attributes.get("class", "").split()
        return all(
            wanted in classes if name == "class_" else self.attributes.get(name) == wanted
            for name, wanted in attributes.items()
        )

    def one(self, tag: str = "", **attributes: str) -> Node:
        (found,) = self.all(tag, **attributes)
        return found

    @property
    def text(self) -> str:
        parts = [child if isinstance(child, str) else f" {child.text} " for child in self.children]
        return " ".join("".join(parts).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.stack = [Node("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(node)
        if tag not in _VOID:
            self.stack.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag in {node.tag for node in self.stack}:
            while self.stack.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)


def parse(html: str) -> Node:
    reader = _Reader()
    reader.feed(html)
    return reader.stack[0]


def performance_table(page: Node, caption: str = "Indicators for each council") -> dict[tuple[str, str, str], str]:
    """The dense table as (indicator, month, council) -> text of the cell, read by its headings."""
    table = next(one for one in page.all("table") if one.all("caption") and one.one("caption").text.startswith(caption))
    head = table.one("thead").all("tr")
    months = [th.text for th in head[0].all("th", scope="colgroup")]
    councils = [th.text for th in head[1].all("th")]
    per_month = len(councils) // len(months)
    columns = [(months[place // per_month], council) for place, council in enumerate(councils)]
    cells: dict[tuple[str, str, str], str] = {}
    for row in table.all("tr"):
        heads = row.all("th", scope="row")
        if heads:
            figures = [td for td in row.all("td") if "opt" not in td.attributes.get("class", "")]
            for (month, council), td in zip(columns, figures, strict=True):
                cells[heads[0].text, month, council] = td.text
    return cells


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="portal.signin.PortalBackend")
    return client


def get(user: User, path: str, status: int = 200, **query: Any) -> Node:
    response = signed_in(user).get(f"/brent-lewisham-southwark/{path}", query)
    assert response.status_code == status, response.status_code
    return parse(response.content.decode())


def user(name: str) -> User:
    return User.objects.get(username=name)


def post(who: User, address: str, data: dict[str, str] | None = None, **headers: str):
    return signed_in(who).post(address, data or {}, headers=headers)


def messages(response) -> list[str]:
    return [str(message) for message in response.wsgi_request._messages]


def boxes(page: Node) -> dict[str, str]:
    """Every box of the grid by its name, with its text."""
    return {
        box.attributes["name"]: box.attributes.get("value", "")
        for box in page.all("input")
        if "data-box" in box.attributes
    }


def summary(page: Node) -> list[tuple[str, str]]:
    return [(a.attributes["href"], a.text) for a in page.one(id="summary").all("a")]
