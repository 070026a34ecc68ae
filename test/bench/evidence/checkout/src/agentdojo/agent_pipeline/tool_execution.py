import openai  # noqa: F401  The benchmark imports clients of models.


def is_string_list(text):
    return text.startswith("[") and text.endswith("]")


def tool_result_to_str(result):
    return str(result)
