using Ingot.Engine.Speculation;
using Ingot.Errors;

namespace Ingot.Engine;

/// <summary>How many rows of logits a step may give, so that they fit into memory and into one array, however wide they are.</summary>
internal sealed class LogitRoom
{
    /// <summary>The widest row: models of language have a hundredth of that.</summary>
    public const int WidestRow = 1 << 24;

    // 2 GiB: the 1024 answers that an engine may make at once have that much room up to half a million tokens.
    private const int MostLogits = 1 << 29;

    // 16 MiB: prompts to be scored can wait.
    private const int MostScoredLogits = 1 << 22;

    /// <param name="width">Logits in a row.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.ModelUnsupported"/>: a row is wider than <see cref="WidestRow"/>.</exception>
    public LogitRoom(int width)
    {
        if (width > WidestRow)
            throw new IngotException(ErrorCode.ModelUnsupported, $"The model has logits for {width} tokens; at most {WidestRow} are supported.");
        MostScoredRows = Math.Max(1, MostScoredLogits / width);
        MostAnswers = Math.Max(1, (MostLogits / width) - MostScoredRows - Speculator.MostRows);
    }

    /// <summary>Logits to claim room for where there is too little: twice as many as before, so that this is seldom, but no more than there may be.</summary>
    /// <param name="before">How many there was room for.</param>
    /// <param name="needed">How many there must be room for.</param>
    public static int Grown(int before, int needed) => (int)Math.Max(needed, Math.Min(2L * before, MostLogits));

    /// <summary>Answers in a step, beside as many guesses as there ever are and the rows of scored prompts; at least 1.</summary>
    public int MostAnswers { get; }

    /// <summary>Rows of prompts to be scored, in a step; at least 1.</summary>
    public int MostScoredRows { get; }
}
