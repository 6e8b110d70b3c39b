using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;
using Ingot.Compute.Threading;
using Ingot.Errors;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.Compute.Tests.Execution;

/// <summary>Weights in a file beside the graph: they give what those in the graph give, and a file that ends too early is a refusal.</summary>
public sealed unsafe class WeightFileTests : IDisposable
{
    private static readonly TestDecoderOptions Small = new() { Precision = TestPrecision.Int4ZeroPoints };

    private static readonly Dictionary<string, TestDecoderOptions> Options = OracleModels.All.Append(new() { Precision = TestPrecision.BFloat16, Vocabulary = 203, FeedForward = 104 })
        .Append(new() { Precision = TestPrecision.Float16, Experts = new() { Chosen = 2, Activation = "silu", HasThird = true, SparseMixer = true, Inner = 72 } })
        .Append(new() { Precision = TestPrecision.Int4, Hidden = 512, FeedForward = 1600, Vocabulary = 3000 })
        .Append(new() { Precision = TestPrecision.Float32, Hidden = 256, FeedForward = 1600, Vocabulary = 3000 })
        .ToDictionary(options => $"{OracleModels.NameOf(options)}-{options.Hidden}");

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Models => [.. Options.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_whose_weights_are_in_a_file_computes_what_one_computes_that_has_them_in_its_graph(string name)
    {
        var tokens = OracleModels.Tokens(Options[name]);
        using var inGraph = new LoadedDecoder(Options[name]);
        var expected = inGraph.Run(tokens, 0, [0, 1]);
        foreach (var backwards in new[] { false, true })
        {
            using var inFile = new LoadedDecoder(Options[name], prepare: folder => ExternalWeights.Move(folder, backwards));
            Assert.Equal(expected, inFile.Run(tokens, 0, [0, 1]));
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void A_file_that_is_shortened_while_it_is_loaded_is_refused_by_name(double left)
    {
        SkipWhereFilesCannotBeShortened();
        var description = Write();
        using var team = new ThreadTeam(2);
        using var weights = new WeightSlots();
        using var file = OnnxModelFile.Read(description.OnnxPath, description.ModelFolder);
        GraphCompiler.Compile(file, description, weights);
        long length = new FileInfo(_folder[ExternalWeights.FileName]).Length;
        ExternalWeights.Shorten(_folder.Path, (long)(length * left));

        var refusal = Assert.Throws<IngotException>(() => weights.Pack(team, CancellationToken.None));

        Assert.Equal(ErrorCode.ModelInvalid, refusal.Code);
        Assert.Matches($"Tensor '.+': The file 'model\\.onnx\\.data' ends at byte \\d+ and had {length} when it was opened: it was shortened while it was read\\.", refusal.Message);
    }

    [Fact]
    public void A_file_that_is_shortened_after_it_was_loaded_changes_nothing()
    {
        SkipWhereFilesCannotBeShortened();
        var tokens = OracleModels.Tokens(Small);
        using var decoder = new LoadedDecoder(Small, prepare: folder => ExternalWeights.Move(folder, backwards: false));
        var before = decoder.Run(tokens, 0, [0, 1]);
        ExternalWeights.Shorten(decoder.Folder, 0);
        Assert.Equal(before, decoder.Run(tokens, 0, [2, 3]));
    }

    [Fact]
    public void Bytes_are_read_where_they_are_and_not_beyond_the_end()
    {
        File.WriteAllBytes(_folder["weights.bin"], [1, 2, 3, 4, 5, 6, 7]);
        using var file = WeightFile.Open(_folder["weights.bin"], "The test");
        var room = stackalloc byte[8];
        file.Read(2, room, 5);
        Assert.Equal([3, 4, 5, 6, 7], new Span<byte>(room, 5).ToArray());
        file.Read(7, room, 0);
        file.Expect(0, long.MaxValue / 2);
        var refusal = Assert.Throws<IngotException>(() => file.Read(3, room, 5));
        Assert.Equal("The file 'weights.bin' ends at byte 7 and had 7 when it was opened: it was shortened while it was read.", refusal.Message);
    }

    private static void SkipWhereFilesCannotBeShortened() =>
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody write a file that is open for reading.");

    private DecoderDescription Write()
    {
        var description = TestDecoderGraphs.Write(Small, _folder.Path);
        ExternalWeights.Move(_folder.Path, backwards: false);
        return description;
    }
}
