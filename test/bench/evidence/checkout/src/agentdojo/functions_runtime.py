from dataclasses import dataclass


@dataclass
class FunctionCall:
    function: str
    args: dict


class FunctionsRuntime:
    def __init__(self, tools):
        self.tools = {tool.name: tool for tool in tools}

    def run_function(self, environment, name, args):
        if name not in self.tools:
            return "", f"no tool {name}"
        try:
            return self.tools[name].run(environment, **args), None
        except TypeError as error:
            return "", f"TypeError: {error}"
