using System.Runtime.CompilerServices;
using Ingot.Service.Chat;

namespace Ingot.Service.Completions;

/// <summary>Gives the best of the answers to each prompt when all are made: those with the highest mean log-probability of their tokens.</summary>
/// <param name="readers">Who reads the answers, one prompt's after the other's.</param>
/// <param name="each">Answers made to each prompt.</param>
/// <param name="kept">Of those, how many are given.</param>
/// <param name="withProbabilities">Whether log-probabilities were asked for, and not only needed here.</param>
internal sealed class BestAnswers(IReadOnlyList<ChoiceReader> readers, int each, int kept, bool withProbabilities)
{
    /// <summary>The updates of the best, renumbered, best first; the counts are those of all.</summary>
    internal async IAsyncEnumerable<ChatUpdate> ChooseAsync(IAsyncEnumerable<ChatUpdate> updates, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<ChatUpdate>[] answers = [.. readers.Select(_ => new List<ChatUpdate>())];
        await foreach (var update in updates.WithCancellation(cancellationToken))
        {
            if (update is not UsageUpdate)
            {
                answers[update.Choice].Add(update);
                continue;
            }

            foreach (var best in Best(answers))
                yield return best;
            yield return update;
        }
    }

    private IEnumerable<ChatUpdate> Best(List<ChatUpdate>[] answers) => readers
        .Select((reader, choice) => (Prompt: choice / each, choice, reader.MeanLogProbability))
        .GroupBy(answer => answer.Prompt)
        .SelectMany(prompt => prompt.OrderByDescending(answer => answer.MeanLogProbability).Take(kept))
        .SelectMany((answer, place) => answers[answer.choice].Select(update => Show(update) with { Choice = place }))
        .Where(update => update is not TextDelta { Text: "", LogProbabilities: null });

    private ChatUpdate Show(ChatUpdate update) => update is TextDelta text && !withProbabilities ? text with { LogProbabilities = null } : update;
}
