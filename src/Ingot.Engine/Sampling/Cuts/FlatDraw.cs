using Ingot.Engine.Sampling.Rows;

namespace Ingot.Engine.Sampling.Cuts;

/// <summary>
/// Draws from so many of a row's tokens that picking them out would take longer than anything else. All stay where they are: blocks of them are passed
/// over by their sums, and only the weights of the block that the draw falls into are looked at one by one. For a cut a sample says about
/// where it lies; the pass that adds up all weights adds up, too, what is above some values there, and only the few between two of these are picked out
/// and ranked.
/// </summary>
internal sealed class FlatDraw(int vocabularySize)
{
    // So many between two values are ranked.
    private const int MostRanked = 8192;

    // A bracket of a sample is narrow enough when it has about so many standard deviations.
    private const double NarrowErrors = 6;
    private const int MostRounds = 24;

    // Where this part of the blocks have something that a cut leaves, thousands of tokens do.
    private const int FlatPart = 4;
    private const int FewestBlocks = 128;

    // Of each block, what those weigh that are kept.
    private readonly double[] _kept = new double[(vocabularySize + Row.Block - 1) / Row.Block];

    /// <summary>Whether a cut probably leaves thousands of tokens.</summary>
    /// <param name="maxima">The largest of each of a row's blocks.</param>
    /// <param name="guess">About the least logit that is left; it may well be a lesser one.</param>
    public static bool IsFlat(ReadOnlySpan<float> maxima, float guess)
    {
        int above = 0;
        foreach (float max in maxima)
            above += max >= guess ? 1 : 0;
        return above > FewestBlocks && above > maxima.Length / FlatPart;
    }

    /// <summary>Draws a token by its weight, from all or from the smallest set of heaviest ones that have a share of the weight.</summary>
    /// <param name="row">Its largest has been looked for.</param>
    /// <param name="weighing">How logits weigh.</param>
    /// <param name="share">The share; 1 for all.</param>
    /// <param name="random">0 to 1: where among the kept ones' weights.</param>
    /// <param name="between">Gets those around the cut.</param>
    /// <returns>Its place; -1 when no weight was reached by rounding.</returns>
    public int Draw(Row row, Weighing weighing, float share, double random, Candidates between)
    {
        if (share < 1)
            return Draw(row, weighing, Find(row, weighing, share, between), _kept.AsSpan(0, row.BlockSums.Length), random);
        row.SumWeights(weighing);
        return Draw(row, weighing, 0, row.BlockSums, random);
    }

    private static int Draw(Row row, Weighing weighing, ulong lowest, ReadOnlySpan<double> sums, double random)
    {
        double sum = 0;
        foreach (double part in sums)
            sum += part;
        double point = random * sum;
        int block = 0;
        while (block < sums.Length - 1 && point >= sums[block])
            point -= sums[block++];

        ReadOnlySpan<float> weights = row.WeightsOf(weighing, block, stackalloc float[Row.Block]);
        int last = -1;
        for (int i = 0; i < weights.Length; i++)
        {
            int place = (block * Row.Block) + i;
            if (weights[i] <= 0 || (lowest > 0 && Rank.Key(row.Logits[place], place) < lowest))
                continue;
            last = place;
            point -= weights[i];
            if (point < 0)
                break;
        }
        return last;
    }

    /// <summary>Ranks the logits from the largest, of equal ones the first, and finds the one with which the sum of their weights first reaches the share.</summary>
    /// <returns>Its key; one below all that count when they do not reach it together.</returns>
    private ulong Find(Row row, Weighing weighing, float share, Candidates between)
    {
        float least = Math.Max(weighing.LeastLogit(share, total: 1, row.Length), weighing.Floor);
        var bracket = new Bracket(least, weighing.Max);
        Span<float> cuts = stackalloc float[Thresholds.Ways];
        Span<double> sums = stackalloc double[Thresholds.Ways];
        Array.Clear(_kept);
        Guess(row, weighing, share, null, least, bracket, cuts);
        for (int round = 0; ; round++)
        {
            double total = row.SumWeights(weighing, cuts, sums), target = Math.Max(share * total, double.Epsilon);
            int high = bracket.Narrow(cuts, sums, target);
            if (high >= 0)
                row.CopyCutSums(high, _kept);
            if (high == 0 && cuts[0] == least)
                return Rank.Key(least, int.MaxValue);
            if (bracket.Within <= MostRanked * weighing.Of(bracket.LowValue) || (bracket.IsOneValue && bracket.FromLow < double.PositiveInfinity))
                return CutBetween(row, weighing, bracket, target, between);
            if (round == 0)
                Guess(row, weighing, share, total, least, bracket, cuts);
            else
                bracket.Divide(cuts);
            if (double.IsInfinity(bracket.FromLow))
                cuts[0] = least;
        }
    }

    /// <summary>Makes up values around which the cut probably is.</summary>
    /// <param name="row">The row.</param>
    /// <param name="weighing">How logits weigh.</param>
    /// <param name="share">Which share of all weight the cut leaves.</param>
    /// <param name="total">All weight; null where it is not known.</param>
    /// <param name="least">What is below it does not count.</param>
    /// <param name="bracket">Where the cut is.</param>
    /// <param name="cuts">Gets the values, ascending.</param>
    private static void Guess(Row row, Weighing weighing, float share, double? total, float least, Bracket bracket, Span<float> cuts)
    {
        bracket.Divide(cuts);
        Span<float> sample = stackalloc float[Row.SampleSize], weights = stackalloc float[Row.SampleSize], bounds = stackalloc float[Thresholds.Ways];
        if (!row.TrySample(sample))
            return;

        // What lies below the cut is light, and a sample right about it; of the heaviest, the blocks' largest are known.
        double all = Powers.Make(sample, weighing, weights), perSampled = (double)row.Length / sample.Length;
        total ??= (all * perSampled) + SumOf(row.Maxima, weighing);
        double below = (1 - (double)share) * total.Value / perSampled, goal = all - below, error = 0;
        if (goal <= 0)
            return;
        var sampled = new Bracket(least, weighing.Max);
        Span<double> sums = stackalloc double[Thresholds.Ways];
        for (int round = 0; round < MostRounds && !sampled.IsOneValue && !(sampled.Within <= NarrowErrors * error); round++)
        {
            sampled.Divide(bounds);
            if (round == 0)
                bounds[0] = least;
            Thresholds.SumAll(sample, weights, bounds, sums);
            sampled.Narrow(bounds, sums, goal);
            double weight = weighing.Of(sampled.LowValue);
            error = Math.Max(Math.Sqrt(below * weight), weight);
        }
        bracket.Surround(sampled, goal, error, cuts);
    }

    private static double SumOf(ReadOnlySpan<float> logits, Weighing weighing)
    {
        Span<float> weights = stackalloc float[Row.Block];
        double sum = 0;
        for (; logits.Length > 0; logits = logits[Math.Min(Row.Block, logits.Length)..])
            sum += Powers.SumBlock(logits[..Math.Min(Row.Block, logits.Length)], weighing, weights[..Math.Min(Row.Block, logits.Length)]);
        return sum;
    }

    private ulong CutBetween(Row row, Weighing weighing, Bracket bracket, double target, Candidates between)
    {
        between.PickBetween(row, bracket.LowValue, bracket.HighValue);
        between.Weigh(weighing);
        ulong lowest = between.Find(target - bracket.FromHigh);
        int place = Rank.PlaceOf(lowest);
        if (place < between.Ids.Length)
            place = between.Ids[place];
        between.KeepFrom(lowest);
        for (int i = 0; i < between.Ids.Length; i++)
            _kept[between.Ids[i] / Row.Block] += between.Weights[i];
        return Rank.Key(Rank.ValueOf(lowest), place);
    }
}
