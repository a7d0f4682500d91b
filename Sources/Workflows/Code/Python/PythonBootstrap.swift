/// The program every Python child runs: it sets its own limits, then answers one JSON line on descriptor 4 for each
/// JSON line on descriptor 3.
///
/// The code it runs shares its process, so nothing here is trusted by the parent: this side only makes errors good.
/// Requests are `{"id", "do": "load" | "call" | "check", …}`; replies `{"id", "value"}` or
/// `{"id", "error": {"kind", "message", …}}`. Limits come as one JSON argument, see ``CodeLimits/pythonArgument``.
enum PythonBootstrap {
    /// The whole program: one function, whose parts see each other.
    static let program = answering + checking + serving

    /// Limits, values and errors; loading the code, whose lines are reported under `FILE`, and calling it.
    private static let answering = #"""
        import sys, os, json, resource, _signal, _thread

        def serve():
            limits = json.loads(sys.argv[1])
            sys.argv = [""]
            if sys.path and sys.path[0] == "":
                del sys.path[0]
            os.chdir(limits["scratch"])
            for name, amount in limits["resources"].items():
                resource.setrlimit(getattr(resource, name), (amount, amount))

            FILE = "<code>"
            MODULE = "candidate"
            DEEPEST = 500
            write, getpid, leave, threads = os.write, os.getpid, os._exit, _thread._count
            read_line = open(3, "rb").readline
            encode = json.JSONEncoder(
                ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")).encode
            decode = json.JSONDecoder().decode
            set_timer, clock = _signal.setitimer, __import__("time").process_time
            output, errors = sys.stdout, sys.stderr
            home = getpid()
            state = {"id": None, "cpu_end": 0}
            namespace = {}

            class Unfit(Exception):
                pass

            def send(reply):
                data = encode(reply).encode("utf-8", "replace") + b"\n"
                while data:
                    data = data[write(4, data):]

            def clean(text):
                text = str(text)
                return text.encode("utf-8", "replace").decode()[:4000]

            def deepest_line(traceback):
                line = None
                while traceback is not None:
                    if traceback.tb_frame.f_code.co_filename == FILE:
                        line = traceback.tb_lineno
                    traceback = traceback.tb_next
                return line

            def described(error):
                try:
                    name = clean(type(error).__name__)
                except BaseException:
                    name = "Exception"
                try:
                    message = clean(error)
                except BaseException:
                    message = ""
                line = deepest_line(error.__traceback__)
                if isinstance(error, SyntaxError) and error.filename == FILE:
                    line, message = error.lineno, clean(error.msg)
                    return {"kind": "syntax", "name": name, "message": message, "line": line}
                return {"kind": "raised", "name": name, "message": message, "line": line}

            def out_of_time(number, frame):
                if state["id"] is None or getpid() != home:
                    return
                while frame is not None and frame.f_code.co_filename != FILE:
                    frame = frame.f_back
                kind = "cpu" if number == _signal.SIGXCPU else "timeout"
                line = frame.f_lineno if frame is not None else None
                send({"id": state["id"], "error": {"kind": kind, "message": "", "line": line}})
                leave(124)

            def start_clocks(seconds):
                used = clock()
                if used + limits["cpu"] > state["cpu_end"]:
                    state["cpu_end"] = int(used) + limits["cpu"] + 1
                    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
                    resource.setrlimit(resource.RLIMIT_CPU, (state["cpu_end"], hard))
                _signal.signal(_signal.SIGXCPU, out_of_time)
                _signal.signal(_signal.SIGALRM, out_of_time)
                set_timer(_signal.ITIMER_REAL, seconds)

            def fit(value, depth=0):
                kind = type(value)
                if kind is str or isinstance(value, str):
                    if not value.isascii():
                        try:
                            value.encode("utf-8")
                        except UnicodeEncodeError:
                            raise Unfit("a text with half of a surrogate pair, which is not valid Unicode") from None
                elif value is None or kind is bool:
                    pass
                elif isinstance(value, int):
                    if not -0x8000000000000000 <= value <= 0x7FFFFFFFFFFFFFFF:
                        raise Unfit("an int that does not fit 64 bits")
                elif isinstance(value, float):
                    if value != value or value in (float("inf"), float("-inf")):
                        raise Unfit("the float " + repr(float(value)) + ", for which JSON has no word")
                elif isinstance(value, (list, tuple)):
                    if depth >= DEEPEST:
                        raise Unfit("nested deeper than 500 levels, or contains itself")
                    for element in value:
                        fit(element, depth + 1)
                elif isinstance(value, dict):
                    if depth >= DEEPEST:
                        raise Unfit("nested deeper than 500 levels, or contains itself")
                    for name, element in value.items():
                        if not isinstance(name, str):
                            raise Unfit("a dict with a key of type " + type(name).__name__ + "; keys must be str")
                        fit(name, depth)
                        fit(element, depth + 1)
                else:
                    raise Unfit("a value of type " + kind.__name__)

            def entry_of(request):
                name = request["entry"]
                function = namespace.get(name)
                if callable(function):
                    return function, None
                known = [clean(n) for n, v in namespace.items() if type(v) is type(serve)]
                return None, {"kind": "entry", "message": "", "defined": known[:20], "found": name in namespace}

            def parsed(source):
                # What a parser gives up with is not always a SyntaxError: null bytes, nesting, memory.
                try:
                    return compile(source, FILE, "exec", dont_inherit=True), None
                except Exception as caught:
                    error = described(caught)
                    error["kind"] = "syntax"
                    return None, error

            def load(request):
                module = type(sys)(MODULE)
                sys.modules[MODULE] = module
                nonlocal namespace
                namespace = module.__dict__
                code, error = parsed(request["source"])
                if error is None:
                    exec(code, namespace)
                return error

            def call(request):
                function, error = entry_of(request)
                if error is not None:
                    return None, error
                value = function(**request["arguments"])
                try:
                    fit(value)
                except Unfit as unfit:
                    return None, {"kind": "unfit", "message": clean(unfit)}
                return value, None


        """#

    /// Reading requests, and answering them one after another.
    private static let serving = #"""
            def answer(request):
                kind = request["do"]
                if kind == "call":
                    return call(request)
                if kind == "load":
                    return None, load(request)
                return None, check(request)

            send({"id": 0, "value": None})
            while True:
                line = read_line()
                if not line:
                    leave(0)
                request = decode(line.decode())
                number = request["id"]
                error = value = None
                try:
                    state["id"] = number
                    start_clocks(request["seconds"])
                    value, error = answer(request)
                except BaseException as caught:
                    error = described(caught)
                    caught = None
                if getpid() != home:
                    leave(0)
                set_timer(_signal.ITIMER_REAL, 0)
                state["id"] = None
                for stream in (output, errors):
                    try:
                        stream.flush()
                    except BaseException:
                        pass
                sys.stdout, sys.stderr = output, errors
                reply = {"id": number, "value": value} if error is None else {"id": number, "error": error}
                if threads() > 0:
                    reply["leftover"] = True
                try:
                    send(reply)
                except BaseException as caught:
                    error = described(caught)
                    error["kind"] = "unfit"
                    error["message"] = "a value that cannot be written: " + error["name"]
                    send({"id": number, "error": error})

        serve()
        """#
}
