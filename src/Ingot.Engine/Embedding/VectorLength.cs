namespace Ingot.Engine.Embedding;

/// <summary>The length of vectors.</summary>
public static class VectorLength
{
    /// <summary>Brings a vector to length 1, in place; one of length 0 stays as it is.</summary>
    /// <param name="vector">The vector, finite numbers.</param>
    public static void Normalize(Span<float> vector)
    {
        var squares = 0.0;
        foreach (var value in vector)
            squares += (double)value * value;
        if (squares == 0)
            return;
        var factor = 1 / Math.Sqrt(squares);
        for (var i = 0; i < vector.Length; i++)
            vector[i] = (float)(vector[i] * factor);
    }
}
