using Ingot.Engine.Sampling.Rows;

namespace Ingot.Engine.Sampling.Cuts;

/// <summary>Some of a row's tokens, picked out so that the others cost nothing more: the likeliest, usually few. Ids ascend.</summary>
internal sealed class Candidates(int vocabularySize)
{
    // More of them than this are not worth picking out only to cut some off.
    private const int Most = 4096;

    // So many standard deviations further down than a sample says.
    private const double SampleErrors = 4;

    // These are looked for in vain more than once.
    private const int MostOfMass = 2048;

    /// <summary>What is likely is usually close to the largest logits: look there first, then further, at last everywhere.</summary>
    private static readonly float[] Depths = [1, 5, 10, float.PositiveInfinity];

    private readonly int[] _ids = new int[vocabularySize];
    private readonly float[] _logits = new float[vocabularySize];
    private readonly float[] _weights = new float[vocabularySize];
    private int _count;

    /// <summary>Token ids, ascending.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, _count);

    public ReadOnlySpan<float> Logits => _logits.AsSpan(0, _count);

    /// <summary>Valid after <see cref="Weigh"/>.</summary>
    public ReadOnlySpan<float> Weights => _weights.AsSpan(0, _count);

    /// <summary>Picks out the largest logits, of equal ones the first. Negative infinity may be among them.</summary>
    public void PickTop(Row row, int count)
    {
        float low = LeastOfTop(row, count);
        _count = row.Pick(low, float.PositiveInfinity, count > Most, _ids, _logits);
        if (_count < count)
            _count = row.Pick(low = float.NegativeInfinity, float.PositiveInfinity, areMany: true, _ids, _logits);
        if (_count > count)
            KeepFrom(Rank.Select(Logits, default, low, count));
    }

    /// <summary>Picks out what is at or above a floor.</summary>
    /// <returns>False when these are so many that it is not worth it.</returns>
    public bool TryPickFrom(Row row, float floor, int most = Most)
    {
        if (row.Length > most && AreMany(row.Maxima, floor, most))
            return false;
        _count = row.Pick(floor, float.PositiveInfinity, areMany: false, _ids, _logits);
        return _count <= most;
    }

    /// <summary>Says by the largest of each block where a cut lies that is to leave a share of the weight: probably further down.</summary>
    public float GuessCut(Row row, Weighing weighing, float share)
    {
        Span<float> weights = _weights.AsSpan(0, row.Maxima.Length);
        double total = Powers.Make(row.Maxima, weighing, weights);
        return Rank.ValueOf(Rank.Select(row.Maxima, weights, float.MinValue, share * total));
    }

    /// <summary>Picks out the heaviest until they weigh enough together, or all that could belong to these are there.</summary>
    /// <param name="row">The row.</param>
    /// <param name="weighing">How they weigh; without a floor.</param>
    /// <param name="share">Which share of all weight is wanted.</param>
    /// <param name="total">All weight.</param>
    /// <param name="guess">What <see cref="GuessCut"/> says.</param>
    /// <returns>False when these are so many that it is not worth it.</returns>
    public bool TryPickMass(Row row, Weighing weighing, float share, double total, float guess)
    {
        // None weighs more than 1.
        if (share * total > Most)
            return false;
        float floor = weighing.LeastLogit(share, total, row.Length);
        foreach (float depth in Depths)
        {
            float from = Math.Max(guess - (depth * weighing.Divisor), floor);
            if (!TryPickFrom(row, from, MostOfMass))
                return false;
            if (Weigh(weighing) >= share * total || from == floor)
                return true;
        }
        return false;
    }

    /// <summary>Picks out what is at or above one value and below another.</summary>
    public void PickBetween(Row row, float low, float high) => _count = row.Pick(low, high, areMany: true, _ids, _logits);

    /// <summary>Leaves out what is below a floor.</summary>
    public void KeepFrom(float floor) => KeepFrom(Rank.Key(floor, int.MaxValue));

    /// <summary>Leaves out what ranks below a key of <see cref="Find"/>.</summary>
    public void KeepFrom(ulong lowest) =>
        _count = Thresholds.Keep(Rank.ValueOf(lowest), Rank.PlaceOf(lowest), _logits.AsSpan(0, _count), _ids.AsSpan(0, _count), _weights.AsSpan(0, _count));

    /// <summary>Makes their weights.</summary>
    /// <returns>The sum.</returns>
    public double Weigh(Weighing weighing) => Powers.Make(Logits, weighing, _weights);

    /// <summary>Ranks them, and finds the one with which their weights first sum to a mass.</summary>
    /// <returns>Its key, by its place among them.</returns>
    public ulong Find(double mass) => Rank.Select(Logits, Weights, float.MinValue, mass);

    /// <summary>Leaves out all but the heaviest, of equal ones the first, that weigh a mass together.</summary>
    public void KeepMass(double mass) => KeepFrom(Find(mass));

    /// <summary>Draws one by its weight.</summary>
    /// <param name="random">0 to 1.</param>
    /// <returns>Its id; -1 when none weighs anything.</returns>
    public int Draw(double random)
    {
        double point = random * Powers.Sum(Weights);
        int start = 0;
        for (; start < _count - Row.Block && Powers.Sum(Weights.Slice(start, Row.Block)) is var sum && point >= sum; start += Row.Block)
            point -= sum;
        int last = -1;
        for (int i = start; i < _count; i++)
        {
            if (_weights[i] == 0)
                continue;
            last = i;
            point -= _weights[i];
            if (point < 0)
                break;
        }
        return last < 0 ? -1 : _ids[last];
    }

    /// <summary>Whether so many of a row's blocks have something at or above a logit that there are probably more candidates than wanted.</summary>
    private static bool AreMany(ReadOnlySpan<float> maxima, float least, int most)
    {
        int without = 0;
        foreach (float max in maxima)
            without += max < least ? 1 : 0;

        // Spread evenly, so many candidates a block leave e to the minus as many of the blocks without any.
        double expected = maxima.Length * Math.Exp(-(double)most / maxima.Length);
        return expected >= 1 && without < expected;
    }

    /// <summary>A value that probably at least so many logits reach, and hardly any others do.</summary>
    private static float LeastOfTop(Row row, int count)
    {
        // As many blocks have a largest logit that does.
        if (count <= row.Maxima.Length)
            return Rank.ValueOf(Rank.Select(row.Maxima, default, float.MinValue, count));
        Span<float> sample = stackalloc float[Row.SampleSize];
        double share = (double)count / row.Length, rank = (share * sample.Length) + (SampleErrors * Math.Sqrt(share * sample.Length)) + 1;
        return row.TrySample(sample) && rank < sample.Length ? Rank.ValueOf(Rank.Select(sample, default, float.MinValue, rank)) : float.NegativeInfinity;
    }
}
