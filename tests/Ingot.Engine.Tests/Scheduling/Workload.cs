using FsCheck;
using FsCheck.Fluent;

namespace Ingot.Engine.Tests.Scheduling;

/// <summary>A whole day of a scheduler.</summary>
/// <param name="Blocks">Blocks of the cache.</param>
/// <param name="MaxSequences">Sequences at once.</param>
/// <param name="Budget">Tokens in a step.</param>
/// <param name="Draft">The most tokens of a guess.</param>
/// <param name="PromptTokens">The most tokens of prompts in a step.</param>
/// <param name="ScoreBudget">The most of these whose rows are wanted.</param>
/// <param name="Asks">The requests.</param>
/// <param name="Limits">Lengths beyond which keys are others, ascending; null for none.</param>
/// <param name="CanCopy">Whether blocks can be copied.</param>
public sealed record Workload(
    int Blocks, int MaxSequences, int Budget, int Draft, int PromptTokens, int ScoreBudget, IReadOnlyList<Ask> Asks, IReadOnlyList<int>? Limits = null, bool CanCopy = true)
{
    public const int BlockSize = 4;

    public static Arbitrary<Workload> Any() => (
        from blocks in Gen.Choose(10, 60)
        from maxSequences in Gen.Choose(1, 8)
        from spare in Gen.Choose(0, 30)
        from draft in Gen.Elements(0, 1, 3, 9)
        from promptTokens in Gen.Choose(1, 40)
        from scoreBudget in Gen.Choose(1, 12)
        from count in Gen.Choose(1, 20)
        from asks in AnyAsk(blocks * BlockSize).ListOf(count)
        from limits in Gen.Elements<int[]?>(null, [17], [9, 32])
        from canCopy in Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false)))
        select new Workload(blocks, maxSequences, maxSequences + spare, draft, promptTokens, scoreBudget, [.. asks], limits, canCopy)).ToArbitrary();

    /// <summary>Whose prompt a request has.</summary>
    public int Source(int index)
    {
        while (index > 0 && Asks[index].Continues)
            index--;
        return index;
    }

    public int[] Prompt(int index) => Some.Prompt(Source(index), Asks[Source(index)].PromptLength);

    /// <summary>
    /// Even one after the other, each computed token by token, once more for every older one that could throw it out, and all that for every
    /// length it outgrows, all are done by then.
    /// </summary>
    public int LongestWait => 200 + (Asks.Sum(a => a.MaxTokens + Asks.Max(b => b.PromptLength)) * (1 + Asks.Count) * (1 + (Limits?.Count ?? 0)));

    private static Gen<Ask> AnyAsk(int cacheTokens) =>
        from arrival in Gen.Choose(0, 40)
        from prompt in Gen.Choose(1, Math.Min(30, cacheTokens / 2))
        from tokens in Gen.Choose(1, Math.Min(60, cacheTokens / 2))
        from cancelled in Gen.Frequency((3, Gen.Constant<int?>(null)), (1, Gen.Choose(0, 30).Select(n => (int?)n)))
        from continues in Gen.Elements(true, false)
        from forced in Gen.Elements(0, 0, 2, 11)
        from scored in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new Ask(arrival, prompt, tokens, cancelled, continues, forced, scored);
}

/// <summary>One request.</summary>
/// <param name="ArrivesAt">The step it comes at.</param>
/// <param name="PromptLength">Tokens of its prompt, unless it has another's.</param>
/// <param name="MaxTokens">Tokens it wants.</param>
/// <param name="CancelledAfter">So many steps later it is cancelled; null for never.</param>
/// <param name="Continues">Whether it has its prompt from the one before.</param>
/// <param name="Forced">The most tokens that are forced on it after one it says.</param>
/// <param name="IsScored">Whether every row of its prompt is wanted.</param>
public sealed record Ask(int ArrivesAt, int PromptLength, int MaxTokens, int? CancelledAfter = null, bool Continues = false, int Forced = 0, bool IsScored = false);
