"""The tree that models are built from: plain text that remembers the way it came from.

Pydantic hands the offending input back with each error; because that input knows its steps, the place in the
file is certain even where the error's own location is muddled by the branches of a union.
"""

from recon.project.nodes import Node, Scalar, Sequence, Steps


class Text(str):
    """A value, or with `is_key` the name of a setting."""

    __slots__ = ("is_key", "steps")

    steps: Steps
    is_key: bool

    def __new__(cls, text: str, steps: Steps, *, is_key: bool = False) -> "Text":
        """The text, with the way to it."""
        made = super().__new__(cls, text)
        made.steps = steps
        made.is_key = is_key
        return made


class TextMapping(dict[str, object]):
    """Settings by name; `read_as` lists the models that tried to read them."""

    def __init__(self, steps: Steps) -> None:
        super().__init__()
        self.steps = steps
        self.read_as: list[type] = []


class TextSequence(list[object]):
    """A list of values."""

    def __init__(self, steps: Steps) -> None:
        super().__init__()
        self.steps = steps


def text_tree(node: Node, steps: Steps = ()) -> object:
    """The node as `Text`, `TextMapping`, `TextSequence`, or None where nothing was written."""
    if isinstance(node, Scalar):
        return None if node.is_null else Text(node.text, steps)
    if isinstance(node, Sequence):
        items = TextSequence(steps)
        items.extend(text_tree(item, (*steps, position)) for position, item in enumerate(node.items))
        return items
    settings = TextMapping(steps)
    for name, entry in node.entries.items():
        below = (*steps, name)
        settings[Text(name, below, is_key=True)] = text_tree(entry.node, below)
    return settings
