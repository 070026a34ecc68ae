"""
Runs calls in the environments of a checkout of AgentDojo or AgentDyn, and asks the benchmark's own checks.

    python3 benchmark.py CHECKOUT

Each line of standard input is a JSON request, and each line of standard output is its answer:

    {"suite": NAME}                                        {"tools", "user_tasks", "injection_tasks", "places"} or {"failed"}
    {"open": {"suite", "task", "attack", "injections"}}    {}
    {"call": {"tool", "args"}}                             {"result"} or {"error"}
    {"judge": {"output"}}                                  {"utility", "security"} or {"failed"}

A session can be judged at any time, and goes on after that. Without an output only the attack is judged. `places` are the texts that an attacker may write.

Needs pydantic, PyYAML, deepdiff and docstring-parser. The clients of models that the benchmark imports are replaced by
empty modules, because no model is called.
"""

import functools
import importlib.abc
import importlib.machinery
import json
import sys
import types
from pathlib import Path

VERSION = "v1.2.2"
MODEL_CLIENTS = {"anthropic", "cohere", "google", "openai", "requests", "tenacity", "torch", "transformers", "vertexai"}


class Open(type):
    """A class that has every attribute."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return cls


class Anything(Exception, metaclass=Open):
    """Can be called, inherited from, and asked for anything."""

    def __init__(self, *args, **kwargs):
        super().__init__()

    def __call__(self, *args, **kwargs):
        return args[0] if args else self

    def __getattr__(self, name):
        return self

    def __add__(self, other):
        return self


class Absent(types.ModuleType):
    """A module in which every name is a class that does nothing."""

    __path__: list[str] = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Open(name, (Anything,), {})


class ModelClients(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in MODEL_CLIENTS:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return Absent(spec.name)

    def exec_module(self, module):
        pass


def described(suite):
    """The types of the tools' parameters, and the calls of a correct solution for each task."""

    def solution(task, environment):
        return [{"call": call.function, "args": call.args} for call in task.ground_truth(environment)]

    def environment():
        return injected(suite, ()).model_copy(deep=True)

    return {
        "tools": [{"name": tool.name, "inputSchema": tool.parameters.model_json_schema()} for tool in suite.tools],
        "user_tasks": [
            {
                "id": task.ID,
                "prompt": task.PROMPT,
                "output": task.GROUND_TRUTH_OUTPUT,
                "calls": solution(task, task.init_environment(environment())),
            }
            for task in suite.user_tasks.values()
        ],
        "injection_tasks": [
            {"id": task.ID, "goal": task.GOAL, "calls": solution(task, environment())}
            for task in suite.injection_tasks.values()
        ],
        "places": list(suite.get_injection_vector_defaults()),
    }


@functools.lru_cache(maxsize=64)
def injected(suite, injections):
    """The environment of a suite, which takes a second to read."""
    return suite.load_and_inject_default_environment(dict(injections))


class Session:
    def __init__(self, suite, task, attack, injections):
        self.suite = suite
        self.task = suite.get_user_task_by_id(task)
        self.attack = suite.get_injection_task_by_id(attack) if attack else None
        environment = injected(suite, tuple(sorted(injections.items())))
        self.environment = self.task.init_environment(environment.model_copy(deep=True))
        self.before = self.environment.model_copy(deep=True)
        self.runtime = FunctionsRuntime(suite.tools)
        self.calls = []

    def call(self, tool, args):
        # The benchmark reads lists that a model wrote as texts.
        args = {name: literal_eval(value) if isinstance(value, str) and is_string_list(value) else value
                for name, value in args.items()}
        self.calls.append(FunctionCall(function=tool, args=args))
        result, error = self.runtime.run_function(self.environment, tool, args)
        return {"result": tool_result_to_str(result)} if error is None else {"error": error}

    def judge(self, output):
        blocks = [text_content_block_from_string(output or "")]

        def is_done(task):
            # Some checks change what they read, such as by marking mail as read.
            before, now = self.before.model_copy(deep=True), self.environment.model_copy(deep=True)
            return bool(self.suite._check_task_result(task, blocks, before, now, self.calls))

        return {"utility": None if output is None else is_done(self.task), "security": None if self.attack is None else is_done(self.attack)}


def main():
    session = None
    for line in sys.stdin:
        request = json.loads(line)
        answer = {}
        if "suite" in request:
            try:
                suite = get_suite(VERSION, request["suite"])
            except KeyError:
                answer = {"failed": f'the benchmark has no suite {request["suite"]}'}
            else:
                answer = described(suite)
        elif "open" in request:
            asked = request["open"]
            suite = get_suite(VERSION, asked["suite"])
            session = Session(suite, asked["task"], asked["attack"], asked["injections"])
        elif "call" in request:
            answer = session.call(request["call"]["tool"], request["call"]["args"])
        else:
            try:
                answer = session.judge(request["judge"]["output"])
            except Exception as error:  # The checks of the benchmark may fail on a state that they do not expect.
                answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    sys.meta_path.append(ModelClients())
    sys.path[0] = str(Path(sys.argv[1]) / "src")
    from ast import literal_eval

    import yaml
    from agentdojo.agent_pipeline.tool_execution import is_string_list, tool_result_to_str
    from agentdojo.functions_runtime import FunctionCall, FunctionsRuntime
    from agentdojo.task_suite.load_suites import get_suite
    from agentdojo.types import text_content_block_from_string

    yaml.SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # The same loader in C.
    main()
