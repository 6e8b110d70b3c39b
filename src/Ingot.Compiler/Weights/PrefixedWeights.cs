namespace Ingot.Compiler.Weights;

/// <summary>
/// A checkpoint that holds a model without the head above it, and so lacks the prefix its tensors have beside a head
/// (<c>layers.0…</c> for <c>model.layers.0…</c>).
/// </summary>
internal sealed class PrefixedWeights(IWeightSource inner, string prefix) : IWeightSource
{
    /// <inheritdoc/>
    public IEnumerable<string> Names => inner.Names.Select(name => prefix + name);

    /// <inheritdoc/>
    public void Require(string name, IReadOnlyList<long> shape, bool areBytes = false) => inner.Require(Inner(name), shape, areBytes);

    /// <inheritdoc/>
    public void Read(string name, long first, Span<float> destination) => inner.Read(Inner(name), first, destination);

    /// <summary>Nothing: the weights inside are another's to dispose.</summary>
    public void Dispose()
    {
    }

    private string Inner(string name) => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
}
