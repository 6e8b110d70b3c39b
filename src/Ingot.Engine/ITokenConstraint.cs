namespace Ingot.Engine;

/// <summary>
/// What one generation's tokens must follow. The engine asks what is allowed, tells what was chosen, and knows nothing of the
/// text behind it. Used by one of the engine's threads at a time, for one generation; what it throws ends that generation.
/// </summary>
public interface ITokenConstraint
{
    /// <summary>
    /// Whether tokens may follow those taken so far. When none may, the generation ends as if the model had ended it; its
    /// last token is delivered.
    /// </summary>
    bool CanContinue { get; }

    /// <summary>Whether <see cref="FillMask"/> is a matter of microseconds; if not, <see cref="FindMask"/> is called while the model computes.</summary>
    bool IsMaskKnown { get; }

    /// <summary>Works out what <see cref="FillMask"/> will be asked for next.</summary>
    void FindMask();

    /// <summary>Writes which tokens may come next, the ends of a sequence among them; at least one when tokens may follow.</summary>
    /// <param name="allowed">
    /// A bit for each token id, lowest first: as many words of 64 as the model's vocabulary needs, all of them to be written.
    /// </param>
    void FillMask(Span<ulong> allowed);

    /// <summary>Takes the token that was chosen; always one it allowed.</summary>
    /// <param name="token">The token's id.</param>
    void Advance(int token);

    /// <summary>
    /// Takes tokens that are certain to come next, because nothing else is allowed: the engine appends them without asking
    /// the model to choose.
    /// </summary>
    /// <param name="limit">How many at most, at least 1.</param>
    /// <returns>The tokens, already taken, no ends of a sequence; mostly none. After one at which the request stops, the rest is not used.</returns>
    IReadOnlyList<int> TakeForced(int limit);

    /// <summary>
    /// Goes through a guess of what comes next, and changes nothing: cuts it before the first token that would not be allowed, and before one after
    /// which no token may follow, for that one's own row would be computed in vain; then adds tokens that are certain to come there.
    /// </summary>
    /// <param name="guess">Token ids, no ends of a sequence, and room for more.</param>
    /// <param name="count">How many it has, at least 1.</param>
    /// <param name="certain">
    /// How many it has in the end that <see cref="TakeForced"/> would take once those before them were chosen; 0 when all before was cut.
    /// </param>
    /// <returns>How many it has in the end, the certain ones included.</returns>
    int FitGuess(Span<int> guess, int count, out int certain);
}
