using Ingot.Testing.OnnxModels;

namespace Ingot.Compute.Tests.Execution;

/// <summary>Decoders whose feed-forward layers are mixtures of experts.</summary>
internal static class ExpertModels
{
    /// <summary>What ONNX Runtime's processor kernels compute: gates that take turns with ups, no third matrix, no sparse mixer.</summary>
    public static IReadOnlyList<TestDecoderOptions> Recorded { get; } =
    [
        Floats(new() { Activation = "relu" }),
        Floats(new() { Activation = "gelu", Normalize = false }),
        Floats(new() { Activation = "silu", Chosen = 3, Bias = true }),
        Floats(new() { Activation = "identity", Chosen = 1 }),
        Floats(new() { Chosen = 4, Alpha = 1.702f, Beta = 1, Limit = 0.7f, Bias = true }) with { Sinks = true },
        Floats(new() { Shared = 40, Normalize = false }),
        Floats(new() { Normalize = false }),
        Floats(new() { Count = 33, Chosen = 5, Inner = 64 }) with { Precision = TestPrecision.Float16 },
        Codes(TestPrecision.Int4, new() { Activation = "silu" }),
        Codes(TestPrecision.Int4, new() { Chosen = 4, Alpha = 1.702f, Beta = 1, Limit = 0.7f, Bias = true }) with { Sinks = true },
        Codes(TestPrecision.Int4, new() { BlockSize = 0, Inner = 40 }),
        Codes(TestPrecision.Int4, new() { BlockSize = 16, Inner = 80, Shared = 48 }),
        Codes(TestPrecision.Int4ZeroPoints, new() { Chosen = 3 }),
        Codes(TestPrecision.Int4ZeroPoints, new() { BlockSize = 0, Activation = "gelu" }),
        Codes(TestPrecision.Int8, new() { Chosen = 3 }),
        Codes(TestPrecision.Int8ZeroPoints, new() { Activation = "gelu" }),
        Codes(TestPrecision.Int8, new() { BlockSize = 0, Bias = true }),
        Codes(TestPrecision.Int4, new() { GivenWeights = true }),
        Codes(TestPrecision.Int4, new() { GivenWeights = true, Normalize = false }),
    ];

    private static TestDecoderOptions Floats(TestExperts experts) => new() { Experts = experts };

    private static TestDecoderOptions Codes(TestPrecision precision, TestExperts experts) =>
        new() { Precision = precision, AccuracyLevel = 1, Experts = experts.Inner == 48 ? experts with { Inner = 64 } : experts };
}
