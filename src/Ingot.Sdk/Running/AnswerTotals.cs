using Ingot.Engine;

namespace Microsoft.AI.Foundry.Local.Running;

/// <summary>What all answers of a session took together. Thread-safe.</summary>
internal sealed class AnswerTotals
{
    private long _answers;
    private long _inputTokens;
    private long _outputTokens;

    /// <summary>Answers made to their end.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>Tokens of their prompts.</summary>
    public long InputTokens => Interlocked.Read(ref _inputTokens);

    /// <summary>Their own tokens.</summary>
    public long OutputTokens => Interlocked.Read(ref _outputTokens);

    /// <summary>Counts an answer.</summary>
    public void Add(TokenUsage usage)
    {
        Interlocked.Increment(ref _answers);
        Interlocked.Add(ref _inputTokens, usage.PromptTokens);
        Interlocked.Add(ref _outputTokens, usage.CompletionTokens);
    }
}
