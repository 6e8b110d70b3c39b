using Ingot.Protocol.Bounds;

namespace Ingot.Protocol.Tokens;

/// <summary><c>POST /v1/tokenize</c>: text to token ids. The text goes in exactly one of three fields, so that clients of other servers fit.</summary>
public sealed record TokenizeRequest : IModelRequest
{
    /// <summary>A model's alias, name, or <c>name:version</c>. Needed.</summary>
    [TextLength(0, 512)]
    public string? Model { get; init; }

    /// <summary>The text.</summary>
    public string? Input { get; init; }

    /// <summary>Another name of <see cref="Input"/>, as llama.cpp has it.</summary>
    public string? Content { get; init; }

    /// <summary>Another name of <see cref="Input"/>, as vLLM has it.</summary>
    public string? Prompt { get; init; }

    /// <summary>Whether to add what begins and ends a sequence, as <c>/v1/completions</c> does with its prompts; default true.</summary>
    public bool? AddSpecialTokens { get; init; }

    /// <summary>Whether the text of a special token becomes that token, as in <c>/v1/completions</c>; default true. False treats it as any text, as chat messages are.</summary>
    public bool? ParseSpecial { get; init; }
}

/// <summary>The answer of <c>POST /v1/tokenize</c>.</summary>
/// <param name="Tokens">The token ids, in order.</param>
/// <param name="Count">How many they are.</param>
/// <param name="MaxModelLen">The most tokens the model takes, prompt and answer together.</param>
public sealed record Tokenized(IReadOnlyList<int> Tokens, int Count, int MaxModelLen);

/// <summary><c>POST /v1/detokenize</c>: token ids to text.</summary>
public sealed record DetokenizeRequest : IModelRequest
{
    /// <summary>A model's alias, name, or <c>name:version</c>. Needed.</summary>
    [TextLength(0, 512)]
    public string? Model { get; init; }

    /// <summary>The token ids. Needed; may be empty.</summary>
    public IReadOnlyList<int>? Tokens { get; init; }

    /// <summary>Whether to leave special tokens out; default false.</summary>
    public bool? SkipSpecialTokens { get; init; }
}

/// <summary>The answer of <c>POST /v1/detokenize</c>.</summary>
/// <param name="Text">The text; U+FFFD for bytes that are no whole character.</param>
public sealed record Detokenized(string Text);
