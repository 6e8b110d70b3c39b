using Ingot.Testing;

namespace Ingot.Compiler.Tests.Encoders;

/// <summary>The checkpoints whose rows are compared, by the names the recorded answers have.</summary>
internal static class EncoderCases
{
    public static readonly string[] Names = ["bert", "roberta", "mpnet"];

    /// <summary>Two texts of different lengths, so that padding and masks have something to do where there are any.</summary>
    public static readonly int[][] Texts = [[.. Enumerable.Range(0, 41).Select(i => (i * 37 % 96) + 3)], [2, 50, 7, 7, 93, 18, 3]];

    /// <summary>Longer than every bucket of distances.</summary>
    public static readonly int[] LongText = [.. Enumerable.Range(0, 180).Select(i => ((i * 53) + (i * i % 7)) % 96 + 3)];

    public static EncoderCheckpoint Make(string name) => name switch
    {
        "bert" => EncoderCheckpoint.Bert(),
        "roberta" => EncoderCheckpoint.Roberta(),
        "mpnet" => EncoderCheckpoint.MPNet(),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    public static IReadOnlyList<int[]> TextsOf(string name) => name == "mpnet" ? [.. Texts, LongText] : Texts;

    /// <summary>Compiles one case into a folder named after it and the precision.</summary>
    public static string Compile(string name, Precision precision, TemporaryFolder scratch, string folder)
    {
        var output = Path.Combine(folder, $"{name}-{precision}".ToLowerInvariant());
        ModelCompiler.Compile(new CompileRequest
        {
            SourceFolder = Make(name).Write(scratch),
            OutputFolder = output,
            Precision = precision,
            BlockSize = 16,
            Overwrite = true,
        }, null, CancellationToken.None);
        return output;
    }
}
