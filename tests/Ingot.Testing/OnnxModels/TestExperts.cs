namespace Ingot.Testing.OnnxModels;

/// <summary>A mixture of experts in the feed-forward layers of a test decoder.</summary>
public sealed record TestExperts
{
    public int Count { get; init; } = 8;

    public int Chosen { get; init; } = 2;

    /// <summary>Numbers between an expert's products.</summary>
    public int Inner { get; init; } = 48;

    public string Activation { get; init; } = "swiglu";

    /// <summary>0: gates apart from ups (or none at all), 1: they take turns, 2: one after the other.</summary>
    public int Fusion { get; init; } = 1;

    /// <summary>A third matrix of ups.</summary>
    public bool HasThird { get; init; }

    public float Alpha { get; init; } = 1;

    public float Beta { get; init; }

    /// <summary>0 leaves it out.</summary>
    public float Limit { get; init; }

    public bool Normalize { get; init; } = true;

    public bool SparseMixer { get; init; }

    public bool Bias { get; init; }

    /// <summary>Inputs that share a scale; 0 for whole rows.</summary>
    public int BlockSize { get; init; } = 32;

    /// <summary>Weights of experts are given beside their scores.</summary>
    public bool GivenWeights { get; init; }

    /// <summary>Width of an expert that all tokens go through, behind a gate of its own; 0 for none.</summary>
    public int Shared { get; init; }

    public bool IsFused => Activation == "swiglu" && !HasThird;

    public string Name
    {
        get
        {
            List<string> parts = [$"{Chosen}of{Count}", Activation];
            if (IsFused)
                parts.Add($"fused{Fusion}");
            if (HasThird)
                parts.Add("third");
            if (Alpha != 1 || Limit > 0)
                parts.Add("bounded");
            if (SparseMixer)
                parts.Add("sparse");
            else if (!Normalize)
                parts.Add("ofall");
            if (Bias)
                parts.Add("bias");
            if (BlockSize != 32)
                parts.Add(BlockSize == 0 ? "rows" : $"blocks{BlockSize}");
            if (GivenWeights)
                parts.Add("given");
            if (Shared > 0)
                parts.Add("shared");
            return string.Join('-', parts);
        }
    }
}
