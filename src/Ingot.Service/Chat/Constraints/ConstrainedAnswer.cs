using Ingot.Engine;
using Ingot.Text.Constraints;

namespace Ingot.Service.Chat.Constraints;

/// <summary>One answer's constraint as the engine asks for it.</summary>
/// <param name="state">How far the answer is in its grammar.</param>
internal sealed class ConstrainedAnswer(ConstraintState state) : ITokenConstraint
{
    /// <inheritdoc/>
    public bool CanContinue => state.CanContinue;

    /// <inheritdoc/>
    public bool IsMaskKnown => state.IsMaskKnown;

    /// <inheritdoc/>
    public void FindMask() => state.FindMask();

    /// <inheritdoc/>
    public void FillMask(Span<ulong> allowed) => state.FillMask(allowed);

    /// <inheritdoc/>
    public void Advance(int token) => state.Advance(token);

    /// <inheritdoc/>
    public IReadOnlyList<int> TakeForced(int limit) => state.TakeForced(limit);

    /// <inheritdoc/>
    public int FitGuess(Span<int> guess, int count, out int certain) => state.FitGuess(guess, count, out certain);
}
