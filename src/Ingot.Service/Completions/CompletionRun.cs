using System.Runtime.CompilerServices;
using Ingot.Engine;
using Ingot.Models.Catalog;
using Ingot.Service.Chat;

namespace Ingot.Service.Completions;

/// <summary>Texts being continued. Dispose it when done, read or not: that ends the generation and gives the model back.</summary>
public sealed class CompletionRun : IAsyncDisposable
{
    private readonly ChatRun _answers;

    internal CompletionRun(ChatRun answers, BestAnswers? best, IReadOnlyList<string> echoes)
    {
        _answers = answers;
        var updates = best is null ? answers.Updates : best.ChooseAsync(answers.Updates, CancellationToken.None);
        Updates = echoes.Count == 0 ? updates : EchoAsync(updates, echoes, CancellationToken.None);
    }

    /// <summary>The model that answers.</summary>
    public ModelEntry Model => _answers.Model;

    /// <summary>
    /// As <see cref="ChatRun.Updates"/>, with text only: neither thinking nor calls are told apart. A choice's number is its
    /// prompt's place times the turn's choices, plus its place among them; its prompt's text comes first where that was asked for.
    /// </summary>
    public IAsyncEnumerable<ChatUpdate> Updates { get; }

    /// <inheritdoc cref="ChatRun.Used"/>
    public TokenUsage Used => _answers.Used;

    /// <summary>Ends the generation, if it still runs, and gives the model back.</summary>
    public ValueTask DisposeAsync() => _answers.DisposeAsync();

    private static async IAsyncEnumerable<ChatUpdate> EchoAsync(
        IAsyncEnumerable<ChatUpdate> updates, IReadOnlyList<string> echoes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var choice = 0; choice < echoes.Count; choice++)
            yield return new TextDelta(choice, echoes[choice]);
        await foreach (var update in updates.WithCancellation(cancellationToken))
            yield return update;
    }
}
