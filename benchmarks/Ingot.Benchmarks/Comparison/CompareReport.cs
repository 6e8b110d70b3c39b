using Ingot.Benchmarks.Comparison.Http;
using Ingot.Benchmarks.Comparison.LlamaCpp;
using Ingot.Benchmarks.Comparison.Onnx;
using Ingot.Benchmarks.EndToEnd;

namespace Ingot.Benchmarks.Comparison;

/// <summary>
/// The same load on this engine and on others in one run, by turns: ratios with their spread, and what the machine's memory allows
/// (<c>docs/performance.md</c>).
/// </summary>
internal static class CompareReport
{
    private const string Http = "http";
    private const string FirstTurn = "chat first turn";
    private const string SecondTurn = "chat second turn";
    private static readonly int[] Together = [1, 8, 16];
    private static readonly int[] Prompts = [128, 512];

    /// <summary>Measures and prints.</summary>
    public static async Task PrintAsync(string[] arguments)
    {
        var options = CompareOptions.Parse(arguments);
        var shape = ModelShape.Read(options.Shape);
        double bandwidth = MachineBandwidth.Measure(options.Threads);
        double limit = bandwidth / shape.StepBytes;
        Console.WriteLine($"shape             {shape.Name}, random weights, {shape.StepBytes / 1e6:F0} MB of 4-bit weights in a step");
        Console.WriteLine($"threads           {options.Threads} of {Environment.ProcessorCount}");
        Console.WriteLine($"read bandwidth    {bandwidth / 1e9:F1} GB/s, enough for {limit:F0} steps/s");
        if (options.Only.Any(line => !line.StartsWith(Http, StringComparison.Ordinal)))
            await MeasureAsync(Engines(options, shape), options, "", limit);

        if (!options.Only.Any(line => line.StartsWith(Http, StringComparison.Ordinal)))
            return;
        if (options.Shape != BenchmarkModel.DefaultShape)
        {
            Console.WriteLine($"Through HTTP only {BenchmarkModel.DefaultShape} is compared.");
            return;
        }

        Console.WriteLine();
        if (LlamaServer.Find(options.LlamaServer) is null)
            Console.WriteLine("llama-server is not on the path: name it with --llama-server.");
        await MeasureAsync(await HttpContenders.StartAsync(options), options, Http + " ");
    }

    private static List<IContender> Engines(CompareOptions options, ModelShape shape)
    {
        List<IContender> contenders = [new IngotContender(options.Shape, options.Threads)];
        if (PeerFolder.Llama(options.Llama) is { } folder)
        {
            var library = new LlamaLibrary(folder, options.Processor);
            Console.WriteLine($"llama.cpp         {library.Description}; Q4_0, keys and values in 16 bits");
            contenders.Add(new LlamaContender(library, GgufModel.Path(shape), options.Threads));
        }
        else
        {
            Console.WriteLine(PeerFolder.Advice);
        }

        if (options.OnnxRuntime)
            contenders.Add(new OnnxRuntimeContender(PeerFolder.Script("onnxruntime.mjs"), BenchmarkModel.Folder(options.Shape), options.Threads));
        return contenders;
    }

    private static async Task MeasureAsync(List<IContender> contenders, CompareOptions options, string how, double? limit = null)
    {
        var table = new CompareTable(contenders, new Turns(options.Rounds, options.Turn), options.Wants);
        foreach (int together in Together)
            await table.AddAsync($"{how}decode {together}", "tokens/s", contender => contender.DecodeAsync(together));
        if (limit is { } steps)
            table.PrintShare("decode 1", steps, "of what the read bandwidth allows");
        foreach (int tokens in Prompts)
            await table.AddAsync($"{how}prefill {tokens}", "tokens/s", contender => contender.PrefillAsync(tokens));
        await table.AddAsync(how + FirstTurn, "turns/s", async contender => await contender.PrefillAsync(Load.Chat) / Load.Chat);
        await table.AddAsync(how + SecondTurn, "turns/s", contender => contender.SecondTurnAsync());
        table.PrintTimes(how + SecondTurn, how + FirstTurn);
        foreach (IContender contender in contenders)
            contender.Dispose();
    }
}
