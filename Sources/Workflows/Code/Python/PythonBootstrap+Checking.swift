extension PythonBootstrap {
    /// The part of the program that looks at code without running it: whether it parses, whether it defines its entry
    /// point, and whether that can be called with the parameters it is going to be given.
    static let checking = #"""
            def check(request):
                import ast
                source, entry = request["source"], request["entry"]
                _, error = parsed(source)
                if error is not None:
                    return error
                found, defined = None, []
                pending = list(reversed(ast.parse(source, FILE).body))
                while pending:
                    node = pending.pop()
                    names = []
                    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                        names = [node.name]
                        if not isinstance(node, ast.ClassDef):
                            defined.append(node.name)
                    elif isinstance(node, (ast.Import, ast.ImportFrom)):
                        names = [(a.asname or a.name).split(".")[0] for a in node.names]
                        names = [entry if n == "*" else n for n in names]
                    elif isinstance(node, ast.Assign):
                        names = [n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)]
                    elif isinstance(node, ast.AnnAssign):
                        names = [node.target.id] if isinstance(node.target, ast.Name) and node.value else []
                    else:
                        inner = [n for n in ast.iter_child_nodes(node)]
                        pending.extend(reversed([n for n in inner if isinstance(n, (ast.stmt, ast.excepthandler))
                                                 or type(n).__name__ == "match_case"]))
                    if entry in names:
                        found = node
                if found is None:
                    return {"kind": "entry", "message": "", "defined": [clean(n) for n in defined[:20]], "found": False}
                return unsuitable(ast, found, request["parameters"])

            def unsuitable(ast, found, parameters):
                line = found.lineno
                def wrong(message):
                    return {"kind": "parameters", "message": message, "line": line}
                if isinstance(found, ast.ClassDef):
                    return wrong("it is a class, not a function")
                if isinstance(found, ast.AsyncFunctionDef):
                    return wrong("it is an async function; write an ordinary one")
                if isinstance(found, (ast.Assign, ast.AnnAssign)) and isinstance(found.value, ast.Lambda):
                    arguments = found.value.args
                elif isinstance(found, (ast.Assign, ast.AnnAssign)) and isinstance(found.value, ast.Constant):
                    return wrong("it is a constant, not a function")
                elif isinstance(found, ast.FunctionDef) and not found.decorator_list:
                    arguments = found.args
                else:
                    return None
                positional = [a.arg for a in arguments.posonlyargs]
                plain = [a.arg for a in arguments.args]
                named = [a.arg for a in arguments.kwonlyargs]
                both = positional + plain
                optional = set(both[len(both) - len(arguments.defaults):] if arguments.defaults else [])
                optional |= {n for n, d in zip(named, arguments.kw_defaults) if d is not None}
                passed = [name for name, _ in parameters]
                for name, may_be_left_out in parameters:
                    if name in positional:
                        return wrong("its parameter '" + name + "' cannot be passed by name because of the '/'")
                    if name not in plain and name not in named:
                        if arguments.kwarg is None:
                            return wrong("it has no parameter '" + clean(name) + "'")
                    elif may_be_left_out and name not in optional:
                        return wrong("its parameter '" + clean(name) + "' needs a default")
                for name in both + named:
                    if name not in optional and name not in passed:
                        return wrong("its parameter '" + clean(name) + "' is never passed; give it a default or remove it")
                return None


        """#
}
