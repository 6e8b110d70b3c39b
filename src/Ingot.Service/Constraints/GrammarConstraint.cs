using Ingot.Engine;
using Ingot.Errors;
using Ingot.Text.Constraints;

namespace Ingot.Service.Constraints;

/// <summary>A grammar's state as the engine asks for it: where text and tokens meet.</summary>
/// <param name="state">The state of one answer.</param>
public sealed class GrammarConstraint(ConstraintState state) : ITokenConstraint
{
    /// <inheritdoc/>
    public bool CanContinue => state.CanContinue;

    /// <inheritdoc/>
    public void FillMask(Span<ulong> allowed) => state.FillMask(allowed);

    /// <inheritdoc/>
    public void Advance(int token)
    {
        if (!state.Advance(token))
            throw new IngotException(ErrorCode.Internal, "A token was chosen that the requested format does not allow.");
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> TakeForced(int limit) => state.TakeForced(limit);
}
