using Ingot.Compute.Execution;
using Ingot.Compute.Onnx.Inspection;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sampling;
using Ingot.Engine.Sessions;
using Ingot.Errors;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.Engine.Tests.Sessions;

/// <summary>The model step on ONNX Runtime: whatever way a sequence is cut up and whoever is beside it, its logits are the same up to rounding.</summary>
public sealed class SessionRunnerTests : IDisposable
{
    private const double Noise = 2e-4;

    private static readonly SamplingOptions Greedy = new() { Temperature = 0 };

    private readonly TemporaryFolder _scratch = new();

    public static TheoryData<bool> Kinds => [true, false];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_sequence_in_chunks_gives_the_logits_of_the_whole(bool inPlace)
    {
        using SessionRunner runner = Load(inPlace);
        int[] tokens = Some.Prompt(1, 40, runner.VocabularySize);
        float[][] whole = Step(runner, (1, tokens, 0, 40));

        List<float[]> pieces = [];
        foreach ((int from, int to) in new[] { (0, 7), (7, 8), (8, 25), (25, 26), (26, 40) })
            pieces.AddRange(Step(runner, (0, tokens[from..to], from, to - from)));

        for (int i = 0; i < whole.Length; i++)
            AssertClose(whole[i], pieces[i]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sequences_of_different_length_go_on_together_as_alone(bool inPlace)
    {
        using SessionRunner runner = Load(inPlace);
        int[][] tokens = [.. Enumerable.Range(0, 4).Select(i => Some.Prompt(10 + i, 5 + (7 * i), runner.VocabularySize))];
        float[][] alone = [.. tokens.Select((sequence, i) => Step(runner, (i, sequence, 0, 1))[0])];

        foreach ((int[] sequence, int slot) in tokens.Select((sequence, i) => (sequence, i)))
            Step(runner, (slot, sequence[..^1], 0, 0));
        // Slot 1 stays idle between others in the one step and has its turn, after them, in the next.
        float[][] together = Step(runner, (3, tokens[3][^1..], tokens[3].Length - 1, 1), (0, tokens[0][^1..], tokens[0].Length - 1, 1), (2, tokens[2][^1..], tokens[2].Length - 1, 1));
        float[] later = Step(runner, (1, tokens[1][^1..], tokens[1].Length - 1, 1))[0];

        AssertClose(alone[3], together[0]);
        AssertClose(alone[0], together[1]);
        AssertClose(alone[2], together[2]);
        AssertClose(alone[1], later);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_sequence_that_goes_back_is_as_if_it_had_never_gone_on(bool inPlace)
    {
        using SessionRunner runner = Load(inPlace);
        int[] tokens = Some.Prompt(3, 20, runner.VocabularySize), others = Some.Prompt(4, 9, runner.VocabularySize);
        float[] expected = Step(runner, (0, tokens, 0, 1))[0];

        Step(runner, (0, [.. tokens[..12], .. others], 0, 0));
        float[] back = Step(runner, (0, tokens[12..], 12, 1))[0];
        Step(runner, (0, others, 0, 0));
        float[] again = Step(runner, (0, tokens, 0, 1))[0];

        AssertClose(expected, back);
        AssertClose(expected, again);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_prompt_beside_answers_disturbs_nobody(bool inPlace)
    {
        using SessionRunner runner = Load(inPlace);
        int[] first = Some.Prompt(5, 14, runner.VocabularySize), second = Some.Prompt(6, 17, runner.VocabularySize), third = Some.Prompt(7, 11, runner.VocabularySize);
        float[] one = Step(runner, (0, first, 0, 1))[0], two = Step(runner, (1, second, 0, 1))[0], three = Step(runner, (2, third, 0, 1))[0];

        Step(runner, (0, first[..^1], 0, 0), (2, third[..^1], 0, 0));
        float[][] mixed = Step(runner, (0, first[^1..], 13, 1), (1, second[..9], 0, 0), (2, third[^1..], 10, 1));
        float[] rest = Step(runner, (1, second[9..], 9, 1))[0];

        AssertClose(one, mixed[0]);
        AssertClose(three, mixed[1]);
        AssertClose(two, rest);
    }

    [Fact]
    public void A_graph_that_gives_the_last_row_alone_gives_all_that_are_wanted()
    {
        ModelFolder folder = Native.Write(new TestDecoderOptions { LastRowAlone = true }, NewFolder());
        using SessionRunner every = Load(inPlace: true), last = SessionRunner.Load(folder, new EngineOptions { MaxSequences = 4, ThreadCount = 2 }, Native.Library(), null);
        int[] tokens = Some.Prompt(9, 40, every.VocabularySize), other = Some.Prompt(10, 9, every.VocabularySize);
        float[][] expected = [.. Step(every, (0, tokens, 0, 40)), .. Step(every, (1, other, 0, 1))];

        float[][] first = Step(last, (0, tokens[..20], 0, 7), (1, other, 0, 1)), rest = Step(last, (0, tokens[20..], 20, 20));

        Assert.Equal((8, 20), (first.Length, rest.Length));
        foreach ((float[] row, float[] wanted) in first.Concat(rest).Zip([.. expected[13..20], expected[40], .. expected[20..40]]))
            AssertClose(wanted, row);
    }

    [Fact]
    public async Task Answers_of_many_requests_at_once_are_those_of_each_alone()
    {
        ModelFolder folder = Open(inPlace: true);
        using InferenceEngine engine = Native.Engine(folder, new EngineOptions { MaxSequences = 4, StepTokenBudget = 24 });
        GenerationRequest[] requests = [.. Enumerable.Range(0, 9).Select(i => new GenerationRequest
        {
            Prompt = Some.Prompt(i, 3 + (4 * i), folder.Config.VocabularySize),
            MaxTokens = 12,
            IgnoreEndOfSequence = true,
            Sampling = Greedy,
        })];

        List<int[]> alone = [];
        foreach (GenerationRequest request in requests)
            alone.Add(await Tokens(engine, request));
        int[][] together = await Task.WhenAll(requests.Select(request => Tokens(engine, request)));

        Assert.Equal(alone, together);
        Assert.All(together, tokens => Assert.Equal(12, tokens.Length));
    }

    [Fact]
    public async Task Either_of_several_end_tokens_ends_an_answer()
    {
        ModelFolder folder = Open(inPlace: false);
        var request = new GenerationRequest { Prompt = Some.Prompt(2, 6, folder.Config.VocabularySize), MaxTokens = 20, IgnoreEndOfSequence = true, Sampling = Greedy };
        int[] tokens;
        using (InferenceEngine engine = Native.Engine(folder, new EngineOptions()))
            tokens = await Tokens(engine, request);
        int end = tokens.First(token => token != tokens[0]);
        ModelFolder ending = Open(new TestPlainDecoder { EndOfSequence = $"[199, {end}]" });

        using InferenceEngine other = Native.Engine(ending, new EngineOptions());
        int[] ended = await Tokens(other, request with { IgnoreEndOfSequence = false });

        Assert.Equal(tokens[..Array.IndexOf(tokens, end)], ended.TakeWhile(token => token != end));
        Assert.True(ended.Length < tokens.Length);
    }

    [Fact]
    public void Half_precision_runs_and_agrees()
    {
        using SessionRunner exact = Load(new TestPlainDecoder()), half = Load(new TestPlainDecoder { Precision = TestPrecision.Float16 });
        int[] tokens = Some.Prompt(8, 30, exact.VocabularySize);

        AssertClose(Step(exact, (0, tokens, 0, 1))[0], Step(half, (0, tokens, 0, 1))[0], 2e-2);
    }

    [Fact]
    public void A_folders_session_options_are_passed_on_and_dangerous_ones_left_out()
    {
        ModelFolder folder = Open(new TestPlainDecoder
        {
            SessionOptions = """
                {"intra_op_num_threads": 1, "graph_optimization_level": "ORT_ENABLE_BASIC", "enable_mem_pattern": false, "session.disable_prepacking": "1",
                 "session.model_external_initializers_file_folder_path": "/", "provider_options": [{"qnn": {"backend_path": "QnnHtp.dll", "profiling_file": "/x", "vtcm_mb": 8}}]}
                """,
        });
        SessionConfig session = folder.Config.Session;

        Assert.Equal((1, "basic", false), (session.ThreadCount, session.Optimization, session.MemoryPattern));
        Assert.Equal("1", session.Entries["session.disable_prepacking"]);
        Assert.Equal(["backend_path", "vtcm_mb"], session.Providers.Single().Options.Keys);
        Assert.Equal(["session.model_external_initializers_file_folder_path", "qnn.profiling_file"], session.LeftOut);
        using SessionRunner runner = SessionRunner.Load(folder, new EngineOptions(), Native.Library(), null);
        Assert.Equal(96, runner.ContextLength);
    }

    [Fact]
    public void Little_memory_gives_fewer_slots_and_then_a_shorter_context()
    {
        ModelFolder folder = Open(inPlace: true);
        long slot = folder.Config.CacheBytesPerToken(KvCacheFormat.Fp32) * 64;

        using (SessionRunner two = SessionRunner.Load(folder, new EngineOptions { KvCacheBytes = 2 * slot }, Native.Library(), null))
            Assert.Equal((2, 64), (two.BlockCount, two.ContextLength));
        using (SessionRunner half = SessionRunner.Load(folder, new EngineOptions { KvCacheBytes = slot / 2 }, Native.Library(), null))
            Assert.Equal((1, 32), (half.BlockCount, half.ContextLength));
        Assert.Equal(ErrorCode.InsufficientMemory, Assert.Throws<IngotException>(() => SessionRunner.Load(folder, new EngineOptions { KvCacheBytes = 1 }, Native.Library(), null)).Code);
    }

    [Fact]
    public void The_context_ends_where_the_graph_takes_other_rotary_tables()
    {
        ModelFolder folder = Native.Write(new TestDecoderOptions { Architecture = TestArchitecture.Phi3, PackedQkv = true, ShortPositions = 24 }, NewFolder());
        Assert.Equal(24, GraphInspection.CheckDecoder(folder.Config.Decoder!, 1L << 30).LongestChoice);
        using SessionRunner runner = SessionRunner.Load(folder, new EngineOptions { MaxSequences = 2 }, Native.Library(), null);
        Assert.Equal((64, 24), (folder.Config.ContextLength, runner.ContextLength));
    }

    public void Dispose() => _scratch.Dispose();

    private SessionRunner Load(bool inPlace) => SessionRunner.Load(Open(inPlace), new EngineOptions { MaxSequences = 4, ThreadCount = 2 }, Native.Library(), null);

    private SessionRunner Load(TestPlainDecoder decoder) => SessionRunner.Load(Open(decoder), new EngineOptions { MaxSequences = 4 }, Native.Library(), null);

    private ModelFolder Open(bool inPlace) => inPlace ? Native.Write(new TestDecoderOptions(), NewFolder()) : Open(new TestPlainDecoder());

    private ModelFolder Open(TestPlainDecoder decoder)
    {
        string folder = NewFolder();
        decoder.Write(folder);
        return ModelFolder.Open(folder);
    }

    private string NewFolder() => Directory.CreateDirectory(Path.Combine(_scratch.Path, Guid.NewGuid().ToString("N"))).FullName;

    private static float[][] Step(SessionRunner runner, params (int Slot, int[] Tokens, int Past, int Rows)[] parts)
    {
        var batch = new StepBatch();
        foreach ((int slot, int[] tokens, int past, int rows) in parts)
            batch.AddSequence(tokens, past, new[] { slot }, rows);
        var logits = new float[batch.LogitRowCount * runner.VocabularySize];
        runner.Step(batch, logits);
        return [.. logits.Chunk(runner.VocabularySize)];
    }

    private static async Task<int[]> Tokens(InferenceEngine engine, GenerationRequest request) =>
        [.. (await engine.Generate(request, TestContext.Current.CancellationToken).Collect()).Where(e => e.Token is not null).Select(e => e.Token!.Value)];

    private static void AssertClose(float[] expected, float[] actual, double noise = Noise) =>
        Assert.InRange(Native.Difference(expected, actual), 0, noise);
}
