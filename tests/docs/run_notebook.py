"""run_notebook.py NOTEBOOK [--update]: runs the code of a Jupyter notebook, cell by cell, in one process.

Every cell has to run without an exception. With --update the notebook keeps what each cell printed,
and the value of its last expression.
"""

import ast
import contextlib
import io
import json
import os
import sys
import tempfile


def run(source, names):
    """What a cell prints, and the value of its last expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    value = None
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "<cell>", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    return printed.getvalue(), value


def outputs(printed, value, number):
    found = []
    if printed:
        found.append({"name": "stdout", "output_type": "stream",
                      "text": printed.splitlines(keepends=True)})  # fmt: skip
    if value is not None:
        found.append({"data": {"text/plain": repr(value).splitlines(keepends=True)},
                      "execution_count": number, "metadata": {},
                      "output_type": "execute_result"})  # fmt: skip
    return found


def main():
    path = os.path.abspath(sys.argv[1])
    with open(path, encoding="utf-8") as file:
        notebook = json.load(file)
    names = {"__name__": "__main__"}
    number = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for cell in notebook["cells"]:
            if cell["cell_type"] != "code":
                continue
            number += 1
            source = "".join(cell["source"])
            try:
                printed, value = run(source, names)
            except Exception:
                print(f"{path}: cell {number} failed:\n{source}", file=sys.stderr)
                raise
            cell.update(execution_count=number, outputs=outputs(printed, value, number))
        os.chdir("/")
    if number < 5:
        sys.exit(f"{path}: expected cells with code, found {number}")
    if sys.argv[2:] == ["--update"]:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(notebook, file, ensure_ascii=False, indent=1, sort_keys=True)
            file.write("\n")


main()
