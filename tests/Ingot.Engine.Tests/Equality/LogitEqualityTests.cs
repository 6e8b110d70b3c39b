using Ingot.Compute;
using Ingot.Compute.Attention;
using Ingot.Compute.Execution;
using Ingot.Engine.ModelFolders;

namespace Ingot.Engine.Tests.Equality;

/// <summary>Every logit of every token is the same bits, in one step on one thread or in any division of steps, batches and threads.</summary>
public sealed class LogitEqualityTests(EqualityModels models) : IClassFixture<EqualityModels>
{
    private const int BlockSize = 16;
    private const int Length = 90;

    // Sequences have blocks of their own, far apart and not in order.
    private const int MostSequences = 3;
    private const int BlocksEach = (Length / BlockSize) + 1;

    public static TheoryData<string> Models => EqualityModels.Names;

    [Theory]
    [MemberData(nameof(Models))]
    public void In_any_division_of_the_work(string model)
    {
        ModelFolder folder = models.Open(model);
        int[][] tokens = [.. Enumerable.Range(0, MostSequences).Select(i => Some.Prompt(40 + i, Length, folder.Config.VocabularySize))];
        float[][][] expected = Whole(folder, tokens);
        using DecoderExecutor executor = Load(folder, threads: 3);
        for (int round = 0; round < 3; round++)
        {
            using KvStore store = executor.CreateKvStore(MostSequences * BlocksEach);
            Spoil(store);
            InPieces(executor, store, tokens, expected, new Random(round));
        }
    }

    private static float[][][] Whole(ModelFolder folder, int[][] tokens)
    {
        using DecoderExecutor executor = Load(folder, threads: 1);
        using KvStore store = executor.CreateKvStore(BlocksEach);
        var batch = new StepBatch();
        return [.. tokens.Select(sequence =>
        {
            batch.Clear();
            batch.AddSequence(sequence, 0, Enumerable.Range(0, BlocksEach).ToArray(), Length);
            return Run(executor, store, batch);
        })];
    }

    private static void InPieces(DecoderExecutor executor, KvStore store, int[][] tokens, float[][][] expected, Random random)
    {
        int[] past = new int[MostSequences];
        int[][] blocks = [.. Enumerable.Range(0, MostSequences).Select(i => Enumerable.Range(0, BlocksEach).Select(b => (b * MostSequences) + ((i + b) % MostSequences)).ToArray())];
        var batch = new StepBatch();
        while (past.Any(length => length < Length))
        {
            batch.Clear();
            List<(int Sequence, int Token)> rows = [];
            foreach (int i in Enumerable.Range(0, MostSequences).OrderBy(_ => random.Next()))
            {
                int most = random.Next(3) switch { 0 => 1, 1 => 12, _ => 60 };
                int count = Math.Min(Length - past[i], random.Next(0, most + 1));
                if (count == 0)
                    continue;
                batch.AddSequence(tokens[i].AsSpan(past[i], count), past[i], blocks[i], count, Length);
                rows.AddRange(Enumerable.Range(past[i], count).Select(token => (i, token)));
                past[i] += count;
            }
            float[][] logits = Run(executor, store, batch);
            for (int row = 0; row < rows.Count; row++)
            {
                (int sequence, int token) = rows[row];
                Assert.True(Bits(expected[sequence][token]).SequenceEqual(Bits(logits[row])), $"Token {token} of sequence {sequence}, in a batch of {batch.TokenCount}.");
            }
        }
    }

    // Whatever reads a place that nobody has written for it gets no number out of it.
    private static unsafe void Spoil(KvStore store)
    {
        float[] rubbish = new float[store.KvHeadCount * store.HeadSize];
        Array.Fill(rubbish, float.NaN);
        fixed (float* row = rubbish)
        {
            for (int i = 0; i < store.LayerCount * store.BlockCount * store.BlockSize; i++)
                store.Write(i / store.BlockSize / store.BlockCount, i / store.BlockSize % store.BlockCount, i % store.BlockSize, row, row);
        }
    }

    private static float[][] Run(DecoderExecutor executor, KvStore store, StepBatch batch)
    {
        float[] logits = new float[batch.LogitRowCount * executor.VocabularySize];
        executor.Step(batch, store, logits);
        return [.. logits.Chunk(executor.VocabularySize)];
    }

    private static ReadOnlySpan<int> Bits(float[] row) => System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(row);

    private static DecoderExecutor Load(ModelFolder folder, int threads) =>
        DecoderExecutor.Load(folder.Config.Decoder!, new ComputeOptions { ThreadCount = threads }, default);
}
