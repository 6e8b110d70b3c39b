namespace Ingot.Service.Chat.Calls;

/// <summary>The formats that are known, the more particular ones first.</summary>
internal static class CallFormats
{
    private const string NamedArguments = """{"name": "$name", "arguments": $arguments}""";

    /// <summary>A JSON object in tags, as Hermes and Qwen write it; and what models are asked for that have no format of their own.</summary>
    public static CallFormat Tagged { get; } = new()
    {
        Name = "tagged JSON",
        Signs = ["<tool_call>"],
        Markers = ["<tool_call>", "</tool_call>"],
        Open = "<tool_call>\n",
        Call = NamedArguments,
        Close = "\n</tool_call>",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CallFormat> All { get; } =
    [
        new()
        {
            Name = "Qwen3-Coder",
            Signs = ["<tool_call>", "<function=", "<parameter="],
            Markers = ["<tool_call>", "</tool_call>"],
            Open = "<tool_call>\n",
            Call = "<function=$name>\n$arguments</function>",
            Close = "\n</tool_call>",
            Parameter = "<parameter=$key>\n$value\n</parameter>\n",
        },
        new()
        {
            Name = "GLM",
            Signs = ["<tool_call>", "<arg_key>"],
            Markers = ["<tool_call>", "</tool_call>", "<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>"],
            Open = "<tool_call>",
            Call = "$name\n$arguments",
            Close = "</tool_call>",
            Parameter = "<arg_key>$key</arg_key>\n<arg_value>$value</arg_value>\n",
        },
        new()
        {
            Name = "MiniMax",
            Signs = ["<minimax:tool_call>", "<invoke name="],
            Markers = ["<minimax:tool_call>", "</minimax:tool_call>"],
            Open = "<minimax:tool_call>\n",
            Call = "<invoke name=\"$name\">\n$arguments</invoke>\n",
            Separator = "",
            Close = "</minimax:tool_call>",
            Parameter = "<parameter name=\"$key\">$value</parameter>\n",
        },
        Tagged,
        new()
        {
            Name = "Mistral",
            Signs = ["[TOOL_CALLS]", "[ARGS]"],
            Markers = ["[TOOL_CALLS]", "[CALL_ID]", "[ARGS]"],
            Open = "[TOOL_CALLS]",
            Call = "$name(?[CALL_ID]$id?)[ARGS]$arguments",
            Between = "",
            Ids = CallIdForm.Nine,
        },
        new()
        {
            Name = "Mistral array",
            Signs = ["[TOOL_CALLS]"],
            Markers = ["[TOOL_CALLS]"],
            Open = "[TOOL_CALLS](? ?)[",
            Call = """{"name": "$name", "arguments": $arguments(?, "id": "$id"?)}""",
            Separator = ", ",
            Close = "]",
            Ids = CallIdForm.Nine,
        },
        new()
        {
            Name = "DeepSeek V3 and R1",
            Signs = ["<｜tool▁calls▁begin｜>", "```json"],
            Markers = ["<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>", "<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>", "<｜tool▁sep｜>"],
            Open = "<｜tool▁calls▁begin｜>",
            Call = "<｜tool▁call▁begin｜>function<｜tool▁sep｜>$name\n```json\n$arguments\n```<｜tool▁call▁end｜>",
            Separator = "\n",
            Close = "<｜tool▁calls▁end｜>",
        },
        new()
        {
            Name = "DeepSeek V3.1",
            Signs = ["<｜tool▁calls▁begin｜>"],
            Markers = ["<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>", "<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>", "<｜tool▁sep｜>"],
            Open = "<｜tool▁calls▁begin｜>",
            Call = "<｜tool▁call▁begin｜>$name<｜tool▁sep｜>$arguments<｜tool▁call▁end｜>",
            Separator = "",
            Close = "<｜tool▁calls▁end｜>",
        },
        new()
        {
            Name = "Kimi K2",
            Signs = ["<|tool_calls_section_begin|>"],
            Markers = ["<|tool_calls_section_begin|>", "<|tool_calls_section_end|>", "<|tool_call_begin|>", "<|tool_call_argument_begin|>", "<|tool_call_end|>"],
            Open = "<|tool_calls_section_begin|>",
            Call = "<|tool_call_begin|>functions.$name:$number<|tool_call_argument_begin|>$arguments<|tool_call_end|>",
            Separator = "",
            Close = "<|tool_calls_section_end|>",
            Ids = CallIdForm.Numbered,
        },
        new()
        {
            Name = "Apertus",
            Signs = ["<|tools_prefix|>"],
            Markers = ["<|tools_prefix|>", "<|tools_suffix|>"],
            Open = "<|tools_prefix|>[",
            Call = """{"$name": $arguments}""",
            Separator = ", ",
            Close = "]<|tools_suffix|>",
        },
        new()
        {
            Name = "Nemotron",
            Signs = ["<TOOLCALL>"],
            Markers = ["<TOOLCALL>", "</TOOLCALL>"],
            Open = "<TOOLCALL>[",
            Call = NamedArguments,
            Separator = ", ",
            Close = "]</TOOLCALL>",
        },
        new()
        {
            Name = "Phi",
            Signs = ["<|tool|>"],
            Markers = ["<|tool_call|>", "<|/tool_call|>"],
            Open = "<|tool_call|>[",
            Call = NamedArguments,
            Separator = ", ",
            Close = "]<|/tool_call|>",
        },
        new()
        {
            Name = "Granite",
            Signs = ["<|tool_call|>"],
            Markers = ["<|tool_call|>"],
            Open = "<|tool_call|>[",
            Call = NamedArguments,
            Separator = ", ",
            Close = "]",
        },
        new()
        {
            Name = "FireFunction",
            Signs = ["functools["],
            Markers = ["functools["],
            Open = "functools[",
            Call = NamedArguments,
            Separator = ", ",
            Close = "]",
        },
        new()
        {
            Name = "GigaChat",
            Signs = ["<|function_call|>"],
            Markers = ["<|function_call|>"],
            Open = "<|function_call|>",
            Call = NamedArguments,
            IsSingle = true,
        },
        new()
        {
            Name = "Functionary",
            Signs = [">>>", "recipient"],
            Markers = [">>>"],
            Open = ">>>",
            Call = "$name\n$arguments",
            Between = "",
            Preface = ">>>all\n",
        },
        new()
        {
            Name = "function tag",
            Signs = ["<function="],
            Markers = ["<function=", "</function>"],
            Open = "<function=",
            Call = "$name>$arguments",
            Close = "</function>",
        },
        new()
        {
            Name = "Llama 3",
            Signs = ["ipython", "\"parameters\""],
            Markers = ["<|python_tag|>"],
            Open = "(?<|python_tag|>?)",
            Call = """{(?"type": "function", ?)"name": "$name", "parameters": $arguments}""",
            IsSingle = true,
            StartsAnswer = true,
        },
        new()
        {
            Name = "plain JSON",
            Signs = ["{\"name\":", "\"arguments\":"],
            Markers = [],
            Call = NamedArguments,
            IsSingle = true,
            StartsAnswer = true,
        },
    ];

    /// <summary>The format of the family that a chat template is of; null for a template that shows none.</summary>
    /// <param name="template">The template's text.</param>
    public static CallFormat? Of(string template)
    {
        // Quotes within a string of the template.
        var source = template.Replace("\\\"", "\"", StringComparison.Ordinal);
        return All.FirstOrDefault(format => format.IsTold(source));
    }

    /// <summary>The format whose calls a marker opens; where none is known, a JSON object between the markers.</summary>
    /// <param name="start">Opens a call; not empty.</param>
    /// <param name="end">Closes it; not empty.</param>
    public static CallFormat Between(string start, string end) =>
        All.FirstOrDefault(format => format.Parameter is null && format.Opening == start && (format.Closing ?? end) == end)
        ?? Tagged with { Signs = [], Markers = [start, end], Open = start + "\n", Close = "\n" + end };
}
