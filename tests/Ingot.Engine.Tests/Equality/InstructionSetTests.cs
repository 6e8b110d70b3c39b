using System.Runtime.InteropServices;
using Ingot.Compute;
using Ingot.Compute.Attention;
using Ingot.Compute.Execution;
using Ingot.Engine.ModelFolders;
using Ingot.Testing;

namespace Ingot.Engine.Tests.Equality;

/// <summary>
/// What processors with fewer instructions than this one give: every model runs on each of them, has one result however it is cut, accompanied
/// and shared out, and that is the same bits where a product and its sum are rounded once, near that where they are rounded twice.
/// </summary>
public sealed class InstructionSetTests(InstructionSetRuns runs, ITestOutputHelper output) : IClassFixture<InstructionSetRuns>
{
    private const int Length = 40;

    // Before products with weights of 4 or 8 bits, activations are rounded to 8 bits: a last bit of theirs may move a code by a whole step, and layers pass that on.
    private const double NearOfCodes = 0.05;
    private const double NearOfFloats = 1e-5;

    [Theory]
    [InlineData("DOTNET_EnableAVX512", InstructionSet.Avx2)]
    [InlineData("DOTNET_EnableAVX2", InstructionSet.Avx)]
    [InlineData("DOTNET_EnableAVX", InstructionSet.Sse42)]
    [InlineData("DOTNET_EnableSSE42", InstructionSet.Sse2)]
    [InlineData("DOTNET_EnableHWIntrinsic", InstructionSet.None)]
    public async Task Fewer_instructions_give_the_same_bits_or_the_same_but_for_rounding(string without, InstructionSet left)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "The switches are those of x86-64.");
        InstructionSetRun best = await runs.Of(without: null), fewer = await runs.Of(without);
        Assert.SkipUnless(best.Set > left, $"This processor has no more than {left}.");

        Assert.Equal(left, fewer.Set);
        Assert.All(EqualityModels.Names.Select(row => row.Data), name =>
        {
            if (InstructionSetRun.RoundsOnce(best.Set) == InstructionSetRun.RoundsOnce(left))
                Assert.Equal(best.Logits[name], fewer.Logits[name]);
            else
            {
                double distance = InstructionSetRun.Distance(best.Logits[name], fewer.Logits[name]);
                output.WriteLine($"{name}: {distance:g2}");
                Assert.InRange(distance, double.Epsilon, name.Contains("fp", StringComparison.Ordinal) || name.Contains("bf", StringComparison.Ordinal) ? NearOfFloats : NearOfCodes);
            }
        });
    }

    [Fact]
    public async Task All_processors_that_round_products_and_sums_alike_give_the_same_bits()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "The switches are those of x86-64.");
        InstructionSetRun first = await runs.Of("DOTNET_EnableAVX2");
        foreach (string without in (string[])["DOTNET_EnableAVX", "DOTNET_EnableSSE42", "DOTNET_EnableHWIntrinsic"])
        {
            InstructionSetRun other = await runs.Of(without);
            Assert.All(EqualityModels.Names.Select(row => row.Data), name => Assert.Equal(first.Logits[name], other.Logits[name]));
        }
    }

    [Fact(Explicit = true)]
    public void Write_each_models_logits()
    {
        Assert.SkipWhen(InstructionSetRun.Asked is null, "Nobody has asked for them.");
        InstructionSetRun.Answer(folder =>
        {
            using var model = new Model(folder);
            float[] logits = model.Logits(1, past => past == 0 ? 33 : 1 + (past % 3), hasCompany: false);
            Assert.Equal(logits, model.Logits(3, past => 7 + (past % 2), hasCompany: true));
            return logits;
        });
    }

    private sealed class Model(string path) : IDisposable
    {
        private readonly ModelFolder _folder = ModelFolder.Open(path);
        private readonly StepBatch _batch = new();

        public float[] Logits(int threads, Func<int, int> chunk, bool hasCompany)
        {
            using DecoderExecutor executor = DecoderExecutor.Load(_folder.Config.Decoder!, new ComputeOptions { ThreadCount = threads }, default);
            using KvStore store = executor.CreateKvStore(2 * Length);
            int[] tokens = Some.Prompt(3, Length, executor.VocabularySize), others = Some.Prompt(5, Length, executor.VocabularySize);
            int[] blocks = [.. Enumerable.Range(0, Length)], theirs = [.. Enumerable.Range(Length, Length)];
            float[] all = new float[Length * executor.VocabularySize];
            for (int past = 0; past < Length;)
            {
                int count = Math.Min(Length - past, chunk(past));
                _batch.Clear();
                if (hasCompany)
                    _batch.AddSequence(others.AsSpan(past, count), past, theirs, 0);
                _batch.AddSequence(tokens.AsSpan(past, count), past, blocks, count);
                executor.Step(_batch, store, all.AsSpan(past * executor.VocabularySize, count * executor.VocabularySize));
                past += count;
            }
            return all;
        }

        public void Dispose() => _batch.Clear();
    }
}
