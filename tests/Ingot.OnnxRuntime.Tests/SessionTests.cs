using Ingot.Errors;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.OnnxRuntime.Tests;

public sealed class SessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_graph_says_what_it_takes_and_gives()
    {
        using OrtSession session = Open();

        OrtValueInfo input = Assert.Single(session.Inputs), output = Assert.Single(session.Outputs);
        Assert.Equal(("x", OrtElementType.Float), (input.Name, input.Type));
        Assert.Equal([-1L, 2L], input.Shape);
        Assert.Equal("y", output.Name);
        Assert.Equal([-1L, 3L], output.Shape);
    }

    [Fact]
    public void A_run_reads_our_memory_and_gives_what_the_graph_computes()
    {
        using OrtSession session = Open();
        using var buffer = new OrtBuffer(16);
        float[] x = [1, 10, 2, 20];
        x.CopyTo(buffer.Slice<float>(0, 4));
        using OrtTensor tensor = session.CreateTensor(buffer, OrtElementType.Float, [2, 2]);
        using OrtBinding binding = session.CreateBinding();
        binding.BindInput("x", tensor);
        binding.BindOutput("y");

        binding.Run();

        using OrtTensor y = binding.TakeOutput("y");
        Assert.Equal([2L, 3L], y.Shape);
        Assert.Equal([41f, 52f, 63f, 82f, 104f, 126f], y.Read<float>().ToArray());
    }

    [Fact]
    public void A_direct_run_reads_and_writes_memory_as_it_lies_on_any_number_of_threads()
    {
        using OrtSession session = Open();
        OrtDirectRun direct = session.CreateDirectRun();
        float[][] outputs = [.. Enumerable.Range(0, 8).Select(_ => new float[6])];

        Parallel.For(0, outputs.Length, i => direct.Run<float, float>([i, 10, 2, 20], [2, 2], outputs[i], [2, 3]));

        for (int i = 0; i < outputs.Length; i++)
            Assert.Equal([i + 40f, (2 * i) + 50f, (3 * i) + 60f, 82f, 104f, 126f], outputs[i]);
    }

    [Fact]
    public void A_direct_run_refuses_memory_that_is_not_of_the_shape()
    {
        using OrtSession session = Open();
        OrtDirectRun direct = session.CreateDirectRun();

        Assert.Throws<ArgumentException>(() => direct.Run<float, float>([1, 10, 2], [2, 2], new float[6], [2, 3]));
        Assert.Throws<ArgumentException>(() => direct.Run<float, float>([1, 10, 2, 20], [2, 2], new float[5], [2, 3]));
        Assert.Throws<ArgumentException>(() => direct.Run<double, float>([1, 10, 2, 20], [2, 2], new float[6], [2, 3]));
        Assert.Equal(ErrorCode.Internal, Assert.Throws<IngotException>(() => direct.Run<float, float>([1, 10, 2], [1, 3], new float[3], [1, 3])).Code);
    }

    [Fact]
    public void An_output_bound_to_our_memory_is_written_there_run_after_run()
    {
        using OrtSession session = Open();
        using OrtBuffer input = new(8), output = new(32);
        using OrtTensor x = session.CreateTensor(input, OrtElementType.Float, [1, 2]);
        using OrtTensor y = session.CreateTensor(output, OrtElementType.Float, [1, 3], byteOffset: 16);
        using OrtBinding binding = session.CreateBinding();
        binding.BindInput("x", x);
        binding.BindOutput("y", y);

        input.Slice<float>(0, 2)[0] = 1;
        binding.Run();
        float[] first = output.Slice<float>(16, 3).ToArray();
        input.Slice<float>(0, 2)[0] = 2;
        binding.Run();

        Assert.Equal([1f, 2f, 3f], first);
        Assert.Equal([2f, 4f, 6f], output.Slice<float>(16, 3).ToArray());
        Assert.Equal(new float[4], output.Slice<float>(0, 4).ToArray());
    }

    [Fact]
    public void A_shape_the_graph_does_not_take_is_an_error_in_the_librarys_words()
    {
        using OrtSession session = Open();
        using var buffer = new OrtBuffer(64);
        using OrtTensor tensor = session.CreateTensor(buffer, OrtElementType.Float, [1, 5]);
        using OrtBinding binding = session.CreateBinding();
        binding.BindInput("x", tensor);
        binding.BindOutput("y");

        IngotException failure = Assert.Throws<IngotException>(binding.Run);

        Assert.Equal(ErrorCode.Internal, failure.Code);
        Assert.Contains("invalid argument", failure.Message, StringComparison.Ordinal);
        Assert.Contains("x", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_an_error()
    {
        using OrtSession session = Open();
        using var buffer = new OrtBuffer(8);
        using OrtTensor tensor = session.CreateTensor(buffer, OrtElementType.Float, [1, 2]);
        using OrtBinding binding = session.CreateBinding();

        Assert.Contains("'z'", Assert.Throws<IngotException>(() => binding.BindInput("z", tensor)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => binding.TakeOutput("y"));
    }

    [Fact]
    public void Everything_may_be_let_go_in_any_order()
    {
        OrtSession session = Open();
        using var buffer = new OrtBuffer(8);
        OrtTensor x = session.CreateTensor(buffer, OrtElementType.Float, [1, 2]);
        OrtBinding binding = session.CreateBinding();
        binding.BindInput("x", x);
        binding.BindOutput("y");
        session.Dispose();
        x.Dispose();

        binding.Run();
        OrtTensor y = binding.TakeOutput("y");
        binding.Dispose();

        Assert.Equal([1L, 3L], y.Shape);
        y.Dispose();
    }

    [Fact]
    public void A_run_that_wants_more_memory_than_the_session_may_have_fails_and_the_next_one_does_not()
    {
        string path = TestProductGraph.Write(_folder.Path, doublings: 20);
        Assert.SkipWhen(NativeRuntime.Library is null, NativeRuntime.Search.Reason);
        using OrtSession limited = NativeRuntime.Library!.Open(path, new OrtSessionSettings { MostMemoryBytes = 64 << 20 });
        using OrtSession other = NativeRuntime.Library!.Open(path, new OrtSessionSettings { MostMemoryBytes = 1 << 30 });

        Assert.Equal(1 << 20, RowsOf(limited, 1));
        IngotException failure = Assert.Throws<IngotException>(() => RowsOf(limited, 16));
        Assert.Equal(1 << 20, RowsOf(limited, 1));
        Assert.Equal(16 << 20, RowsOf(other, 16));

        Assert.Contains("memory", failure.Message, StringComparison.Ordinal);
    }

    private static long RowsOf(OrtSession session, int rows)
    {
        using var buffer = new OrtBuffer(8 * rows);
        using OrtTensor x = session.CreateTensor(buffer, OrtElementType.Float, [rows, 2]);
        using OrtBinding binding = session.CreateBinding();
        binding.BindInput("x", x);
        binding.BindOutput("y");
        binding.Run();
        using OrtTensor y = binding.TakeOutput("y");
        return y.Shape[0];
    }

    [Theory]
    [InlineData("CUDA")]
    [InlineData("OpenVINO")]
    [InlineData("NoSuchThing")]
    public void A_provider_that_is_not_built_in_is_refused_by_name(string provider)
    {
        IngotException refusal = Assert.Throws<IngotException>(() => Open(new OrtSessionSettings { Provider = provider }));

        Assert.Equal(ErrorCode.ModelUnsupported, refusal.Code);
        Assert.Contains(provider, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_reach_the_library_and_wrong_ones_are_refused()
    {
        var settings = new OrtSessionSettings
        {
            ThreadCount = 1,
            OperatorThreadCount = 1,
            Optimization = OrtOptimization.Basic,
            MemoryArena = false,
            MemoryPattern = false,
            ConfigEntries = new Dictionary<string, string> { ["session.disable_prepacking"] = "1" },
        };

        using (OrtSession session = Open(settings))
            Assert.Single(session.Inputs);
        Assert.Throws<IngotException>(() => Open(settings with { ConfigEntries = new Dictionary<string, string> { [new string('k', 5000)] = "1" } }));
    }

    [Fact]
    public void A_file_that_is_no_graph_is_refused()
    {
        string path = Path.Combine(_folder.Path, "text.onnx");
        File.WriteAllText(path, "no graph");

        IngotException refusal = Assert.Throws<IngotException>(() => Library().Open(path, new OrtSessionSettings()));

        Assert.Equal(ErrorCode.ModelUnsupported, refusal.Code);
        Assert.Contains("text.onnx", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private OrtSession Open(OrtSessionSettings? settings = null) => Library().Open(TestProductGraph.Write(_folder.Path), settings ?? new OrtSessionSettings());

    private static OnnxRuntimeLibrary Library()
    {
        Assert.SkipWhen(NativeRuntime.Library is null, NativeRuntime.Search.Reason);
        return NativeRuntime.Library!;
    }
}
