using System.Globalization;
using Ingot.Compute;
using Ingot.Compute.Attention;
using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Wide;
using Ingot.Engine.ModelFolders;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.Engine.Tests.Equality;

/// <summary>What steps of many rows lose by 8-bit copies of the weights: the figures of <c>docs/execution-providers.md</c>.</summary>
public sealed class WideAccuracyTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _scratch = new();

    public static TheoryData<string, float, float> Outliers => new()
    {
        { "none", 1, 1 },
        { "norms x20", 20, 1 },
        { "norms x100", 100, 1 },
        { "norms x20, weights as much less", 20, 0.05f },
        { "norms x100, weights as much less", 100, 0.01f },
        { "weights x20", 1, 20 },
        { "weights x100", 1, 100 },
        { "weights x20, norms as much less", 0.05f, 20 },
        { "weights x100, norms as much less", 0.01f, 100 },
    };

    [Fact]
    public void The_shipped_model_is_as_sure_of_its_answers_and_would_give_them_again()
    {
        DecoderDescription model = ModelFolder.Open(ShippedModel.Folder).Config.Decoder!;
        using DecoderExecutor exact = Load(model, null), wide = Load(model, new ExactProducts());
        Assert.True(wide.Wide!.MatrixCount > 0);
        double before = 0, after = 0, same = 0;
        int tokens = 0;
        // Several to a step, which then is one of many rows.
        foreach ((int[] Prompt, int[] Answer)[] some in RecordedAnswers.All().Chunk(4))
        {
            int[][] all = [.. some.Select(one => (int[])[.. one.Prompt, .. one.Answer])];
            float[][] ones = Run(exact, all), others = Run(wide, all);
            int end = 0;
            foreach ((int[] prompt, int[] answer) in some)
            {
                int first = end + prompt.Length - 1;
                end += prompt.Length + answer.Length;
                for (int i = 0; i < answer.Length; i++)
                {
                    before += RecordedAnswers.Surprise(ones[first + i], answer[i]);
                    after += RecordedAnswers.Surprise(others[first + i], answer[i]);
                    same += RecordedAnswers.Likeliest(ones[first + i]) == RecordedAnswers.Likeliest(others[first + i]) ? 1 : 0;
                }
                tokens += answer.Length;
            }
        }

        Tell($"perplexity of {tokens} tokens {Math.Exp(before / tokens):F5} -> {Math.Exp(after / tokens):F5}; the likeliest token is the same at {same / tokens:P2}");
        Assert.InRange((after - before) / tokens, -0.02, 0.02);
        Assert.InRange(same / tokens, 0.95, 1);
    }

    [Theory]
    [MemberData(nameof(Outliers))]
    public void Random_models_lose_little_more_than_the_executor_itself(string name, float norm, float weight)
    {
        foreach (TestPrecision precision in new[] { TestPrecision.Int4, TestPrecision.Int8 })
        {
            var options = new TestDecoderOptions
            {
                Precision = precision,
                Outliers = new TestOutliers(norm, weight),
                Hidden = 256,
                QueryHeads = 4,
                KvHeads = 2,
                HeadSize = 48,
                FeedForward = 480,
                Layers = 4,
                Vocabulary = 500,
                Positions = 512,
            };
            var products = new ExactProducts();
            using DecoderExecutor floats = Load(Write(options with { Dequantized = true }), null), plain = Load(Write(options), null), wide = Load(Write(options), products);
            int[] tokens = Some.Prompt(11, 300, options.Vocabulary);
            float[][] expected = Run(floats, tokens), own = Run(plain, tokens), actual = Run(wide, tokens);

            double ofOwn = Difference(expected, own), ofWide = Difference(expected, actual);
            double agreesOwn = Agreement(expected, own), agreesWide = Agreement(expected, actual);

            Tell($"{name}, {precision}: own {ofOwn:E2} ({agreesOwn:P1}), wide {ofWide:E2} ({agreesWide:P1}); {wide.Wide!.MatrixCount} matrices, {products.Rows} rows");
            Assert.True(products.Rows > 0);
            Assert.InRange(ofWide, 0, (1.5 * ofOwn) + 0.02);
            Assert.InRange(agreesWide, agreesOwn - 0.06, 1);
        }
    }

    public void Dispose() => _scratch.Dispose();

    private DecoderDescription Write(TestDecoderOptions options)
    {
        string folder = _scratch[$"{Guid.NewGuid():N}"];
        Directory.CreateDirectory(folder);
        return TestDecoderGraphs.Write(options, folder);
    }

    private static double Agreement(float[][] exact, float[][] other) => exact.Zip(other).Average(pair => RecordedAnswers.Likeliest(pair.First) == RecordedAnswers.Likeliest(pair.Second) ? 1.0 : 0);

    private static double Difference(float[][] exact, float[][] other)
    {
        double difference = 0, size = 0;
        for (int row = 0; row < exact.Length; row++)
        {
            for (int i = 0; i < exact[row].Length; i++)
            {
                difference += Math.Pow(exact[row][i] - other[row][i], 2);
                size += Math.Pow(exact[row][i], 2);
            }
        }
        return Math.Sqrt(difference / size);
    }

    private static float[][] Run(DecoderExecutor executor, params int[][] sequences)
    {
        int count = sequences.Sum(tokens => tokens.Length);
        Assert.InRange(count, 64, executor.MaxStepTokens);
        int each = (executor.MaxStepTokens / executor.KvBlockSize) + 1;
        using KvStore store = executor.CreateKvStore(each * sequences.Length);
        float[] logits = new float[count * executor.VocabularySize];
        var batch = new StepBatch();
        for (int i = 0; i < sequences.Length; i++)
            batch.AddSequence(sequences[i], 0, Enumerable.Range(i * each, each).ToArray(), sequences[i].Length);
        executor.Step(batch, store, logits);
        return [.. logits.Chunk(executor.VocabularySize)];
    }

    private static DecoderExecutor Load(DecoderDescription model, IWideProducts? products) =>
        DecoderExecutor.Load(model, new ComputeOptions { ThreadCount = 2, MaxStepTokens = 4096, Calibrate = false }, default, products);

    private void Tell(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
