"""That nothing of the client's API is left out."""

import ast
import inspect
from pathlib import Path

from dicomweb_client import DICOMwebClient

KINDS = ("search_", "retrieve_", "iter_", "store_", "delete_", "lookup_", "set_")


def calls_in(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return {
        node.func.attr
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def test_every_call_of_the_client_is_made_by_a_test_here() -> None:
    public = {
        name
        for name, member in inspect.getmembers(DICOMwebClient, callable)
        if name.startswith(KINDS)
    }
    made = set().union(*(calls_in(path) for path in Path(__file__).parent.glob("*.py")))
    assert public - made == set()
    assert len(public) > 25
