namespace Ingot.Testing.OnnxModels;

/// <summary>Random numbers that are the same on every machine and in every version: models made of them can be recorded.</summary>
public sealed class TestRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>Evenly from −1 to 1, a multiple of 2⁻²³: exact as fp32.</summary>
    public float Symmetric() => ((int)(Next() >> 40) - (1 << 23)) / (float)(1 << 23);
}
