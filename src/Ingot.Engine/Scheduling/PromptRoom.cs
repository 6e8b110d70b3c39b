namespace Ingot.Engine.Scheduling;

/// <summary>
/// Divides a step's room for prompts among the sequences that read: at least half to the oldest, so that it always gets on and no
/// prompt, however long, takes more than twice as long because of shorter ones; the rest to whoever is through soonest, the oldest
/// included. So a short prompt does not wait for a long one, and prompts of one length are read one after the other.
/// </summary>
/// <param name="plan">Where the parts go.</param>
/// <param name="scoreBudget">Tokens in a step, at most, of prompts of which every row is wanted; divided likewise.</param>
internal sealed class PromptRoom(StepPlan plan, int scoreBudget)
{
    private readonly List<Sequence> _readers = [];

    /// <summary>Whether a sequence that does not run yet would get any of the room.</summary>
    /// <param name="newcomer">The sequence.</param>
    /// <param name="rest">Tokens it would have to read.</param>
    /// <param name="running">The running sequences, oldest first.</param>
    /// <param name="room">Tokens for all of them.</param>
    public static bool IsLeftFor(Sequence newcomer, int rest, List<Sequence> running, int room)
    {
        Sequence? oldest = null;
        long before = 0;
        foreach (Sequence reader in running)
        {
            if (!reader.IsReading)
                continue;
            oldest ??= reader;
            if (Precedence.ByRest(reader, newcomer, rest) < 0)
                before += reader.Pending;
            else if (reader == oldest)
                before += Math.Min(reader.Pending, room - (room / 2));
        }
        return oldest is null || Precedence.ByAge(newcomer, oldest) < 0 || before < room;
    }

    /// <summary>Plans chunks of what is still to be read.</summary>
    /// <param name="running">The running sequences, oldest first.</param>
    /// <param name="room">Tokens for all of them.</param>
    public void Divide(List<Sequence> running, int room)
    {
        _readers.Clear();
        foreach (Sequence sequence in running)
        {
            if (sequence.IsReading)
                _readers.Add(sequence);
        }
        if (_readers.Count == 0)
            return;
        Sequence oldest = _readers[0];
        int scoreRoom = scoreBudget, keptScore = oldest.ScoresPrompt ? scoreRoom - (scoreRoom / 2) : 0;
        int kept = Math.Min(room - (room / 2), oldest.ScoresPrompt ? keptScore : oldest.Pending);
        _readers.Sort(Precedence.ByRest);
        foreach (Sequence reader in _readers)
        {
            if (reader == oldest)
                kept = keptScore = 0;
            int count = Math.Min(reader.Pending, room - kept);
            if (reader.ScoresPrompt)
            {
                count = Math.Min(count, scoreRoom - keptScore);
                scoreRoom -= count;
            }
            room -= count;
            if (count > 0)
                plan.Add(new PlannedTokens(reader, count));
        }
    }
}
