using Ingot.Engine.Scheduling;

namespace Ingot.Engine.Speculation;

/// <summary>
/// What steps cost on this machine with this model, learnt from those computed: so much for reading the weights and so much
/// for each row. Newer steps count more, so it follows contexts that grow and a machine that others use too.
/// </summary>
internal sealed class StepCost
{
    /// <summary>What a row costs of a step without rows, before anything is known.</summary>
    private const double RowsShare = 0.15;

    // Hardly ever more, see below. Three times is what is promised, and what comes of this lies on both sides of it.
    private const double LongestWait = 2.9;

    // How many times as long as expected a step takes that only one in so many exceeds: on a machine with nothing else to do, on
    // one that was not yet looked at, and as much of it as is allowed for, lest prompts never get read where something always interferes.
    private const double LeastSurprise = 1.05;
    private const double UsualSurprise = 1.2;
    private const double LastingSurprise = 1.25;
    private const double OneIn = 66;
    private const double SurpriseLearning = 0.04;

    // Also a prompt wants to get on.
    private const int LeastChunk = 4;

    private const int UnknownChunk = 64;

    // Products take rows by eights; what is left over of them costs as much as eight, or nearly.
    private const int RowsTogether = 8;

    // What a token of a small chunk costs of one among many, before one was seen.
    private const double SmallChunk = 1.5;

    private const double Forgetting = 0.97;
    private const double PromptLearning = 0.2;

    // How sure we are of RowsShare, in steps.
    private const double Prejudice = 0.5;

    // One step that something else held up is not to count for ten.
    private const double MostSurprise = 3;

    private double _weight, _rows, _rowsSquared, _seconds, _rowsSeconds;
    private double _fixed, _perRow, _perTokenAlone, _perTokenBeside;
    private double _surprise = UsualSurprise;

    /// <summary>Whether steps of rows alone have been seen.</summary>
    public bool IsKnown => _fixed > 0;

    /// <summary>Learns from a step that is not yet booked.</summary>
    public void Learn(StepPlan plan, double seconds)
    {
        int promptTokens = 0;
        foreach (PlannedTokens part in plan.Parts)
            promptTokens += part.IsDecode ? 0 : part.Count;
        Learn(plan.TokenCount - promptTokens, promptTokens, seconds);
    }

    /// <summary>Learns from a step.</summary>
    /// <param name="rows">Rows but for those of prompts, guessed ones included.</param>
    /// <param name="promptTokens">Tokens of prompts.</param>
    /// <param name="seconds">What it took.</param>
    public void Learn(int rows, int promptTokens, double seconds)
    {
        if (promptTokens > 0)
            LearnPrompt(rows, promptTokens, seconds);
        else if (rows > 0 && seconds > 0)
            LearnRows(rows, seconds);
    }

    /// <summary>What a step of so many rows takes, in seconds; in units of nobody knows what before anything is known.</summary>
    public double Of(double rows) => IsKnown ? _fixed + (rows * _perRow) : 1 + (rows * RowsShare);

    /// <summary>
    /// How many tokens of prompts may be computed beside rows that others wait for: so many that these hardly ever wait more than
    /// <see cref="LongestWait"/> times as long for their next tokens as without them. At least 1.
    /// </summary>
    /// <param name="rows">Rows but for those of prompts; 0 when nobody waits.</param>
    public int PromptTokensBeside(int rows)
    {
        if (rows == 0)
            return int.MaxValue;
        double each = _perTokenBeside > 0 ? _perTokenBeside : SmallChunk * _perTokenAlone;
        if (!IsKnown || each == 0)
            return UnknownChunk;
        int tokens = (int)Math.Clamp(((LongestWait / _surprise) - 1) * Of(rows) / each, LeastChunk, int.MaxValue / 2);
        int whole = ((rows + tokens) / RowsTogether * RowsTogether) - rows;
        return whole < LeastChunk ? tokens : whole;
    }

    // The further a prompt has been read, the more each of its tokens has to look at: the newest steps say what the next will cost.
    private void LearnPrompt(int rows, int promptTokens, double seconds)
    {
        if (rows > 0 && IsKnown && _perTokenBeside > 0)
            LearnSurprise(seconds / (Of(rows) + (promptTokens * _perTokenBeside)));
        double each = Math.Max(seconds - (IsKnown ? Of(rows) : 0), seconds / 10) / promptTokens;
        ref double known = ref rows == 0 ? ref _perTokenAlone : ref _perTokenBeside;
        known = known == 0 ? each : known + ((Math.Min(each, known * MostSurprise) - known) * PromptLearning);
    }

    // Up where it was exceeded and down where it was not, in such steps that it stays where one in so many exceeds it.
    private void LearnSurprise(double ratio) => _surprise = ratio > _surprise
        ? Math.Min(_surprise + SurpriseLearning, LastingSurprise)
        : Math.Max(_surprise - (SurpriseLearning / (OneIn - 1)), LeastSurprise);

    // Least squares of relative errors for seconds = fixed + rows × perRow, drawn towards perRow = RowsShare × fixed.
    private void LearnRows(int rows, double seconds)
    {
        if (IsKnown)
            seconds = Math.Min(seconds, MostSurprise * Of(rows));
        double w = 1 / (seconds * seconds);
        _weight = (_weight * Forgetting) + w;
        _rows = (_rows * Forgetting) + (w * rows);
        _rowsSquared = (_rowsSquared * Forgetting) + (w * rows * rows);
        _seconds = (_seconds * Forgetting) + (w * seconds);
        _rowsSeconds = (_rowsSeconds * Forgetting) + (w * rows * seconds);

        double pull = Prejudice * w;
        double a = _weight + (pull * RowsShare * RowsShare), b = _rows - (pull * RowsShare), d = _rowsSquared + pull;
        double determinant = (a * d) - (b * b);
        _perRow = ((a * _rowsSeconds) - (b * _seconds)) / determinant;
        _fixed = ((d * _seconds) - (b * _rowsSeconds)) / determinant;
        double mean = _seconds / _weight, meanRows = _rows / _weight;
        _perRow = Math.Clamp(_perRow, mean / meanRows / 100, mean / meanRows);
        _fixed = Math.Max(mean - (_perRow * meanRows), mean / 100);
    }
}
