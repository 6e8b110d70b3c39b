using System.Globalization;
using Ingot.Compiler;
using Ingot.Service.Chat;
using Ingot.Service.Hosting;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Service.Tests.Hosting;

/// <summary>Alone, for what other tests hold is in the same process.</summary>
[CollectionDefinition(nameof(MemoryReleaseTests), DisableParallelization = true)]
[Collection(nameof(MemoryReleaseTests))]
public sealed class MemoryReleaseTests : IDisposable
{
    private const string Name = "random-model";

    private const long CacheBytes = 64 << 20;

    // 9 layers of 22.5 MB and two tables of 8.4 MB at 16 bits a number.
    private const string Shape = """
        {"architectures":["LlamaForCausalLM"],"hidden_size":1024,"intermediate_size":2816,"num_hidden_layers":9,"num_attention_heads":16,
         "num_key_value_heads":4,"head_dim":64,"max_position_embeddings":4096,"vocab_size":4096,"rms_norm_eps":1e-5,"rope_theta":10000.0,
         "hidden_act":"silu","tie_word_embeddings":false,"bos_token_id":257,"eos_token_id":258}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_process_gives_the_memory_of_an_unloaded_model_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Resident memory is read from /proc, which Linux alone has.");
        var weightBytes = Compile();
        await using var services = IngotServices.Create(
            new IngotOptions { ModelCacheDirectory = _folder["cache"], CatalogPaths = [_folder["models"]], ThreadCount = 2, KvCacheMegabytes = (int)(CacheBytes >> 20) },
            NullLoggerFactory.Instance);
        await UseAsync(services);
        await services.Models.UnloadAllAsync();
        var before = ResidentBytes();

        await UseAsync(services);
        var loaded = ResidentBytes();
        var counted = Assert.Single(services.Models.States).MemoryBytes;
        await services.Models.UnloadAllAsync();
        var after = ResidentBytes();

        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"weights {weightBytes / 1e6:F0} MB; resident before {before / 1e6:F1} MB, loaded {loaded / 1e6:F1} MB, unloaded {after / 1e6:F1} MB"));
        Assert.InRange(weightBytes, 200_000_000, 400_000_000);
        Assert.InRange(ModelFiles.Estimate(Path.Combine(_folder["models"], Name), services.Options).WeightBytes, weightBytes, weightBytes * 1.05);
        Assert.InRange(counted, weightBytes + CacheBytes * 0.9, weightBytes * 1.05 + CacheBytes);
        Assert.InRange(loaded - before, weightBytes, counted * 1.1);

        // What the rest of the process holds grows and shrinks by some megabytes meanwhile; the least that a model could leave behind is its cache.
        Assert.InRange(after, 0, before + (CacheBytes / 4));
    }

    private long Compile() => ModelCompiler.Compile(
        new CompileRequest { RandomWeightsConfig = _folder.Write("shape.json", Shape), OutputFolder = Path.Combine(_folder["models"], Name), Precision = Precision.Fp16 },
        progress: null,
        CancellationToken.None).WeightBytes;

    private static async Task UseAsync(IngotServices services)
    {
        var turn = new ChatTurn { Model = Name, Messages = [new TurnMessage { Role = TurnRole.User, Text = "Hi" }], MaxTokens = 2 };
        await using var run = await services.Chat.StartAsync(turn);
        Assert.NotEmpty(await run.Updates.ToListAsync());
    }

    private static long ResidentBytes()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
