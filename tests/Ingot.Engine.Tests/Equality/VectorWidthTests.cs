using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Ingot.Compute;
using Ingot.Compute.Attention;
using Ingot.Compute.Execution;
using Ingot.Engine.ModelFolders;
using Ingot.Testing;

namespace Ingot.Engine.Tests.Equality;

/// <summary>Processors with vectors of 512 bits give the same logits as those with 256, to the last bit.</summary>
public sealed class VectorWidthTests(EqualityModels models) : IClassFixture<EqualityModels>
{
    private const string DigestFile = "INGOT_DIGEST_FILE";
    private const int Length = 40;

    [Fact]
    public async Task Vectors_of_512_bits_give_the_bits_of_those_of_256()
    {
        Assert.SkipUnless(Avx512F.IsSupported, "This processor has no vectors of 512 bits.");
        using var folder = new TemporaryFolder();

        string[] wide = await Digests(folder["wide"], []);
        string[] narrow = await Digests(folder["narrow"], new() { ["DOTNET_EnableAVX512"] = "0" });

        Assert.Equal(("512 bits", "256 bits"), (wide[0], narrow[0]));
        Assert.Equal(wide[1..], narrow[1..]);
    }

    [Fact(Explicit = true)]
    public void Write_a_digest_of_each_models_logits()
    {
        string? file = Environment.GetEnvironmentVariable(DigestFile);
        Assert.SkipWhen(string.IsNullOrEmpty(file), $"{DigestFile} names no file.");
        IEnumerable<string> lines = EqualityModels.Names.Select(row => $"{row.Data}: {Digest(models.Open(row.Data))}");
        File.WriteAllLines(file, [string.Create(CultureInfo.InvariantCulture, $"{(Avx512F.IsSupported ? 512 : 256)} bits"), .. lines]);
    }

    private static async Task<string[]> Digests(string file, Dictionary<string, string> environment)
    {
        ProgramRun run = await ProgramRun.DotnetAsync(
            typeof(VectorWidthTests).Assembly.Location,
            ["--filter-method", $"*{nameof(Write_a_digest_of_each_models_logits)}", "--explicit", "only"],
            environment: new Dictionary<string, string>(environment) { [DigestFile] = file });
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        return await File.ReadAllLinesAsync(file);
    }

    private static string Digest(ModelFolder folder)
    {
        int[] tokens = Some.Prompt(3, Length, folder.Config.VocabularySize);
        using DecoderExecutor executor = DecoderExecutor.Load(folder.Config.Decoder!, new ComputeOptions { ThreadCount = 1 }, default);
        using KvStore store = executor.CreateKvStore(Length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        float[] logits = new float[Length * executor.VocabularySize];
        var batch = new StepBatch();
        for (int past = 0; past < Length;)
        {
            int count = past == 0 ? 33 : Math.Min(Length - past, 1 + (past % 3));
            batch.Clear();
            batch.AddSequence(tokens.AsSpan(past, count), past, Enumerable.Range(0, Length).ToArray(), count);
            executor.Step(batch, store, logits);
            hash.AppendData(MemoryMarshal.AsBytes(logits.AsSpan(0, count * executor.VocabularySize)));
            past += count;
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
