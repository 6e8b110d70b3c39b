using System.Globalization;
using Ingot.Compute;
using Ingot.Compute.Attention;
using Ingot.Compute.Execution;
using Ingot.Engine.ModelFolders;
using Ingot.Testing;

namespace Ingot.Engine.Tests.Equality;

/// <summary>What keys and values in fewer bits cost: the figures of <c>docs/kv-cache.md</c>.</summary>
public sealed class KvAccuracyTests(EqualityModels models, ITestOutputHelper output) : IClassFixture<EqualityModels>
{
    private const string Shipped = "shipped";

    public static TheoryData<string> Models => EqualityModels.Names;

    [Theory]
    [InlineData(KvFormat.Float16, 0.01, 0.97)]
    [InlineData(KvFormat.Int8, 0.02, 0.95)]
    public void The_shipped_model_is_as_sure_of_its_answers_and_would_give_them_again(KvFormat format, double surprise, double agreement)
    {
        using DecoderExecutor exact = Load(models.Open(Shipped), KvFormat.Float32), narrow = Load(models.Open(Shipped), format);
        double before = 0, after = 0, same = 0, answersSame = 0;
        int tokens = 0, answers = 0;
        foreach ((int[] prompt, int[] answer) in RecordedAnswers.All())
        {
            int[] all = [.. prompt, .. answer];
            float[][] one = [.. Run(exact, all).Skip(prompt.Length - 1)], other = [.. Run(narrow, all).Skip(prompt.Length - 1)];
            bool[] alike = [.. answer.Select((_, i) => RecordedAnswers.Likeliest(one[i]) == RecordedAnswers.Likeliest(other[i]))];
            before += answer.Select((token, i) => RecordedAnswers.Surprise(one[i], token)).Sum();
            after += answer.Select((token, i) => RecordedAnswers.Surprise(other[i], token)).Sum();
            same += alike.Count(is1 => is1);
            answersSame += alike.All(is1 => is1) ? 1 : 0;
            tokens += answer.Length;
            answers++;
        }

        Tell($"{format}: perplexity of {tokens} tokens {Math.Exp(before / tokens):F5} -> {Math.Exp(after / tokens):F5}; the likeliest token is the same at {same / tokens:P2}, in {answersSame} of {answers} answers at every one");
        Assert.InRange((after - before) / tokens, -surprise, surprise);
        Assert.InRange(same / tokens, agreement, 1);
    }

    // Where activations are 8 bits any change, however small, comes out as the noise of their rounding: it hides the cost of 16 bits.
    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_differ_by_little(string model)
    {
        ModelFolder folder = models.Open(model);
        int[] tokens = Some.Prompt(11, 200, folder.Config.VocabularySize);
        using DecoderExecutor exact = Load(folder, KvFormat.Float32), half = Load(folder, KvFormat.Float16), byteSized = Load(folder, KvFormat.Int8);
        float[][] expected = Run(exact, tokens);

        double ofHalf = Difference(expected, Run(half, tokens)), ofBytes = Difference(expected, Run(byteSized, tokens));

        Tell($"{model}: fp16 {ofHalf:E2}, int8 {ofBytes:E2} of the logits' rms");
        Assert.InRange(ofHalf, 1e-8, 0.08);
        Assert.InRange(ofBytes, 1e-6, 0.15);
    }

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

    private static float[][] Run(DecoderExecutor executor, int[] tokens)
    {
        int[] blocks = [.. Enumerable.Range(0, (tokens.Length / executor.KvBlockSize) + 1)];
        using KvStore store = executor.CreateKvStore(blocks.Length);
        float[] logits = new float[tokens.Length * executor.VocabularySize];
        var batch = new StepBatch();
        batch.AddSequence(tokens, 0, blocks, tokens.Length);
        executor.Step(batch, store, logits);
        return [.. logits.Chunk(executor.VocabularySize)];
    }

    private static DecoderExecutor Load(ModelFolder folder, KvFormat format) =>
        DecoderExecutor.Load(folder.Config.Decoder!, new ComputeOptions { ThreadCount = 2, KvFormat = format }, default);

    private void Tell(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
