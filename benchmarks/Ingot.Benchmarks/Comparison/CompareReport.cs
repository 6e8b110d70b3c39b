using Ingot.Benchmarks.Comparison.Http;
using Ingot.Benchmarks.Comparison.LlamaCpp;
using Ingot.Benchmarks.Comparison.Onnx;
using Ingot.Benchmarks.EndToEnd;
using Ingot.Engine;

namespace Ingot.Benchmarks.Comparison;

/// <summary>
/// The same load on this engine and on others in one run, by turns: ratios with their spread, what the machine's memory allows, and which
/// goals are met (<c>docs/performance.md</c>).
/// </summary>
internal static class CompareReport
{
    private const string Http = "http ";
    private const string Alone = "decode 1";
    private const string FirstTurn = "chat first turn";
    private const string SecondTurn = "chat second turn";
    private const string Edit = "code edit";

    private static readonly (string Name, string Unit, Func<IModelContender, Task<double>> Measure)[] Lines =
    [
        (Alone, "tokens/s", contender => contender.DecodeAsync(1)),
        ("decode 8", "tokens/s", contender => contender.DecodeAsync(8)),
        ("decode 16", "tokens/s", contender => contender.DecodeAsync(Load.MostTogether)),
        ("prefill 128", "tokens/s", contender => contender.PrefillAsync(128)),
        ("prefill 512", "tokens/s", contender => contender.PrefillAsync(512)),
        (FirstTurn, "turns/s", async contender => await contender.PrefillAsync(Load.Chat) / Load.Chat),
        (SecondTurn, "turns/s", contender => contender.SecondTurnAsync()),
    ];

    /// <summary>Measures and prints.</summary>
    public static async Task PrintAsync(string[] arguments)
    {
        var options = CompareOptions.Parse(arguments);
        var shape = ModelShape.Read(options.Shape);
        var progress = new RunProgress();
        double bandwidth = MachineBandwidth.Measure(options.Threads);
        Console.WriteLine($"shape             {shape.Name}, random weights, {shape.StepBytes / 1e6:F0} MB of 4-bit weights in a step");
        Console.WriteLine($"threads           {options.Threads} of {Environment.ProcessorCount}");
        Console.WriteLine($"turns             {options.Rounds} for each, of {options.Turn.TotalSeconds:G3} s at least");
        Console.WriteLine($"read bandwidth    {bandwidth / 1e9:F1} GB/s, enough for {bandwidth / shape.StepBytes:F0} steps/s");
        LlamaLibrary? library = PeerFolder.Llama(options.Llama) is { } folder ? new LlamaLibrary(folder, options.Processor) : null;
        Console.WriteLine(library is null ? PeerFolder.Advice : $"llama.cpp         {library.Description}; Q4_0, keys and values in 16 bits");

        var run = new CompareRun(options, shape, new Goals(library?.UsesTiles), progress);
        if (Lines.Any(line => options.Wants(line.Name)))
            await MeasureAsync(Engines(run, library), run, how: "");
        if (options.Wants(Edit))
            await MeasureEditAsync(run);
        if (Lines.Any(line => options.Wants(Http + line.Name)))
            await MeasureAsync(await HttpContenders.StartAsync(options), run, Http);

        Console.WriteLine();
        Console.WriteLine(run.Goals.Summary);
        Console.WriteLine($@"took              {progress.Elapsed:mm\:ss} minutes");
    }

    private static List<IModelContender> Engines(CompareRun run, LlamaLibrary? library)
    {
        List<IModelContender> contenders = [new IngotContender(run.Shape, run.Options.Threads)];
        if (library is not null)
            contenders.Add(new LlamaContender(library, GgufModel.Path(run.Shape), run.Options.Threads));
        if (run.Options.OnnxRuntime)
            contenders.Add(new OnnxRuntimeContender(PeerFolder.Script("onnxruntime.mjs"), BenchmarkModel.Folder(run.Options.Shape), run.Options.Threads));
        return contenders;
    }

    private static async Task MeasureAsync(List<IModelContender> contenders, CompareRun run, string how)
    {
        var table = new CompareTable<IModelContender>(contenders, run);
        foreach ((string name, string unit, Func<IModelContender, Task<double>> measure) in Lines)
        {
            // The goals are against llama.cpp, which is the second where it is there at all.
            double? goal = contenders.ElementAtOrDefault(1)?.Name.StartsWith("llama", StringComparison.Ordinal) == true ? run.Goals.Ratio(name) : null;
            using MachineBandwidth? bandwidth = how + name == Alone ? new MachineBandwidth(run.Options.Threads) : null;
            // A first turn is a new prompt each time, and takes long.
            await table.AddAsync(how + name, unit, measure, goal, name == FirstTurn, bandwidth is null ? null : () => bandwidth.MeasureSteady(run.Options.Turn) / run.Shape.StepBytes);
        }

        table.PrintTimes(how + SecondTurn, how + FirstTurn, Goals.SecondTurnShare);
        foreach (IModelContender contender in contenders)
            contender.Dispose();
    }

    /// <summary>This engine alone: nothing guesses ahead where llama.cpp is called as here, and with random weights its own programs guess nothing right.</summary>
    private static async Task MeasureEditAsync(CompareRun run)
    {
        string folder = BenchmarkModel.Folder(run.Options.Shape);
        using var guessing = new ReplayContender("ingot guessing", folder, new EngineOptions().MaxDraftTokens, run.Options.Threads);
        using var plain = new ReplayContender("ingot plain", folder, mostDraft: 0, run.Options.Threads);
        var table = new CompareTable<ReplayContender>([guessing, plain], run);
        await table.AddAsync(Edit, "tokens/s", contender => contender.AnswerAsync(), Goals.GuessRatio);
    }
}
