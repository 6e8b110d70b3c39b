using Ingot.Compute.Execution.Wide;
using Ingot.Engine.Acceleration;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.Engine.Tests.Sessions;
using Ingot.OnnxRuntime;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests.Acceleration;

/// <summary>When steps of many tokens are handed to ONNX Runtime's integer products, and what comes of it.</summary>
public sealed class AccelerationTests : IDisposable
{
    private static readonly Lazy<OnnxRuntimeSearch> Absent = new(() => OnnxRuntimeSearch.Absent("It was not installed."));

    private static readonly RuntimeOptions Asked = new() { Acceleration = AccelerationPreference.Auto };

    private readonly TemporaryFolder _folder = new();

    private static RuntimeOptions WithLibrary => Native.Runtime(RunnerPreference.Auto) with { Acceleration = AccelerationPreference.Auto, Amx = AmxSupport.Assumed };

    [Fact]
    public void Who_does_not_ask_gets_the_plain_path()
    {
        using InferenceEngine engine = Load(new RuntimeOptions { Amx = AmxSupport.Assumed, Library = Absent });

        Assert.Equal(new AccelerationFacts(false, 0, "It is not asked for: 'acceleration' is 'never'."), engine.Runner.Acceleration);
    }

    [Fact]
    public void Without_the_units_the_library_is_not_even_looked_for()
    {
        var library = new Lazy<OnnxRuntimeSearch>(() => throw new InvalidOperationException("Somebody looked."));
        using InferenceEngine engine = Load(Asked with { Amx = new AmxSupport(() => "There are none.", () => null), Library = library });

        Assert.Equal(new AccelerationFacts(false, 0, "There are none."), engine.Runner.Acceleration);
    }

    [Fact]
    public void Without_the_library_the_plain_path_computes_and_says_why()
    {
        var runtime = Asked with { Amx = AmxSupport.Assumed, Library = Absent };
        using InferenceEngine engine = Load(runtime);

        Assert.False(engine.Runner.Acceleration!.IsUsed);
        Assert.Contains("It was not installed.", engine.Runner.Acceleration.Reason, StringComparison.Ordinal);
        Assert.Equal(engine.Runner.Acceleration, RunnerForecast.Of(Folder, runtime).Acceleration);
    }

    [Fact]
    public void A_system_that_withholds_the_units_is_told()
    {
        Native.Library();
        using InferenceEngine engine = Load(WithLibrary with { Amx = new AmxSupport(() => null, () => "They are withheld.") });

        Assert.Equal(new AccelerationFacts(false, 0, "They are withheld."), engine.Runner.Acceleration);
    }

    [Fact]
    public void Copies_that_do_not_fit_are_not_made()
    {
        Native.Library();
        using InferenceEngine engine = Load(WithLibrary with { AccelerationBytes = 1000 });

        Assert.False(engine.Runner.Acceleration!.IsUsed);
        Assert.Contains("would take", engine.Runner.Acceleration.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_copies_take_counts_as_the_models_memory()
    {
        Native.Library();
        using InferenceEngine plain = Load(new RuntimeOptions()), wide = Load(WithLibrary);

        Assert.True(wide.Runner.Acceleration is { IsUsed: true, MemoryBytes: > 0 }, wide.Runner.Acceleration!.Reason);
        Assert.Equal(plain.MemoryBytes + wide.Runner.Acceleration.MemoryBytes, wide.MemoryBytes);
        Assert.Contains("8-bit copies", wide.Runner.Acceleration.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_decides_unless_it_is_switched_off_and_says_how_fast_it_was()
    {
        Native.Library();
        using InferenceEngine tried = Load(WithLibrary, calibrate: true);

        Assert.Matches("(tried|Tried) here, .*[0-9]\\.[0-9] times as fast|took too long", tried.Runner.Acceleration!.Reason);
    }

    // Where one instruction adds two products and cuts their sum off, the library is not used: then there is nothing to compare.
    [Theory]
    [InlineData(1, 4, 16)]
    [InlineData(33, 96, 50)]
    [InlineData(128, 1004, 272)]
    public void The_librarys_products_are_the_exact_ones(int rows, int inputs, int outputs)
    {
        LibraryProducts? library = LibraryProducts.Of(Native.Library(), new EngineOptions(), out string? refusal);
        Assert.SkipWhen(library is null, refusal ?? "");
        var random = new TestRandom(9);
        byte[] codes = [.. Enumerable.Range(0, rows * inputs).Select(_ => (byte)(1 + random.Below(255)))];
        sbyte[] weights = [.. Enumerable.Range(0, inputs * outputs).Select(_ => (sbyte)(random.Below(255) - 127))];
        int[] expected = new int[rows * outputs], actual = new int[rows * outputs];

        using IWideMatrix exact = new ExactProducts().Pack(weights, inputs, outputs), theirs = library.Pack(weights, inputs, outputs);
        exact.Multiply(codes, rows, expected);
        theirs.Multiply(codes, rows, actual);

        Assert.Equal(expected, actual);
    }

    public void Dispose() => _folder.Dispose();

    private ModelFolder Folder
    {
        get
        {
            string path = _folder["model"];
            if (Directory.Exists(path))
                return ModelFolder.Open(path);
            Directory.CreateDirectory(path);
            return Native.Write(new TestDecoderOptions { Precision = TestPrecision.Int4, Positions = 256 }, path);
        }
    }

    private InferenceEngine Load(RuntimeOptions runtime, bool calibrate = false) =>
        InferenceEngine.Load(Folder, new EngineOptions { ThreadCount = 2, KvCacheBytes = 1 << 20, Calibrate = calibrate, Runtime = runtime }, NullLoggerFactory.Instance, default);
}
