using Ingot.Protocol.Chat;
using Ingot.Service.Chat;

namespace Ingot.Server.Mapping;

/// <summary>Gathers a run's updates into the whole answer they make.</summary>
internal sealed class CollectedAnswer(AnswerForm form)
{
    private readonly SortedDictionary<int, CollectedChoice> _choices = [];

    /// <summary>The choices, by index.</summary>
    public IReadOnlyList<ChatChoice> Choices => [.. _choices.Values.Select(choice => choice.ToWire())];

    /// <summary>What the run consumed; null until its last update.</summary>
    public UsageUpdate? Usage { get; private set; }

    /// <summary>Takes the next update.</summary>
    public void Add(ChatUpdate update)
    {
        if (update is UsageUpdate usage)
        {
            Usage = usage;
            return;
        }

        if (!_choices.TryGetValue(update.Choice, out CollectedChoice? choice))
            _choices.Add(update.Choice, choice = new CollectedChoice(update.Choice, form));
        choice.Add(update);
    }
}
