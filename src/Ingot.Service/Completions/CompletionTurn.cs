using Ingot.Service.Chat;

namespace Ingot.Service.Completions;

/// <summary>One request to continue texts as they are, without a chat template, in Ingot's own terms.</summary>
public sealed record CompletionTurn
{
    /// <summary>The model's alias, name or id.</summary>
    public required string Model { get; init; }

    /// <summary>What to continue; at least one.</summary>
    public required IReadOnlyList<CompletionPrompt> Prompts { get; init; }

    /// <summary>The text after the gap to fill; absent or empty when there is no gap. Only with prompts that are text.</summary>
    public string? Suffix { get; init; }

    /// <summary>Whether each answer begins with its prompt's text; default false. With <see cref="TopLogProbabilities"/> its tokens come with theirs.</summary>
    public bool Echo { get; init; }

    /// <summary>How tokens are drawn; what is absent is the model's own default.</summary>
    public SamplingSettings Sampling { get; init; } = new();

    /// <summary>The most tokens of an answer; with 0 the prompt is read and nothing follows. Absent means 16, or what the context leaves if that is less.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Texts that end an answer and are not part of it: at most <see cref="IngotOptions.MaxStops"/>, none empty. Default none.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>How many answers to make to each prompt, 1 to <see cref="IngotOptions.MaxChoices"/>. Default 1.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>
    /// How many answers to make to each prompt, of which the <see cref="Choices"/> with the highest log-probability for each token are
    /// given, best first; all are made before the first is given. <see cref="Choices"/> to <see cref="IngotOptions.MaxChoices"/>;
    /// absent means <see cref="Choices"/>, and the order in which they were made.
    /// </summary>
    public int? BestOf { get; init; }

    /// <summary>Absent (default): no log-probabilities. 0 to 20: each token's own and those of that many most likely ones.</summary>
    public int? TopLogProbabilities { get; init; }

    /// <summary>How long the model stays in memory after its last use, from now on; absent leaves what holds already.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>What is to compute the model, in any spelling; null (default) where that is all the same.</summary>
    public string? ExecutionProvider { get; init; }

    /// <summary>On whose behalf it is asked, as in <see cref="ChatTurn.Caller"/>. Absent (default): nobody in particular.</summary>
    public string? Caller { get; init; }
}

/// <summary>A text to continue, as characters or as tokens.</summary>
public abstract record CompletionPrompt
{
    private CompletionPrompt()
    {
    }

    /// <summary>A prompt given as text. It is trusted: the text of a special token in it becomes that token.</summary>
    /// <param name="Value">The text, not empty.</param>
    public sealed record OfText(string Value) : CompletionPrompt;

    /// <summary>A prompt given as tokens; nothing is added to them.</summary>
    /// <param name="Ids">Token ids of the model, at least one.</param>
    public sealed record OfTokens(IReadOnlyList<int> Ids) : CompletionPrompt;
}
