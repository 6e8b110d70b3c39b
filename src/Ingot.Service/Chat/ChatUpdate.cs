using Ingot.Engine;

namespace Ingot.Service.Chat;

/// <summary>One thing that happened to an answer. Each choice ends with <see cref="Finished"/>, the run with <see cref="UsageUpdate"/>.</summary>
/// <param name="Choice">Which of the answers, from 0.</param>
public abstract record ChatUpdate(int Choice);

/// <summary>More text of the answer.</summary>
/// <param name="Choice">Which of the answers, from 0.</param>
/// <param name="Text">Whole characters; empty only where it carries log-probabilities of tokens without text.</param>
/// <param name="LogProbabilities">The tokens since the last such update, in order; null unless asked for.</param>
public sealed record TextDelta(int Choice, string Text, IReadOnlyList<TokenProbability>? LogProbabilities = null) : ChatUpdate(Choice);

/// <summary>More of what the model thinks before it answers.</summary>
/// <param name="Choice">Which of the answers, from 0.</param>
/// <param name="Text">Whole characters, not empty.</param>
public sealed record ReasoningDelta(int Choice, string Text) : ChatUpdate(Choice);

/// <summary>A function call: its beginning, which has an id and a name, or more of its arguments, which has neither.</summary>
/// <param name="Choice">Which of the answers, from 0.</param>
/// <param name="Index">Which of the answer's calls, from 0.</param>
/// <param name="Id"><c>call_</c> and nine letters or digits; null for more arguments of a call that began before.</param>
/// <param name="Name">The function; null for more arguments of a call that began before.</param>
/// <param name="Arguments">A piece of the arguments; all pieces together are a JSON object, as text.</param>
public sealed record ToolCallDelta(int Choice, int Index, string? Id, string? Name, string Arguments) : ChatUpdate(Choice);

/// <summary>The end of one answer.</summary>
/// <param name="Choice">Which of the answers, from 0.</param>
/// <param name="Reason">Why it ended.</param>
public sealed record Finished(int Choice, ChatFinish Reason) : ChatUpdate(Choice);

/// <summary>What the run consumed; its last update. Completion tokens are those of all choices, prompt tokens are counted once.</summary>
/// <param name="Usage">The counts.</param>
/// <param name="ReasoningTokens">How many of the completion tokens were reasoning.</param>
public sealed record UsageUpdate(TokenUsage Usage, int ReasoningTokens) : ChatUpdate(0);

/// <summary>Why an answer ended.</summary>
public enum ChatFinish
{
    /// <summary>The model was done, or a stop text came.</summary>
    Stop,

    /// <summary>The token limit or the end of the context.</summary>
    Length,

    /// <summary>The model was done and called functions.</summary>
    ToolCalls,
}

/// <summary>A token and how likely it was.</summary>
/// <param name="Text">The token as text; bytes that are no whole character show as U+FFFD.</param>
/// <param name="Bytes">The bytes it stands for.</param>
/// <param name="LogProbability">Natural logarithm of its probability; null for the first token of a prompt, which nothing comes before.</param>
/// <param name="Top">The most likely tokens at this place, best first; empty within such a list and where none were asked for.</param>
public sealed record TokenProbability(string Text, ReadOnlyMemory<byte> Bytes, float? LogProbability, IReadOnlyList<TokenProbability> Top);
