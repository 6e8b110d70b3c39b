namespace Ingot.Compiler.Configs;

/// <summary>Reads how a checkpoint turns positions into rotations: <c>rope_theta</c> with <c>rope_scaling</c>, or <c>rope_parameters</c>.</summary>
internal static class RopeReader
{
    private const int MaxContext = 1 << 24;

    // ONNX Runtime's attention turns such widths only.
    private const int WidthStep = 16;

    // Each length that has a base of its own has tables of its own.
    private const double MostDynamicFactor = 64;

    // How many times as long as one such length the next is, at most.
    private const double DynamicStep = 1.4142135623730951;

    // What the paper found for Llama, and everyone takes who says nothing else.
    private const double YarnFastTurns = 32;
    private const double YarnSlowTurns = 1;

    /// <summary>Reads and checks.</summary>
    /// <param name="fields">The fields of config.json.</param>
    /// <param name="headSize">Numbers in a head.</param>
    /// <param name="context">Positions the checkpoint says it knows; more where stretching makes them more.</param>
    public static RopeSettings Read(JsonFields fields, int headSize, ref int context)
    {
        // Newer writers keep everything about the rotations in rope_parameters, older ones in two fields.
        var parameters = fields.Object("rope_parameters");
        var theta = (parameters?.Has("rope_theta") == true ? parameters : fields).Number("rope_theta", 1, 1e12, 10_000);
        var scaling = parameters ?? fields.Object("rope_scaling");
        var plain = new RopeSettings { Theta = theta, Width = ReadWidth(fields, scaling, headSize) };
        var kind = scaling?.Text("rope_type") ?? scaling?.Text("type") ?? "default";
        return kind switch
        {
            "default" => plain,
            "linear" => plain with { Kind = RopeKind.Linear, Factor = scaling!.Number("factor", 1, 1e6) },
            "dynamic" => ReadDynamic(scaling!, plain, ref context),
            "llama3" => ReadLlama3(scaling!, plain, context),
            "yarn" => ReadYarn(fields, scaling!, plain, ref context),
            "longrope" or "su" => ReadLongRope(fields, scaling!, plain, ref context),
            _ => throw scaling!.Unsupported("rope_type", $"is '{kind}'; the compiler computes default, linear, dynamic, llama3, yarn and longrope"),
        };
    }

    private static int ReadWidth(JsonFields fields, JsonFields? scaling, int headSize)
    {
        var where = scaling?.Has("partial_rotary_factor") == true ? scaling : fields;
        var width = (int)(headSize * where.Number("partial_rotary_factor", 0, 1, 1));
        if (width == 0 || width % WidthStep != 0)
            throw where.Unsupported("partial_rotary_factor", $"turns {width} of a head's {headSize} numbers; it must be a multiple of {WidthStep}");
        return width;
    }

    private static RopeSettings ReadLlama3(JsonFields scaling, RopeSettings plain, int context)
    {
        var low = scaling.Number("low_freq_factor", 1e-6, 1e6);
        var high = scaling.Number("high_freq_factor", 1e-6, 1e6);
        if (high <= low) throw scaling.Invalid("high_freq_factor", "is not greater than low_freq_factor");
        return plain with
        {
            Kind = RopeKind.Llama3,
            Factor = scaling.Number("factor", 1, 1e6),
            LowTurns = low,
            HighTurns = high,
            OriginalContext = scaling.Integer("original_max_position_embeddings", 1, MaxContext, context),
        };
    }

    private static RopeSettings ReadYarn(JsonFields fields, JsonFields scaling, RopeSettings plain, ref int context)
    {
        if (plain.Theta <= 1) throw fields.Invalid("rope_theta", "is 1, where every wave has the same length");
        var original = scaling.Integer("original_max_position_embeddings", 1, MaxContext, context);
        var factor = scaling.Number("factor", 1, 1e6, Math.Max(1, (double)context / original));
        var fast = scaling.Number("beta_fast", 1e-6, 1e6, YarnFastTurns);
        var slow = scaling.Number("beta_slow", 1e-6, 1e6, YarnSlowTurns);
        if (fast < slow) throw scaling.Invalid("beta_fast", "is less than beta_slow");
        // Writers leave the context at what it was before, and give the factor.
        context = Math.Max(context, (int)Math.Min(MaxContext, original * factor));
        return plain with
        {
            Kind = RopeKind.Yarn,
            Factor = factor,
            LowTurns = slow,
            HighTurns = fast,
            WholePairs = scaling.Boolean("truncate", true),
            OriginalContext = original,
            Magnitude = scaling.Number("attention_factor", 1e-3, 1e3, YarnMagnitude(scaling, factor)),
        };
    }

    // Two weights of the same logarithm: DeepSeek's checkpoints have part of it elsewhere.
    private static double YarnMagnitude(JsonFields scaling, double factor)
    {
        var (all, one) = (scaling.Number("mscale_all_dim", 0, 1e3, 0), scaling.Number("mscale", 0, 1e3, 0));
        return all > 0 && one > 0 ? Sharpness(one) / Sharpness(all) : Sharpness(1);

        double Sharpness(double weight) => 1 + (0.1 * weight * Math.Log(factor));
    }

    // The longer a sequence is beyond what the model was trained for, the larger the base. Every key of a sequence hangs on it, so a few
    // lengths have one, and those between take that of the next: no text is computed again for each word that is added.
    private static RopeSettings ReadDynamic(JsonFields scaling, RopeSettings plain, ref int context)
    {
        var (original, factor) = (context, scaling.Number("factor", 1, MostDynamicFactor));
        context = (int)Math.Min(MaxContext, original * factor);
        int[] lengths = [.. DynamicLengths(original, context)];
        return plain with { LongestSequence = lengths.Length == 0 ? null : original, Longer = [.. lengths.Select(Stretched)] };

        RopeSettings Stretched(int length) => plain with
        {
            Theta = plain.Theta * Math.Pow((factor * length / original) - (factor - 1), plain.Width / (plain.Width - 2.0)),
            LongestSequence = length == lengths[^1] ? null : length,
        };
    }

    private static IEnumerable<int> DynamicLengths(int original, int context)
    {
        var steps = Math.Ceiling((Math.Log((double)context / original) / Math.Log(DynamicStep)) - 1e-9);
        return Enumerable.Range(1, (int)steps).Select(step => step == steps ? context : (int)Math.Round(original * Math.Pow((double)context / original, step / steps)))
            .Where(length => length > original).Distinct();
    }

    // Two sets of factors: one for sequences that fit into the original context, one for the others.
    private static RopeSettings ReadLongRope(JsonFields fields, JsonFields scaling, RopeSettings plain, ref int context)
    {
        var where = scaling.Has("original_max_position_embeddings") ? scaling : fields;
        var isStated = where.Has("original_max_position_embeddings");
        var original = where.Integer("original_max_position_embeddings", 2, MaxContext, Math.Max(2, context));
        var factor = isStated ? (double)context / original : scaling.Number("factor", 1, 1e6);
        context = Math.Max(context, (int)Math.Min(MaxContext, original * factor));
        var shared = plain with
        {
            Kind = RopeKind.LongRope,
            Factor = factor,
            OriginalContext = original,
            Magnitude = scaling.Number("attention_factor", 1e-3, 1e3, factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(factor) / Math.Log(original)))),
        };
        var isLonger = context > original;
        var longer = isLonger ? Of("long") : null;
        return Of("short") with { LongestSequence = isLonger ? original : null, Longer = longer is null ? [] : [longer] };

        // Some checkpoints of the Phi family give each of the two a magnitude of its own.
        RopeSettings Of(string kind) => shared with
        {
            PairFactors = scaling.Numbers($"{kind}_factor", plain.Width / 2, 1e-3, 1e6),
            Magnitude = scaling.Number($"{kind}_mscale", 1e-3, 1e3, shared.Magnitude),
        };
    }
}
