using Ingot.Benchmarks.Speculation;

namespace Ingot.Benchmarks.Comparison;

/// <summary>This engine while it writes an edited file, with guesses or without: <c>code edit</c> of <c>speculation</c>.</summary>
internal sealed class ReplayContender(string name, string folder, int mostDraft, int threads) : IContender
{
    private const int AnswerTokens = 400;

    private readonly ReplayEngine _engine = new(folder, mostDraft, threads);
    private readonly CodeEdit _edit = new();
    private int _answers;

    /// <inheritdoc/>
    public string Name => name;

    /// <summary>Tokens a second after the first.</summary>
    public async Task<double> AnswerAsync()
    {
        int[] prompt = [.. _edit.Prompt];
        // What was answered to the same prompt before is the best guess there is, but nobody asks twice.
        prompt[0] = ++_answers;
        ReplaySpeed speed = await _engine.AnswerAsync(prompt, [.. _edit.Answer.Take(AnswerTokens)], prediction: [], AnswerTokens);
        return speed.TokensPerSecond;
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();
}
