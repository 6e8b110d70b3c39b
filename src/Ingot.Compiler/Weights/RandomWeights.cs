using System.Numerics;
using System.Text;

namespace Ingot.Compiler.Weights;

/// <summary>
/// Weights out of nothing, for models whose shape matters and whose words do not: the same name and position always
/// give the same number, so any stretch can be had in any order. Scaled as an initialisation scales them, so that
/// activations stay finite through any number of layers.
/// </summary>
internal sealed class RandomWeights : IWeightSource
{
    private readonly ulong _seed;
    private readonly Dictionary<string, float> _spreads = new(StringComparer.Ordinal);

    /// <param name="seed">Another seed gives another model.</param>
    public RandomWeights(ulong seed) => _seed = seed;

    /// <inheritdoc/>
    public IEnumerable<string> Names => [];

    /// <inheritdoc/>
    public void Require(string name, IReadOnlyList<long> shape, bool areBytes = false) =>
        // A uniform number in +-sqrt(3/n) has the variance 1/n that keeps a sum of n products at the size of one.
        _spreads[name] = shape.Count > 1 ? MathF.Sqrt(3f / shape[^1]) : 0.1f;

    /// <inheritdoc/>
    public void Read(string name, long first, Span<float> destination)
    {
        var key = Mix(_seed ^ Hash(name));
        var scale = _spreads[name] / (1 << 23);
        var centre = name.EndsWith("norm.weight", StringComparison.OrdinalIgnoreCase) ? 1f : 0f;
        for (var i = 0; i < destination.Length; i++)
        {
            var bits = Mix(key + (ulong)(first + i));
            destination[i] = centre + (((int)(bits >> 40) - (1 << 23)) * scale);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static ulong Mix(ulong value)
    {
        value = (value + 0x9E3779B97F4A7C15) * 0xD1342543DE82EF95;
        value = BitOperations.RotateLeft(value ^ (value >> 32), 27) * 0xBF58476D1CE4E5B9;
        return value ^ (value >> 29);
    }

    private static ulong Hash(string name)
    {
        var hash = 14695981039346656037;
        foreach (var value in Encoding.UTF8.GetBytes(name)) hash = (hash ^ value) * 1099511628211;
        return hash;
    }
}
