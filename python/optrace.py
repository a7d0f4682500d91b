"""Make a Python program improvable from feedback.

    import optrace

    INSTRUCTION = optrace.parameter("instruction", "Answer in one word.")

    @optrace.traced
    def retrieve(question, k=3): ...

    def answer(question: str) -> str:
        documents = retrieve(question)
        return optrace.ask(f"{INSTRUCTION}\n\n{documents}\n\n{question}")

    optrace.serve(answer)        # does nothing unless Optrace started the program

Under Optrace the program is given examples and values for its parameters, and what it does is recorded as a graph:
every call of a traced function, and everything derived from recorded values on the way (texts they were put into, items,
attributes, sums). Started by hand, the program runs as if this module were not there.

The protocol is described in docs/protocol.md. Python 3.8 or later; no dependencies.
"""

import ast
import asyncio
import base64
import collections
import contextlib
import contextvars
import copy
import functools
import inspect
import itertools
import json
import math
import operator
import os
import sys
import textwrap
import threading
import time
import traceback
import urllib.request
import weakref
from concurrent.futures import ThreadPoolExecutor

__all__ = [
    "parameter", "traced", "scope", "node", "bundle", "model", "record", "ask", "ask_async", "plain", "serve", "is_active",
    "Parameter", "OptraceError", "ModelError",
]
__version__ = "0.1.0"
PROTOCOL = 1


class OptraceError(Exception):
    """The module is used in a way that cannot work."""


class ModelError(Exception):
    """A model did not answer."""


# ---------------------------------------------------------------------------------------------------------------------
# Where values come from

class _Origin:
    """A node of the graph; it is only reported once something recorded depends on it."""

    __slots__ = ("run", "number", "kind", "name", "operation", "inputs", "value", "doc")

    def __init__(self, run, kind, name, value, operation="", inputs=(), doc="", number=None):
        self.run = run
        self.number = number
        self.kind = kind
        self.name = name
        self.operation = operation or name
        self.inputs = inputs
        self.value = value
        self.doc = doc


class _Frame:
    """A recorded function that is running: what it read, and what was recorded inside it."""

    __slots__ = ("run", "name", "parent", "number", "reads", "leaves")

    def __init__(self, run, name, parent):
        self.run = run
        self.name = name
        self.parent = parent
        self.number = None
        self.reads = {}
        self.leaves = {}

    def scope(self):
        """The number of its scope, opened when the first node is recorded in it."""
        if self.number is None and self.parent is not None:
            self.number = self.run.open_scope(self.name, self.parent.scope())
        return self.number


_frame = contextvars.ContextVar("optrace_frame", default=None)


class _Inside:
    """Has what runs in it belong to a frame. What that raises is told to `fail` outside of the frame."""

    __slots__ = ("frame", "fail", "ends", "token")

    def __init__(self, frame, fail, ends):
        self.frame, self.fail, self.ends = frame, fail, ends

    def __enter__(self):
        self.token = _frame.set(self.frame)

    def __exit__(self, kind, error, trail):
        _frame.reset(self.token)
        if isinstance(error, Exception) and not isinstance(error, self.ends):
            self.fail(error)


# Shorter texts are too common to tell where a text that contains them comes from.
_TELLING = 12
_REMEMBERED = 512
# How many texts inside a list or an object are looked for in later texts.
_LEAVES = 48
# How many characters of recorded texts are looked through for where the arguments of one call stand in them.
_LOOKED = 1 << 22
# How many texts that stand in no recorded one are known as such.
_MISSING = 4096


class _Leaf:
    """A text inside a recorded value; its node is made when it is found in another text."""

    __slots__ = ("origin", "path", "text", "made")

    def __init__(self, origin, path, text):
        self.origin, self.path, self.text, self.made = origin, path, text, None

    def node(self):
        run, origin, value = self.origin.run, self.origin, self.origin.value
        with run.lock:
            if self.made is None:
                for key in self.path:
                    value = value[key]
                    origin = _Origin(
                        run, "operation", "item", value, "item",
                        (("list" if isinstance(key, int) else "object", origin), ("key", _Origin(run, "constant", "key", key))),
                        "Takes an item out.")
                self.made = origin
            return self.made


def _leaves(value, path=()):
    """The texts inside lists, tuples and dicts, with the way to each."""
    if isinstance(value, str):
        if path and len(value) >= _TELLING:
            yield path, value
    elif len(path) < 4 and isinstance(value, (list, tuple)):
        for place, item in enumerate(value[:_LEAVES]):
            yield from _leaves(item, path + (place,))
    elif len(path) < 4 and isinstance(value, dict):
        for key, item in list(value.items())[:_LEAVES]:
            if isinstance(key, str):
                yield from _leaves(item, path + (key,))


class _Run:
    """One example under way."""

    def __init__(self, channel, message):
        self.channel = channel
        self.number = message["run"]
        self.inputs = message.get("inputs") or {}
        self.parameters = message.get("parameters") or {}
        self.repetition = message.get("repetition", 0)
        self.began = time.perf_counter_ns()
        self.lock = threading.RLock()
        self.nodes = 0
        self.scopes = 0
        self.calls = {}
        self.parameter_origins = {}
        self.pieces = collections.deque(maxlen=_REMEMBERED)
        # How many pieces there have ever been, and how many there were when a text was not found in them.
        self.added = 0
        self.missing = {}
        self.known = {}
        self.is_over = False

    def put(self, message, now=False):
        """Tells Optrace, unless it no longer listens to this example."""
        if not self.is_over:
            self.channel.put(message, now)

    def end(self):
        """Ends the example: nothing more of it is told, and what waits for a model need not wait any longer."""
        with self.lock:
            self.is_over = True
            for call in self.calls.values():
                call.take(_OVER)

    def open_scope(self, name, parent):
        with self.lock:
            number = self.scopes
            self.scopes += 1
            message = {"type": "scope", "run": self.number, "scope": number, "name": name}
            if parent is not None:
                message["parent"] = parent
            self.put(message)
            return number

    def elapsed(self):
        return time.perf_counter_ns() - self.began

    def report(self, origin, **more):
        """Reports a node all of whose inputs have been reported."""
        message = {"type": "node", "run": self.number, "node": 0, "name": origin.name, "value": origin.value}
        if origin.kind != "operation":
            message["kind"] = origin.kind
        if origin.operation != origin.name:
            message["operation"] = origin.operation
        if origin.doc:
            message["doc"] = origin.doc
        if origin.inputs:
            message["inputs"] = {name: parent.number for name, parent in origin.inputs}
        message.update(more)
        frame = _frame.get()
        with self.lock:
            if frame is not None and frame.run is self and origin.kind not in ("parameter", "input"):
                scope = frame.scope()
                if scope is not None:
                    message["scope"] = scope
            origin.number = message["node"] = self.nodes
            self.nodes += 1
            self.put(message)
        if frame is not None and frame.run is self:
            for _, parent in origin.inputs:
                frame.leaves.pop(parent.number, None)
            if origin.kind in ("operation", "failure"):
                frame.leaves[origin.number] = origin
        return origin.number

    def settle(self, origin):
        """Reports a node and what it depends on, unless that was done."""
        with self.lock:
            stack = [origin]
            while stack:
                top = stack[-1]
                if top.number is not None:
                    stack.pop()
                    continue
                missing = [parent for _, parent in top.inputs if parent.number is None]
                if missing:
                    stack.extend(missing)
                    continue
                stack.pop()
                self.report(top, start=self.elapsed())
        return origin

    def remember(self, value, origin):
        """Notes where a value that is handed on as it is comes from."""
        if isinstance(value, (list, dict)) or (isinstance(value, str) and len(value) > 1) or not isinstance(
                value, (str, int, float, tuple, bool, type(None))):
            self.known[id(value)] = (value, origin)
        if isinstance(value, str) and len(value) >= _TELLING:
            self.add(value, origin, False)
        elif isinstance(value, (list, tuple, dict)) and origin.value is value:
            for path, text in itertools.islice(_leaves(value), _LEAVES):
                self.add(text, _Leaf(origin, path, text), False)

    def piece(self, text, origin):
        """Notes that a text was made of a recorded value, to be put into another."""
        if text:
            self.add(text, origin, True)

    def add(self, text, origin, is_formatted):
        with self.lock:
            self.pieces.append((text, origin, is_formatted))
            self.added += 1


class _Channel:
    """The protocol's pipe to Optrace: one message a line."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.lock = threading.Lock()
        self.buffer = bytearray()

    def put(self, message, now=False):
        line = _dumps(message).encode("utf-8", "replace")
        with self.lock:
            self.buffer += line
            self.buffer += b"\n"
            if now or len(self.buffer) > 1 << 15:
                data = memoryview(bytes(self.buffer))
                self.buffer.clear()
                while data:
                    data = data[os.write(self.descriptor, data):]


def _describe(value):
    if isinstance(value, Parameter):
        return plain(value)
    if isinstance(value, _Proxy):
        return _describe(_unwrapped(value))
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(bytes(value)).decode("ascii")}
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    fields = getattr(value, "__dataclass_fields__", None)
    if fields is not None and not isinstance(value, type):
        return {name: getattr(value, name) for name in fields}
    return {"$opaque": repr(value)[:2000]}


_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_describe)


def _dumps(message):
    try:
        return _encoder.encode(message)
    except (TypeError, ValueError, RecursionError):
        return _encoder.encode(_writable(message, 0))


def _writable(value, depth):
    """The value without what JSON has no word for: other keys than texts, NaN, circles."""
    if depth > 100:
        return {"$opaque": "nested too deep"}
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, dict):
        return {str(key): _writable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_writable(item, depth + 1) for item in value]
    if isinstance(value, (str, int, float, bool, type(None))):
        return value
    return _writable(_describe(value), depth + 1)


def _current():
    frame = _frame.get()
    if frame is None or frame.run.is_over:
        return None
    return frame.run


def _asking():
    """The run that the calling code asks models for; what is left of one that is over is not started by hand."""
    frame = _frame.get()
    return frame.run if frame is not None else None


def is_active():
    """Whether the calling code works on an example for Optrace."""
    return _current() is not None


# ---------------------------------------------------------------------------------------------------------------------
# Recorded values

def _origin_of(value, run):
    """The node a value comes from; None when nothing is known of it."""
    if isinstance(value, Parameter):
        return value._origin_in(run)
    origin = getattr(value, "_optrace_origin", None) if isinstance(value, _WRAPPED) else None
    if origin is not None:
        return origin if origin.run is run else None
    known = run.known.get(id(value))
    if known is not None and known[0] is value:
        return known[1]
    if isinstance(value, str):
        return _text_origin(value, run)
    return None


def _text_origin(text, run):
    """The node of a text in which texts of recorded values are found, the way f-strings and joins leave them."""
    if len(text) < 2:
        return None
    pieces = list(run.pieces)
    places = [place for place, (piece, _, _) in enumerate(pieces) if piece and piece in text]
    if not places:
        return None
    telling = {place for place in places if len(pieces[place][0]) >= 4}
    kept = []
    for place in places:
        piece, origin, was_formatted = pieces[place]
        # A short text counts when it was put in beside a longer one, or was made to be put in and stands by itself.
        if place in telling or place - 1 in telling or place + 1 in telling or piece == text or (
                was_formatted and len(piece) > 1 and _stands_in(piece, text)):
            kept.append((piece, origin))
    inputs, seen, found = [], set(), set()
    for piece, origin in reversed(kept):
        # The same text may be known from a list and as the item taken out of it.
        if isinstance(origin, _Leaf):
            if piece in found:
                continue
            origin = origin.node()
        if id(origin) in seen:
            continue
        found.add(piece)
        if piece == text and len(kept) >= 1:
            run.known[id(text)] = (text, origin)
            return origin
        seen.add(id(origin))
        inputs.append((origin.name, origin))
    if not inputs:
        return None
    origin = _Origin(
        run, "operation", "format", text, "format", _distinct(reversed(inputs)), "Puts values into a text.")
    run.known[id(text)] = (text, origin)
    return origin


def _stands_in(part, text):
    """Whether the part is in the text with no letter or digit next to it."""
    return _place_of(part, text) >= 0


def _place_of(part, text):
    """Where the part is in the text with no letter or digit next to it; -1 when it is not."""
    place = text.find(part)
    while place >= 0:
        end = place + len(part)
        if not (place > 0 and text[place - 1].isalnum() and part[0].isalnum()) and not (
                end < len(text) and text[end].isalnum() and part[-1].isalnum()):
            break
        place = text.find(part, end)
    return place


class _Search:
    """Finds where the arguments of one call come from; it looks through so many characters and no more."""

    __slots__ = ("run", "pieces", "added", "left")

    def __init__(self, run):
        self.run, self.left = run, _LOOKED
        with run.lock:
            self.pieces, self.added = list(run.pieces), run.added

    def sources(self, name, value):
        """The nodes of what an operation is given; a constant where nothing is known of it."""
        if type(value) is str and id(value) not in self.run.known and not any(
                len(piece) >= _TELLING and piece in value for piece, _, _ in self.pieces):
            # What was taken out of a text as it stands was not made of the little that is found in it.
            part = self.part(value)
            if part is not None:
                return [(name, part)]
        found = _inner_origins(name, value, self.run)
        if not found:
            items = [(name, value)] if isinstance(value, str) else [
                ("%s_%d" % (name, place), item) for place, item in enumerate(value[:_LEAVES])
            ] if isinstance(value, (list, tuple)) else []
            found = [(key, part) for key, item in items for part in [self.part(item)] if part is not None]
        return found or [(name, _Origin(self.run, "constant", name, plain(value)))]

    def part(self, text):
        """The node of a text that stands in a recorded one, the way regular expressions and parsers take it out."""
        if type(text) is not str or len(text) < 4:
            return None
        run = self.run
        # Where it was not found before it will not be found now.
        for piece, origin, _ in itertools.islice(reversed(self.pieces), self.added - run.missing.get(text, 0)):
            if len(piece) <= len(text) or not (isinstance(origin, _Leaf) or origin.kind in ("operation", "input")):
                continue
            if self.left <= 0:
                return None
            place = _place_of(text, piece)
            self.left -= len(piece) if place < 0 else place + len(text)
            if place >= 0:
                whole = origin.node() if isinstance(origin, _Leaf) else origin
                part = _Origin(run, "operation", "part", text, "part", (("text", whole),), "Was found in the text.")
                run.known[id(text)] = (text, part)
                return part
        if len(run.missing) >= _MISSING:
            run.missing.clear()
        run.missing[text] = self.added
        return None


def _distinct(inputs):
    """The inputs under names of which no two are the same."""
    taken, named = set(), []
    for name, origin in inputs:
        name = str(name)
        unique, count = name, 2
        while unique in taken:
            unique, count = "%s_%d" % (name, count), count + 1
        taken.add(unique)
        named.append((unique, origin))
    return tuple(named)


def _inner_origins(name, value, run, depth=0):
    """The nodes of a value, or of what is in it."""
    origin = _origin_of(value, run)
    if origin is not None:
        return [(name, origin)]
    found = []
    if depth < 4 and isinstance(value, (list, tuple)):
        for place, item in enumerate(value[:1000]):
            found += _inner_origins("%s_%d" % (name, place), item, run, depth + 1)
    elif depth < 4 and isinstance(value, dict):
        for key, item in list(value.items())[:1000]:
            found += _inner_origins("%s_%s" % (name, key), item, run, depth + 1)
    return found


def plain(value):
    """The value without provenance: for libraries that insist on exact types. Looks into lists, tuples and dicts."""
    if isinstance(value, Parameter):
        return value._plain()
    if isinstance(value, _Proxy):
        return _unwrapped(value)
    if isinstance(value, Text):
        return str.__str__(value)
    if isinstance(value, Integer):
        return int(int.__int__(value))
    if isinstance(value, Number):
        return float.__float__(value)
    if isinstance(value, List):
        return [plain(item) for item in list.__iter__(value)]
    if isinstance(value, Object):
        return {key: plain(item) for key, item in dict.items(value)}
    if type(value) is list:
        return [plain(item) for item in value] if any(map(_is_special, value)) else value
    if type(value) is tuple or isinstance(value, Row):
        items = [plain(item) for item in tuple.__iter__(value)]
        return tuple(items)
    if type(value) is dict:
        return {key: plain(item) for key, item in value.items()} if any(map(_is_special, value.values())) else value
    return value


def _is_special(value):
    return isinstance(value, _WRAPPED) or isinstance(value, (Parameter, list, tuple, dict))


def _wrapped(value, origin):
    """The value as one that knows where it comes from. True, False and None stay as they are."""
    if value is None or isinstance(value, bool) or isinstance(value, Parameter):
        return value
    kind = _WRAPPERS.get(type(value))
    if kind is not None:
        wrapped = kind(value)
        wrapped._optrace_origin = origin
        return wrapped
    if isinstance(value, type) or inspect.isroutine(value) or inspect.ismodule(value):
        return value
    if isinstance(value, (str, int, float, list, tuple, dict, bytes)) and not isinstance(value, _WRAPPED):
        # A subclass of the program's own keeps its type; it is known by being the same object.
        if origin is not None and origin.run.known.get(id(value), (None, None))[1] is not origin:
            origin.run.remember(value, origin)
        return value
    value = _unwrapped(value) if isinstance(value, _Proxy) else value
    proxy = _proxy_type(type(value))(value)
    object.__setattr__(proxy, "_optrace_origin", origin)
    return proxy


def _as_node(value, origin):
    """The value in the style of nodes: whatever it is, it has `.data`."""
    if value is None or isinstance(value, bool):
        proxy = _proxy_type(type(value))(value)
        object.__setattr__(proxy, "_optrace_origin", origin)
        return proxy
    return _wrapped(value, origin)


def _derived(operation, result, inputs, doc):
    """The result of an operation on recorded values, some of them perhaps plain."""
    run = _current()
    if run is None:
        # By hand only what stands in the style of nodes is wrapped, and so is what is made of it.
        return _wrapped(plain(result), None) if any(isinstance(value, _WRAPPED) for _, value in inputs) else result
    parents = []
    for name, value in inputs:
        origin = _origin_of(value, run)
        if origin is None and isinstance(value, (list, tuple, dict)) and not isinstance(value, _WRAPPED):
            parents += _inner_origins(name, value, run)
            continue
        if origin is None:
            origin = _Origin(run, "constant", name, plain(value))
        parents.append((name, origin))
    if all(origin.kind == "constant" for _, origin in parents) and not any(isinstance(value, _WRAPPED) for _, value in inputs):
        return result
    return _wrapped(plain(result), _Origin(run, "operation", operation, plain(result), operation, _distinct(parents), doc))


def _failed(operation, error, inputs, doc):
    """Records that an operation on recorded values threw, when nothing else will."""
    run = _current()
    if run is None or getattr(error, "_optrace_node", None) is not None:
        return
    parents = [(name, origin) for name, value in inputs for origin in [_origin_of(value, run)] if origin is not None]
    for _, origin in parents:
        run.settle(origin)
    failure = _Origin(run, "failure", operation, None, operation, _distinct(parents), doc)
    _report_failure(run, failure, error, None)


def _lift(cls, base, method, operation, doc, names=()):
    original = getattr(base, method, None)
    if original is None:
        return

    @functools.wraps(original)
    def lifted(self, *arguments, **keywords):
        named = [("left" if operation in ("add", "repeat") else cls._optrace_self, self)]
        named += [(names[i] if i < len(names) else "argument%d" % (i + 1), a) for i, a in enumerate(arguments)]
        named += list(keywords.items())
        try:
            result = original(
                self, *map(plain, arguments), **{key: plain(item) for key, item in keywords.items()})
        except Exception as error:
            _failed(operation, error, named, doc)
            raise
        if result is NotImplemented:
            return result
        return _derived(operation, result, named, doc)

    setattr(cls, method, lifted)


class Text(str):
    """A text that knows where it comes from."""

    _optrace_origin = None
    _optrace_self = "text"

    @property
    def data(self):
        return str.__str__(self)

    def __str__(self):
        run = _current()
        if run is not None and self._optrace_origin is not None:
            run.piece(str.__str__(self), self._optrace_origin)
        return self

    def __format__(self, spec):
        text = str.__format__(self, spec)
        run = _current()
        if run is not None and self._optrace_origin is not None:
            run.piece(text, self._optrace_origin)
        return text

    def __radd__(self, other):
        if not isinstance(other, str):
            return NotImplemented
        return _derived("add", plain(other) + str.__str__(self), [("left", other), ("right", self)], "Joins two texts.")

    def __rmod__(self, other):
        if not isinstance(other, str):
            return NotImplemented
        return _derived("format", plain(other) % plain(self), [("text", other), ("value", self)], "Fills a text.")

    def __getnewargs__(self):
        return (str.__str__(self),)

    def __reduce__(self):
        return (str, (str.__str__(self),))


class _Numeric:
    """What whole numbers and others have in common."""

    _optrace_origin = None
    _optrace_self = "left"

    @property
    def data(self):
        return plain(self)

    def __format__(self, spec):
        return _formatted(self, self._optrace_base.__format__(self, spec))

    def __str__(self):
        return _formatted(self, self._optrace_base.__repr__(self))

    def __reduce__(self):
        return (self._optrace_base, (plain(self),))


class Integer(_Numeric, int):
    """A whole number that knows where it comes from."""

    _optrace_base = int


class Number(_Numeric, float):
    """A number that knows where it comes from."""

    _optrace_base = float


class _Collection:
    """What lists and tuples have in common."""

    _optrace_origin = None
    _optrace_self = "list"

    def __iter__(self):
        base = self._optrace_base
        for place, item in enumerate(base.__iter__(self)):
            yield _item(self, item, place)

    def __str__(self):
        return _formatted(self, self._optrace_base.__repr__(self))

    def __format__(self, spec):
        return _formatted(self, self._optrace_base.__repr__(self))

    @property
    def data(self):
        return plain(self)

    def __reduce__(self):
        return (self._optrace_base, (plain(self),))


class List(_Collection, list):
    """A list that knows where it comes from."""

    _optrace_base = list


class Row(_Collection, tuple):
    """A tuple that knows where it comes from."""

    _optrace_base = tuple


class Object(dict):
    """A dict that knows where it comes from."""

    _optrace_origin = None
    _optrace_self = "object"

    @property
    def data(self):
        return plain(self)

    def get(self, key, default=None):
        return self[key] if key in self else default

    def values(self):
        return [self[key] for key in self]

    def items(self):
        return [(key, self[key]) for key in self]

    def __str__(self):
        return _formatted(self, dict.__repr__(self))

    def __format__(self, spec):
        return _formatted(self, dict.__repr__(self))

    def __reduce__(self):
        return (dict, (plain(self),))


def _formatted(value, text):
    run = _current()
    if run is not None and value._optrace_origin is not None:
        run.piece(text, value._optrace_origin)
    return text


def _item(container, item, place):
    if isinstance(item, _WRAPPED) and item._optrace_origin is not None:
        return item
    return _derived("item", item, [(container._optrace_self, container), ("key", place)], "Takes an item out.")


def _getitem(self, key):
    base = next(kind for kind in (list, tuple, dict, str) if isinstance(self, kind))
    place = plain(key)
    try:
        item = base.__getitem__(self, place)
    except Exception as error:
        _failed("item", error, [(self._optrace_self, self)], "Takes an item out.")
        raise
    if isinstance(item, _WRAPPED) and item._optrace_origin is not None:
        return item
    shown = [("key", key)] if not isinstance(place, slice) else [
        (name, part) for name, part in (("start", key.start), ("stop", key.stop), ("step", key.step)) if part is not None]
    return _derived("item", item, [(self._optrace_self, self)] + shown, "Takes an item or a part out.")


for _kind in (Text, List, Row, Object):
    _kind.__getitem__ = _getitem

for _name in (
        "capitalize", "casefold", "center", "expandtabs", "format", "format_map", "join", "ljust", "lower", "lstrip",
        "partition", "removeprefix", "removesuffix", "replace", "rjust", "rpartition", "rsplit", "rstrip", "split",
        "splitlines", "strip", "swapcase", "title", "translate", "upper", "zfill"):
    _lift(Text, str, _name, _name, "The text's own method.")
_lift(Text, str, "__add__", "add", "Joins two texts.", ("right",))
_lift(Text, str, "__mod__", "format", "Fills a text.", ("values",))
_lift(Text, str, "__mul__", "repeat", "Repeats a text.", ("times",))
_lift(List, list, "__add__", "add", "Joins two lists.", ("right",))
for _kind, _base in ((Integer, int), (Number, float)):
    for _name, _word in (
            ("add", "Adds."), ("sub", "Subtracts."), ("mul", "Multiplies."), ("truediv", "Divides."),
            ("floordiv", "Divides, rounding down."), ("mod", "Takes the remainder."), ("pow", "Raises to a power.")):
        _lift(_kind, _base, "__%s__" % _name, _name, _word, ("right",))
        _lift(_kind, _base, "__r%s__" % _name, _name, _word + " The operands are the other way round.", ("other",))
    _lift(_kind, _base, "__divmod__", "divmod", "Divides with a remainder.", ("right",))
    _lift(_kind, _base, "__rdivmod__", "divmod", "Divides with a remainder. The operands are the other way round.", ("other",))
    for _name in ("neg", "pos", "abs", "round"):
        _lift(_kind, _base, "__%s__" % _name, _name, "", ("digits",))
for _name in ("and", "or", "xor", "lshift", "rshift"):
    _lift(Integer, int, "__%s__" % _name, _name, "Works on the bits.", ("right",))
    _lift(Integer, int, "__r%s__" % _name, _name, "Works on the bits. The operands are the other way round.", ("other",))
_lift(Integer, int, "__invert__", "invert", "Works on the bits.")


class _Proxy:
    """Any other object that knows where it comes from: its attributes and items do too.

    Each class of values has a proxy of its own with those special methods that the class has: the interpreter looks for
    them on the type.
    """

    __slots__ = ("_optrace_value", "_optrace_origin")
    _optrace_self = "object"

    def __init__(self, value):
        object.__setattr__(self, "_optrace_value", value)
        object.__setattr__(self, "_optrace_origin", None)

    @property
    def __class__(self):
        return type(_unwrapped(self))

    @property
    def data(self):
        value = _unwrapped(self)
        # A field of that name comes first.
        if "data" in getattr(value, "__dict__", ()) or "data" in getattr(type(value), "__slots__", ()):
            return self._optrace_attribute("data")
        return value

    def _optrace_attribute(self, name):
        found = getattr(_unwrapped(self), name)
        if name.startswith("__") or inspect.isroutine(found):
            return found
        return _derived("attribute", found, [("object", self), ("name", name)], "Takes an attribute.")

    def __getattr__(self, name):
        return self._optrace_attribute(name)

    def __setattr__(self, name, value):
        setattr(_unwrapped(self), name, plain(value))

    def __delattr__(self, name):
        delattr(_unwrapped(self), name)

    def __dir__(self):
        return dir(_unwrapped(self))

    def __reduce_ex__(self, protocol):
        return _unwrapped(self).__reduce_ex__(protocol)

    def __copy__(self):
        return copy.copy(_unwrapped(self))

    def __deepcopy__(self, memo):
        return copy.deepcopy(_unwrapped(self), memo)

    def __bool__(self):
        return bool(_unwrapped(self))

    def __eq__(self, other):
        return _unwrapped(self) == plain(other)

    def __ne__(self, other):
        return _unwrapped(self) != plain(other)

    def __hash__(self):
        return hash(_unwrapped(self))

    def __repr__(self):
        return repr(_unwrapped(self))

    def __str__(self):
        return _formatted(self, str(_unwrapped(self)))

    def __format__(self, spec):
        return _formatted(self, format(_unwrapped(self), spec))


def _proxy_item(self, key):
    found = _unwrapped(self)[plain(key)]
    return _derived("item", found, [("object", self), ("key", key)], "Takes an item out.")


def _proxy_items(self):
    value = _unwrapped(self)
    # Arrays have too many.
    if _current() is None or hasattr(value, "__array__") or isinstance(value, (bytes, bytearray, memoryview)):
        return iter(value)
    return (_item(self, item, place) for place, item in enumerate(value))


def _proxy_call(self, *arguments, **keywords):
    return _unwrapped(self)(*map(plain, arguments), **{key: plain(item) for key, item in keywords.items()})


def _proxy_passing(name):
    """A special method that the value itself answers."""
    def passing(self, *arguments):
        return getattr(_unwrapped(self), name)(*map(plain, arguments))
    return passing


def _proxy_operator(name, operation):
    """An operator; what it makes is recorded, unless that is the value itself, changed."""
    def lifted(self, *arguments):
        value = _unwrapped(self)
        result = getattr(value, name)(*map(plain, arguments))
        if result is NotImplemented or isinstance(result, bool):
            return result
        if result is value:
            return self
        named = [("left", self)] + [("right", item) for item in arguments]
        return _derived(operation, result, named[::-1] if name.startswith("__r") and arguments else named, "The value's own operator.")
    return lifted


_OPERATIONS = (
    "add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "lshift", "rshift", "and", "or", "xor")
_PROXY_METHODS = {"__getitem__": _proxy_item, "__iter__": _proxy_items, "__call__": _proxy_call}
_PROXY_METHODS.update((name, _proxy_passing(name)) for name in (
    "__len__", "__contains__", "__setitem__", "__delitem__", "__next__", "__reversed__", "__length_hint__", "__enter__",
    "__exit__", "__await__", "__aiter__", "__anext__", "__aenter__", "__aexit__", "__int__", "__float__", "__complex__",
    "__index__", "__trunc__", "__floor__", "__ceil__", "__fspath__", "__bytes__", "__lt__", "__le__", "__gt__", "__ge__"))
_PROXY_METHODS.update(("__%s__" % name, _proxy_operator("__%s__" % name, name)) for name in ("neg", "pos", "abs", "invert", "round"))
for _name in _OPERATIONS:
    for _form in ("__%s__", "__r%s__", "__i%s__"):
        _PROXY_METHODS[_form % _name] = _proxy_operator(_form % _name, _name)
# A class and its proxy go when the last of the program's own values of it has gone.
_proxy_types = weakref.WeakKeyDictionary()


def _proxy_type(kind):
    """The proxy for values of a class."""
    found = _proxy_types.get(kind)
    if found is None:
        members = {"__slots__": (), "__doc__": kind.__doc__}
        # Not by getattr, which would also find what classes themselves have.
        own = {name for base in kind.__mro__ for name in vars(base)}
        members.update(
            (name, method) for name, method in _PROXY_METHODS.items() if name in own and getattr(kind, name) is not None)
        if kind.__hash__ is None:
            members["__hash__"] = None
        # What functions such as dataclasses.asdict look for on the type.
        for name in ("__dataclass_fields__", "__dataclass_params__", "__match_args__", "_fields", "__attrs_attrs__"):
            if hasattr(kind, name):
                members[name] = getattr(kind, name)
        found = _proxy_types[kind] = type("_Proxy", (_Proxy,), members)
    return found


def _unwrapped(proxy):
    return object.__getattribute__(proxy, "_optrace_value")


def _backward(self, *arguments, **keywords):
    """Feedback is given, and the optimizer asked, by `optrace optimize`."""
    raise OptraceError(
        "there is no backward() here: serve the function that computes the output, and `optrace optimize` scores it, tells "
        "the optimizer and tries what that proposes")


for _kind in (Text, Integer, Number, List, Row, Object):
    _kind.backward = _backward

# The type decides for proxies, which claim to be of their value's class.
class _WrappedMeta(type):
    def __instancecheck__(cls, value):
        kind = type(value)
        return kind in _WRAPPED_TYPES or issubclass(kind, _Proxy)


class _Wrapped(metaclass=_WrappedMeta):
    pass


_WRAPPED_TYPES = {Text, Integer, Number, List, Row, Object}
_WRAPPED = _Wrapped
_WRAPPERS = {
    str: Text, int: Integer, float: Number, list: List, tuple: Row, dict: Object,
    Text: Text, Integer: Integer, Number: Number, List: List, Row: Row, Object: Object,
}


# ---------------------------------------------------------------------------------------------------------------------
# Parameters

_declared = {}


class Parameter:
    """A value that Optrace may change. Reads as the current candidate's value, or as its own outside of Optrace.

    Use it like the value: in f-strings, arithmetic, calls of its methods. Where a library insists on the exact type,
    give it ``parameter.value``.
    """

    def __init__(self, name, kind, value, constraint):
        self.__dict__.update(_name=name, _kind=kind, _initial=value, _constraint=constraint, _is_node=False)

    def _plain(self):
        frame = _frame.get()
        run = _current()
        if run is None:
            return self._initial
        if self._name not in frame.reads:
            frame.reads[self._name] = self._origin_in(run)
        return run.parameters.get(self._name, self._initial)

    def _origin_in(self, run):
        with run.lock:
            origin = run.parameter_origins.get(self._name)
            if origin is None:
                origin = _Origin(run, "parameter", self._name, run.parameters.get(self._name, self._initial))
                run.parameter_origins[self._name] = origin
            return origin

    @property
    def value(self):
        """The value, knowing where it comes from."""
        run = _current()
        value = self._plain()
        if run is None:
            return _as_node(value, None) if self._is_node else value
        return _wrapped(value, self._origin_in(run))

    @property
    def data(self):
        return self._plain() if self._is_node and _current() is None else self.value

    @property
    def name(self):
        return self._name

    def _declaration(self):
        declaration = {"name": self._name, "kind": self._kind, "value": self._initial}
        declaration.update({key: item for key, item in self._constraint.items() if item not in (None, [], "", False)})
        return declaration

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.value, name)

    def __setattr__(self, name, value):
        raise OptraceError("parameters are not assigned to; Optrace gives '%s' its values" % self._name)

    def __str__(self):
        value = self.value
        if isinstance(value, str):
            return value
        return str(value)

    def __repr__(self):
        return "parameter(%r, %r)" % (self._name, self._plain())

    def __format__(self, spec):
        return format(self.value, spec)

    def __bool__(self):
        return bool(self._plain())

    def __int__(self):
        return int(self._plain())

    def __float__(self):
        return float(self._plain())

    def __index__(self):
        return self._plain().__index__()

    def __len__(self):
        return len(self._plain())

    def __iter__(self):
        return iter(self.value)

    def __contains__(self, item):
        return plain(item) in self._plain()

    def __getitem__(self, key):
        return self.value[key]

    def __hash__(self):
        # As the value, to which it is equal: it is found where the value is.
        return hash(self._plain())

    def __reversed__(self):
        return reversed(self.value)

    def __reduce__(self):
        # Another process has the value alone.
        return (plain, (self._plain(),))

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __call__(self, *arguments, **keywords):
        return self.value(*arguments, **keywords)


Parameter.backward = _backward


def _forward(method, function):
    def forwarded(self, *arguments):
        return function(self.value, *[a.value if isinstance(a, Parameter) else a for a in arguments])
    setattr(Parameter, method, forwarded)


def _forward_reflected(method, function):
    setattr(Parameter, method, lambda self, other: function(other, self.value))


for _name in _OPERATIONS:
    _function = {"and": operator.and_, "or": operator.or_, "divmod": divmod, "pow": pow}.get(_name) or getattr(operator, _name)
    _forward("__%s__" % _name, _function)
    _forward_reflected("__r%s__" % _name, _function)
for _name in ("neg", "pos", "abs", "invert", "lt", "le", "gt", "ge", "eq", "ne"):
    _forward("__%s__" % _name, getattr(operator, _name))
for _name, _function in (("round", round), ("trunc", math.trunc), ("floor", math.floor), ("ceil", math.ceil), ("complex", complex)):
    _forward("__%s__" % _name, _function)


def parameter(
        name, value, *, kind=None, range=None, log=False, options=None, keep=None, note=None, max=None, max_length=None,
        language=None, entry=None, description=""):
    """Declares a value that Optrace may change; declare it before `serve`.

    The kind is told from the value where it is not given: text, number, integer, flag, choice (with options), examples
    (a list); code has to be said.
    """
    if name in _declared:
        raise OptraceError("the parameter %r is declared twice" % name)
    if _current() is not None:
        raise OptraceError("the parameter %r is declared during a run; declare it before serve" % name)
    if kind is None:
        if options is not None:
            kind = "choice"
        elif isinstance(value, bool):
            kind = "flag"
        elif isinstance(value, int):
            kind = "integer"
        elif isinstance(value, float):
            kind = "number"
        elif isinstance(value, str):
            kind = "text"
        elif isinstance(value, list):
            kind = "examples"
        else:
            raise OptraceError("a %s cannot be a parameter: %r" % (type(value).__name__, name))
    constraint = {
        "range": list(range) if range is not None else None, "log": log, "options": options,
        "keep": [keep] if isinstance(keep, str) else keep, "note": note, "max": max, "max_length": max_length,
        "language": language or ("python" if kind == "code" else None), "entry": entry, "description": description,
    }
    _check(name, kind, value, constraint)
    _declared[name] = declared = Parameter(name, kind, value, constraint)
    return declared


def _check(name, kind, value, constraint):
    """Refuses, where it stands, a declaration that Optrace would refuse."""
    def refuse(what, *arguments):
        raise OptraceError("parameter %r: %s" % (name, what % arguments))
    if not isinstance(name, str) or not name.replace("-", "_").isidentifier():
        refuse("a name is made of letters, digits, '_' and '-'")
    ends = constraint["range"]
    if ends is not None:
        if len(ends) != 2 or not ends[0] < ends[1]:
            refuse("its range is %r, expected (lowest, highest)", tuple(ends))
        if isinstance(value, (int, float)) and not ends[0] <= value <= ends[1]:
            refuse("%r is outside its range, %r to %r", value, *ends)
    if kind == "choice" and value not in (constraint["options"] or []):
        refuse("%r is none of its options, %r", value, constraint["options"])
    if isinstance(value, str):
        for kept in constraint["keep"] or []:
            if kept not in value:
                refuse("its text does not have what it has to keep, %r", kept)
        if constraint["max_length"] is not None and len(value) > constraint["max_length"]:
            refuse("its text is longer than %d characters", constraint["max_length"])
    if kind == "examples" and constraint["max"] is not None and len(value) > constraint["max"]:
        refuse("it has more than %d examples", constraint["max"])


# ---------------------------------------------------------------------------------------------------------------------
# Recorded functions

def traced(function=None, *, name=None, description=None):
    """Records each call of a function as one operation: its arguments, its result or its exception, and its time.

    Inside, the function sees plain values. Recorded functions it calls become the inside of its node, and parameters it
    reads become inputs of it. Works on plain and on async functions and methods; of generators each item is one.
    """
    if function is None:
        return lambda found: traced(found, name=name, description=description)
    return _recorded(function, name or _name_of(function), description or _sentence(function), None)


def scope(function=None, *, name=None, description=None):
    """Like `traced`, but the function sees recorded values, so that what it does with them is recorded inside."""
    if function is None:
        return lambda found: scope(found, name=name, description=description)
    return _recorded(function, name or _name_of(function), description or _sentence(function), None, opens=True)


def _sentence(function):
    text = inspect.getdoc(function) or ""
    return " ".join(text.split("\n\n")[0].split())


def _name_of(function):
    """What a function, a method or another callable is called."""
    if isinstance(function, property):
        raise OptraceError("a property cannot be recorded: put the decorator below @property")
    if isinstance(function, type) or not (callable(function) or hasattr(function, "__func__")):
        raise OptraceError("only functions can be recorded, not %r" % (function,))
    function = getattr(function, "func", function)
    return getattr(function, "__name__", type(function).__name__)


def _recorded(function, name, doc, trainable, opens=False, as_nodes=False):
    if isinstance(function, (staticmethod, classmethod)):
        return type(function)(_recorded(function.__func__, name, doc, trainable, opens, as_nodes))
    wrapped = _as_node if as_nodes else _wrapped
    by_hand = (lambda value: _as_node(value, None)) if as_nodes else (lambda value: value)
    signature = inspect.signature(function)
    code = getattr(inspect.unwrap(function), "__code__", None)
    location = "%s:%d" % (os.path.basename(code.co_filename), code.co_firstlineno) if code is not None else ""
    # The object or class a method belongs to is no input of it.
    owner = next((key for key in signature.parameters if key in ("self", "cls")), None)
    if owner is not None and list(signature.parameters).index(owner) > 0:
        owner = None

    where = {"location": location} if location else {}

    def begin(run, arguments, keywords):
        bound = signature.bind(*arguments, **keywords)
        inputs, sources = [], _Search(run).sources
        for key, value in bound.arguments.items():
            kind = signature.parameters[key].kind
            if kind is inspect.Parameter.VAR_POSITIONAL:
                for place, item in enumerate(value):
                    inputs += sources("%s_%d" % (key, place), item)
            elif kind is inspect.Parameter.VAR_KEYWORD:
                for inner, item in value.items():
                    inputs += sources(inner, item)
            elif not (key == owner and not isinstance(value, _WRAPPED)):
                inputs += sources(key, value)
        if trainable is not None:
            inputs.append(("code", trainable._origin_in(run)))
        for _, origin in inputs:
            run.settle(origin)
        frame = _Frame(run, name, _frame.get())
        if not opens:
            values = [plain(a) for a in arguments]
            named = {key: plain(item) for key, item in keywords.items()}
            for before, after in list(zip(arguments, values)) + [(keywords[key], named[key]) for key in named]:
                origin = _origin_of(before, run)
                if origin is not None and after is not None:
                    run.remember(after, origin)
                    if isinstance(after, str):
                        run.piece(after, origin)
            arguments, keywords = values, named
        return inputs, frame, arguments, keywords

    def finish(run, frame, inputs, result, start):
        read = [(key, run.settle(origin)) for key, origin in list(frame.reads.items())
                if all(origin is not other for _, other in inputs)]
        inner = list(frame.leaves.values())
        returned = _origin_of(result, run)
        if returned is not None and frame.number is not None:
            run.settle(returned)
            inner = [origin for origin in list(frame.leaves.values()) if origin is not returned] + [returned]
        parents = inputs + read + [(origin.name, origin) for origin in inner[:-1]]
        parents = list(_distinct(parents))
        if inner:
            parents.append(("result" if all(n != "result" for n, _ in parents) else "result_", inner[-1]))
        value = plain(result)
        origin = _Origin(run, "operation", name, value, name, tuple(parents), doc)
        run.report(origin, start=start, duration=run.elapsed() - start, **where)
        run.remember(value, origin)
        return wrapped(value, origin)

    def fail(run, frame, inputs, error, start):
        cause = getattr(error, "_optrace_node", None)
        parents = inputs + [(key, run.settle(origin)) for key, origin in list(frame.reads.items())
                            if all(origin is not other for _, other in inputs)]
        if cause is not None and cause.run is run:
            parents.append(("failure", cause))
        failure = _Origin(run, "failure", name, None, name, _distinct(parents), doc)
        _report_failure(run, failure, error, (function, trainable), start=start, duration=run.elapsed() - start, **where)

    def inside(run, frame, inputs, start, ends=()):
        return _Inside(frame, lambda error: fail(run, frame, inputs, error, start), ends)

    def body():
        return function if trainable is None else trainable._function(function)

    def alone(arguments, keywords):
        return body()(*map(plain, arguments), **{key: plain(item) for key, item in keywords.items()})

    async def later(awaitable, run, frame, inputs, start):
        with inside(run, frame, inputs, start):
            result = await awaitable
        return finish(run, frame, inputs, result, start)

    def stepping(run, arguments, keywords, ends):
        """Of a generator: what makes it, what each of its steps runs in, and how its items are handed on."""
        if run is None:
            return functools.partial(alone, arguments, keywords), contextlib.nullcontext, by_hand
        inputs, frame, arguments, keywords = begin(run, arguments, keywords)
        start = 0

        def step():
            nonlocal start
            start = run.elapsed()
            frame.leaves.clear()
            return inside(run, frame, inputs, start, ends)
        return lambda: body()(*arguments, **keywords), step, lambda item: finish(run, frame, inputs, item, start)

    if inspect.isgeneratorfunction(function):
        @functools.wraps(function)
        def call_generator(*arguments, **keywords):
            run = _current()
            if run is None and not as_nodes:
                return (yield from alone(arguments, keywords))
            make, step, shown = stepping(run, arguments, keywords, StopIteration)
            items = None
            proceed = lambda: next(items)
            try:
                while True:
                    try:
                        with step():
                            if items is None:
                                items = make()
                            item = proceed()
                    except StopIteration as end:
                        return end.value
                    item = shown(item)
                    try:
                        sent = yield item
                        proceed = functools.partial(items.send, plain(sent))
                    except GeneratorExit:
                        raise
                    except BaseException as error:
                        proceed = functools.partial(items.throw, error)
            finally:
                if items is not None:
                    items.close()
        return call_generator

    if inspect.isasyncgenfunction(function):
        # By hand too: `inspect` has to tell what it is, and there is no `yield from` for it.
        @functools.wraps(function)
        async def call_stream(*arguments, **keywords):
            make, step, shown = stepping(_current(), arguments, keywords, StopAsyncIteration)
            items = None
            proceed = lambda: items.__anext__()
            try:
                while True:
                    try:
                        with step():
                            if items is None:
                                items = make()
                            item = await proceed()
                    except StopAsyncIteration:
                        return
                    item = shown(item)
                    try:
                        sent = yield item
                        proceed = functools.partial(items.asend, plain(sent))
                    except GeneratorExit:
                        raise
                    except BaseException as error:
                        proceed = functools.partial(items.athrow, error)
            finally:
                if items is not None:
                    await items.aclose()
        return call_stream

    if inspect.iscoroutinefunction(function):
        @functools.wraps(function)
        async def call_async(*arguments, **keywords):
            run = _current()
            if run is None:
                return by_hand(await alone(arguments, keywords))
            inputs, frame, arguments, keywords = begin(run, arguments, keywords)
            start = run.elapsed()

            async def work():
                return await body()(*arguments, **keywords)
            return await later(work(), run, frame, inputs, start)
        return call_async

    @functools.wraps(function)
    def call(*arguments, **keywords):
        run = _current()
        if run is None:
            return by_hand(alone(arguments, keywords))
        inputs, frame, arguments, keywords = begin(run, arguments, keywords)
        start = run.elapsed()
        with inside(run, frame, inputs, start):
            result = body()(*arguments, **keywords)
        if inspect.iscoroutine(result):
            # A decorator of the program's own around an async function.
            return later(result, run, frame, inputs, start)
        return finish(run, frame, inputs, result, start)
    return call


def _message(error):
    """What an exception says, and those that it was raised from."""
    said, seen = str(error), {id(error)}
    cause = error.__cause__
    while cause is not None and id(cause) not in seen and len(seen) < 8:
        said += "%sfrom %s: %s" % ("\n" if said else "", type(cause).__name__, cause)
        seen.add(id(cause))
        cause = cause.__cause__
    return said


def _report_failure(run, failure, error, recorded, **more):
    told = {"type": type(error).__name__, "message": _message(error)}
    source, line = _failing_line(error, *recorded) if recorded else (None, None)
    if source is not None:
        told["source"], told["line"] = source, line
        error._optrace_source = (source, line)
    run.report(failure, type="failure", error=told, **more)
    try:
        error._optrace_node = failure
    except AttributeError:
        # Exceptions without a place for attributes are told again by whoever lets them pass.
        pass


def _failing_line(error, function, trainable):
    """The source of the function and the line in it at which the error passed."""
    if isinstance(error, SyntaxError) and trainable is not None and error.filename == trainable._filename():
        return trainable._plain(), error.lineno or 1
    function = inspect.unwrap(function)
    code = getattr(function, "__code__", None)
    for entry in reversed(traceback.extract_tb(error.__traceback__)):
        if trainable is not None and entry.filename == trainable._filename():
            return trainable._plain(), entry.lineno
        if trainable is None and entry.filename == getattr(code, "co_filename", None) and entry.name == code.co_name:
            try:
                lines, first = inspect.getsourcelines(function)
            except (OSError, TypeError):
                return None, None
            return textwrap.dedent("".join(lines)), entry.lineno - first + 1
    if trainable is not None and not _parses(trainable._plain()):
        return trainable._plain(), 1
    return None, None


def _parses(source):
    try:
        ast.parse(source)
        return True
    except SyntaxError:
        return False


def record(name, value, inputs=None, description=""):
    """Records a value as the result of an operation on `inputs`, a dict of argument names; returns it recorded."""
    run = _current()
    if run is None:
        return value
    parents, sources = [], _Search(run).sources
    for key, item in (inputs or {}).items():
        parents += sources(key, item)
    origin = _Origin(run, "operation", name, plain(value), name, _distinct(parents), description)
    run.settle(origin)
    run.remember(origin.value, origin)
    return _wrapped(origin.value, origin)


# ---------------------------------------------------------------------------------------------------------------------
# The style of node(…) and bundle(…)

def node(value, name=None, trainable=False, description="", constraint=None, **ignored):
    """A value as a node of the graph; with `trainable=True` a parameter."""
    if trainable:
        declared = parameter(name or "parameter%d" % len(_declared), plain(value), note=constraint, description=description)
        declared.__dict__["_is_node"] = True
        return declared
    run = _current()
    if isinstance(value, Parameter):
        return value
    if run is None:
        return _as_node(plain(value), None)
    # A node of a node is the node.
    origin = _origin_of(value, run) or _Origin(run, "constant", name or "node", plain(value))
    return _as_node(plain(value), origin)


def model(kind):
    """A class whose methods may be trainable, as in `@model class Agent:`; it needs nothing here."""
    return kind


class _TrainableCode(Parameter):
    """The source of a function as a parameter."""

    def _filename(self):
        return "<parameter %s>" % self._name

    def _function(self, original):
        source = self._plain()
        if source == self._initial:
            return original
        compiled = self._compiled.get(source)
        if compiled is None:
            namespace = dict(original.__globals__)
            if original.__closure__:
                for variable, cell in zip(original.__code__.co_freevars, original.__closure__):
                    namespace[variable] = cell.cell_contents
            exec(compile(source, self._filename(), "exec"), namespace)
            compiled = namespace.get(original.__name__)
            if not callable(compiled) or getattr(compiled, "__code__", None) is original.__code__:
                raise OptraceError("the code does not define %s" % original.__name__)
            if len(self._compiled) > 64:
                self._compiled.clear()
            self._compiled[source] = compiled
        return compiled


def bundle(function=None, description=None, trainable=False, name=None, constraint=None, **ignored):
    """A recorded function; with `trainable=True` its source is a code parameter of its name."""
    if function is None or isinstance(function, str):
        said = function if isinstance(function, str) else description
        return lambda found: bundle(found, said, trainable, name, constraint, **ignored)
    title = name or _name_of(function)
    doc = description or _sentence(getattr(function, "__func__", function))
    if not trainable:
        return _recorded(function, title, doc, None, as_nodes=True)
    if title in _declared and name is None:
        # Methods of two classes.
        title = function.__qualname__.replace(".<locals>", "").replace(".", "_")
    if title in _declared:
        raise OptraceError("the parameter %r is declared twice" % title)
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        raise OptraceError("the source of '%s' cannot be read, so it cannot be trainable" % title) from None
    definition = next(
        item for item in ast.parse(source).body if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)))
    source = "".join(source.splitlines(keepends=True)[definition.lineno - 1:])
    code = _TrainableCode(title, "code", source, {
        "language": "python", "entry": _entry(function), "note": constraint, "description": doc})
    code.__dict__["_compiled"] = {}
    _declared[title] = code
    return _recorded(function, title, doc, code, as_nodes=True)


def _entry(function):
    parts = []
    for item in inspect.signature(function).parameters.values():
        if item.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            raise OptraceError("'%s' takes *arguments, so it cannot be trainable" % function.__name__)
        text = item.name
        if item.default is not inspect.Parameter.empty:
            text += "=%r" % (item.default,)
        parts.append(text)
    return "%s(%s)" % (function.__name__, ", ".join(parts))


# ---------------------------------------------------------------------------------------------------------------------
# Models

def ask(messages, *, model="task", name="reply", sample=None, **settings):
    """Asks a model and returns its reply as a recorded text.

    Under Optrace the model is a role of the workflow file, and its cache, budget, retries and keys are used. Started by
    hand, an OpenAI-compatible server at OPENAI_BASE_URL is asked for OPENAI_MODEL.

    Equal questions of one example are independent samples, counted in the order in which they are asked. Where threads ask
    them at once, that order is nobody's: say which one is meant with ``sample`` (0, 1, …), so that a replay asks alike.

    Settings: temperature, max_tokens, top_p, seed, stop, json, schema.
    """
    run = _asking()
    if run is None:
        return _ask_server(_messages(messages), {key: plain(item) for key, item in settings.items()})
    call = _Call(run, messages, model, name, sample, settings)
    call.event = threading.Event()
    call.send(call.event.set)
    call.event.wait()
    return call.reply()


async def ask_async(messages, *, model="task", name="reply", sample=None, **settings):
    """The same for async programs."""
    run = _asking()
    loop = asyncio.get_running_loop()
    if run is None:
        given = _messages(messages), {key: plain(item) for key, item in settings.items()}
        return await loop.run_in_executor(None, _ask_server, *given)
    call = _Call(run, messages, model, name, sample, settings)
    done = loop.create_future()

    def wake():
        try:
            loop.call_soon_threadsafe(lambda: done.done() or done.set_result(None))
        except RuntimeError:
            # The loop was closed, and nobody waits in it.
            pass
    call.send(wake)
    await done
    return call.reply()


def _messages(messages):
    if isinstance(messages, (str, Parameter)):
        return [{"role": "user", "content": str.__str__(str(messages))}]
    return plain(list(messages))


_OVER = {"error": {"type": "Cancelled", "message": "the example that this belongs to is over"}}


class _Call:
    """A question to a model, on its way."""

    def __init__(self, run, messages, model, name, sample, settings):
        self.run, self.name = run, name
        self.inputs, sources = [], _Search(run).sources
        if isinstance(messages, (str, Parameter)):
            self.inputs += sources("prompt", messages)
        else:
            for message in messages:
                self.inputs += sources(message["role"], message["content"])
        for key, value in list(settings.items()) + [("model", model)]:
            origin = _origin_of(value, run)
            if origin is not None:
                self.inputs.append((key, origin))
        self.message = {
            "type": "call", "run": run.number, "model": plain(model), "messages": _messages(messages),
            "settings": {key: plain(item) for key, item in settings.items() if plain(item) is not None},
        }
        if sample is not None:
            self.message["sample"] = int(plain(sample))
        self.answer = None

    def send(self, wake):
        for _, origin in self.inputs:
            self.run.settle(origin)
        with self.run.lock:
            self.number = self.message["call"] = len(self.run.calls)
            self.run.calls[self.number] = self
            self.wake = wake
            self.start = self.run.elapsed()
            if self.run.is_over:
                self.take(_OVER)
            else:
                self.run.put(self.message, now=True)

    def take(self, answer):
        """Takes the first answer and wakes who waits for it."""
        with self.run.lock:
            if self.answer is None:
                self.answer = answer
                self.wake()

    def reply(self):
        run, answer = self.run, self.answer
        origin = _Origin(run, "operation", self.name, None, "ask", _distinct(self.inputs), "Asks the model.")
        more = {"start": self.start, "duration": run.elapsed() - self.start, "calls": [self.number]}
        if "error" in answer:
            error = ModelError("%s: %s" % (answer["error"]["type"], answer["error"]["message"]))
            origin.kind = "failure"
            _report_failure(run, origin, error, None, **more)
            raise error
        origin.value = answer["text"]
        run.report(origin, **more)
        run.remember(origin.value, origin)
        return _wrapped(origin.value, origin)


def _ask_server(messages, settings):
    base = os.environ.get("OPENAI_BASE_URL", "https://api.openai.com/v1").rstrip("/")
    body = {"model": os.environ.get("OPENAI_MODEL", "gpt-4o-mini"), "messages": messages}
    if settings.pop("json", False):
        body["response_format"] = {"type": "json_object"}
    schema = settings.pop("schema", None)
    if schema is not None:
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}
    body.update({key: item for key, item in settings.items() if item is not None})
    request = urllib.request.Request(
        base + "/chat/completions", json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ.get("OPENAI_API_KEY", "none")})
    try:
        with urllib.request.urlopen(request, timeout=300) as response:
            return json.load(response)["choices"][0]["message"]["content"]
    except OSError as error:
        raise ModelError("%s does not answer: %s" % (base, error)) from error


# ---------------------------------------------------------------------------------------------------------------------
# Serving

_KINDS = {str: "text", int: "integer", float: "number", bool: "flag", list: "list", dict: "object"}
_KIND_NAMES = {kind.__name__: word for kind, word in _KINDS.items()}


def serve(function, *, models=("task",), concurrency=None, name=None):
    """Gives the program to Optrace: `function` is called with the inputs of each example and returns the output.

    Returns at once when Optrace did not start the program; otherwise it never returns.
    """
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise OptraceError("'%s' is a generator: give serve a function that returns the output" % function.__name__)
    if "OPTRACE_PROTOCOL" not in os.environ:
        return
    channel = _Channel(int(os.environ["OPTRACE_REPORTS_FD"]))
    requests = os.fdopen(int(os.environ["OPTRACE_REQUESTS_FD"]), "rb", buffering=1 << 16)
    for descriptor in (channel.descriptor, requests.fileno()):
        os.set_inheritable(descriptor, False)
    # Whatever this program starts is not Optrace's child.
    for variable in ("OPTRACE_PROTOCOL", "OPTRACE_REPORTS_FD", "OPTRACE_REQUESTS_FD"):
        os.environ.pop(variable, None)
    channel.put({
        "type": "hello", "protocol": PROTOCOL, "name": name or getattr(function, "__name__", ""),
        "doc": _sentence(function), "parameters": [item._declaration() for item in _declared.values()],
        "inputs": _inputs(function), "models": list(models), "concurrency": concurrency,
        "language": "python %d.%d" % sys.version_info[:2],
    }, now=True)
    _follow_threads()
    try:
        _Server(function, channel, concurrency).loop(requests)
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                pass
        os._exit(0)


def _inputs(function):
    inputs = []
    for item in inspect.signature(function).parameters.values():
        if item.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            continue
        kind = _KINDS.get(item.annotation) or _KIND_NAMES.get(str(item.annotation), "any")
        declared = {"name": item.name, "kind": kind}
        if item.default is not inspect.Parameter.empty:
            declared["default"] = plain(item.default)
        inputs.append(declared)
    return inputs


# The threads of pools serve one run after the other.
_POOLS = ("concurrent.futures.thread", "multiprocessing.pool")


def _follow_threads():
    """Has threads that a run starts, and what it gives to pools of threads, belong to the run."""
    start, submit = threading.Thread.start, ThreadPoolExecutor.submit

    @functools.wraps(start)
    def started(thread):
        if _frame.get() is not None and getattr(getattr(thread, "_target", None), "__module__", "") not in _POOLS:
            thread.run = functools.partial(contextvars.copy_context().run, thread.run)
        start(thread)

    @functools.wraps(submit)
    def submitted(pool, function, *arguments, **keywords):
        if _frame.get() is None:
            return submit(pool, function, *arguments, **keywords)
        return submit(pool, contextvars.copy_context().run, function, *arguments, **keywords)

    threading.Thread.start, ThreadPoolExecutor.submit = started, submitted
    # Only programs that Optrace started pay for the import.
    from multiprocessing.pool import ThreadPool
    for name in ("apply_async", "map", "map_async", "starmap", "starmap_async", "imap", "imap_unordered"):
        setattr(ThreadPool, name, _carrying(getattr(ThreadPool, name)))


def _carrying(method):
    """A method of a pool that has what it is given run in the context it is given in."""
    signature = inspect.signature(method)

    @functools.wraps(method)
    def carrying(*arguments, **keywords):
        if _frame.get() is None:
            return method(*arguments, **keywords)
        context = contextvars.copy_context()

        def carried(function):
            # A context is entered by one thread at a time.
            return lambda *given, **named: context.copy().run(function, *given, **named)

        def taken(items):
            items, end = context.run(iter, items), object()
            while True:
                item = context.run(next, items, end)
                if item is end:
                    return
                yield item
        bound = signature.bind(*arguments, **keywords)
        for name in ("func", "callback", "error_callback"):
            if bound.arguments.get(name) is not None:
                bound.arguments[name] = carried(bound.arguments[name])
        if method.__name__.startswith("imap"):
            # Of these, the items are taken by a thread of the pool.
            bound.arguments["iterable"] = taken(bound.arguments["iterable"])
        return method(*bound.args, **bound.kwargs)
    return carrying


class _Server:
    def __init__(self, function, channel, concurrency):
        self.function = function
        self.channel = channel
        self.runs = {}
        self.tasks = {}
        self.is_async = inspect.iscoroutinefunction(function)
        if self.is_async:
            self.loop_of_events = asyncio.new_event_loop()
            threading.Thread(target=self.loop_of_events.run_forever, daemon=True).start()
        else:
            # Optrace bounds how many examples are under way; each waits for its models in a thread of its own.
            self.pool = ThreadPoolExecutor(max_workers=concurrency or 1024)

    def loop(self, requests):
        for line in requests:
            message = json.loads(line)
            kind = message.get("type")
            if kind == "run":
                run = _Run(self.channel, message)
                self.runs[run.number] = run
                if self.is_async:
                    self.tasks[run.number] = asyncio.run_coroutine_threadsafe(self.work_async(run), self.loop_of_events)
                else:
                    self.pool.submit(contextvars.Context().run, self.work, run)
            elif kind == "reply":
                run = self.runs.get(message["run"])
                call = run.calls.get(message["call"]) if run else None
                if call is not None:
                    call.take(message)
            elif kind == "cancel":
                run = self.runs.pop(message["run"], None)
                if run is not None:
                    run.end()
                task = self.tasks.pop(message["run"], None)
                if task is not None:
                    task.cancel()

    def arguments(self, run):
        arguments = {}
        for name, value in run.inputs.items():
            origin = _Origin(run, "input", name, value)
            run.remember(value, origin)
            if isinstance(value, str) and len(value) < _TELLING:
                run.piece(value, origin)
            arguments[name] = _wrapped(value, origin)
        return arguments

    def work(self, run):
        top = _Frame(run, "", None)
        _frame.set(top)
        try:
            self.finish(run, top, self.function(**self.arguments(run)))
        except BaseException as error:
            self.fail(run, error)
        finally:
            self.runs.pop(run.number, None)
            run.end()

    async def work_async(self, run):
        top = _Frame(run, "", None)
        _frame.set(top)
        try:
            self.finish(run, top, await self.function(**self.arguments(run)))
        except asyncio.CancelledError:
            pass
        except BaseException as error:
            self.fail(run, error)
        finally:
            self.runs.pop(run.number, None)
            self.tasks.pop(run.number, None)
            run.end()

    def finish(self, run, top, result):
        if run.is_over:
            return
        origin = _origin_of(result, run)
        if origin is None:
            parents = [(key, item) for key, item in _Search(run).sources("part", result) if item.kind != "constant"]
            doc = "Puts the parts of the output together."
            if not parents:
                # The program computed it in a way that leaves no trace: from whatever nobody has used yet.
                parents = [(leaf.name, leaf) for leaf in list(top.leaves.values())]
                parents += [(item.name, item) for item in list(run.parameter_origins.values()) if item.number is None]
                doc = "Computed by the program from what it had, in a way that was not recorded."
            kind = "operation" if parents else "constant"
            origin = _Origin(run, kind, "output", plain(result), "output", _distinct(parents), doc if parents else "")
        run.settle(origin)
        # How often a loop turned, which way was taken: the output depends on it, though nothing was made of it.
        steering = [item for item in list(top.reads.values()) if item.number is None]
        if steering:
            inputs = [("result", origin)] + [(item.name, item) for item in steering]
            origin = run.settle(_Origin(
                run, "operation", "output", origin.value, "output", _distinct(inputs),
                "The result, as parameters decided on the way."))
        self.channel.put({"type": "output", "run": run.number, "node": origin.number}, now=True)

    def fail(self, run, error):
        if run.is_over:
            return
        failure = getattr(error, "_optrace_node", None)
        told = {"type": type(error).__name__, "message": _message(error)}
        message = {"type": "failed", "run": run.number, "error": told}
        if failure is not None and failure.run is run and failure.number is not None:
            message["node"] = failure.number
            source = getattr(error, "_optrace_source", None)
            if source is not None:
                told["source"], told["line"] = source
        else:
            # The module's own frames come first.
            trail = error.__traceback__
            while trail is not None and trail.tb_next is not None and trail.tb_frame.f_code.co_filename == __file__:
                trail = trail.tb_next
            told["detail"] = "".join(traceback.format_exception(type(error), error, trail)[-6:])
        self.channel.put(message, now=True)
