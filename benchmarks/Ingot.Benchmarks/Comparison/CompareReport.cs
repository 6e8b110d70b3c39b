using Ingot.Benchmarks.Comparison.Http;
using Ingot.Benchmarks.Comparison.LlamaCpp;
using Ingot.Benchmarks.EndToEnd;

namespace Ingot.Benchmarks.Comparison;

/// <summary>
/// The same load on this engine and on others in one run, by turns: ratios with their spread, and what the machine's memory allows
/// (<c>docs/performance.md</c>).
/// </summary>
internal static class CompareReport
{
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
        if (options.Only.Any(load => load != "http"))
            await MeasureAsync(Engines(options, shape), options, limit);

        if (!options.Only.Contains("http"))
            return;
        if (options.Shape != BenchmarkModel.DefaultShape)
        {
            Console.WriteLine($"Through HTTP only {BenchmarkModel.DefaultShape} is compared.");
            return;
        }

        Console.WriteLine();
        if (LlamaServer.Find(options.LlamaServer) is null)
            Console.WriteLine("llama-server is not on the path: name it with --llama-server.");
        Console.WriteLine("through HTTP");
        await MeasureAsync(await HttpContenders.StartAsync(options), options with { Only = ["decode", "prefill", "turn"] }, limit: null);
    }

    private static List<IContender> Engines(CompareOptions options, ModelShape shape)
    {
        List<IContender> contenders = [new IngotContender(options.Shape, options.Threads)];
        if (PeerFolder.Llama(options.Llama) is not { } folder)
        {
            Console.WriteLine(PeerFolder.Advice);
            return contenders;
        }

        var library = new LlamaLibrary(folder, options.Processor);
        Console.WriteLine($"llama.cpp         {library.Description}; Q4_0, keys and values in 16 bits");
        contenders.Add(new LlamaContender(library, GgufModel.Path(shape), options.Threads));
        return contenders;
    }

    private static async Task MeasureAsync(List<IContender> contenders, CompareOptions options, double? limit)
    {
        var table = new CompareTable(contenders, new Turns(options.Rounds, options.Turn));
        if (options.Only.Contains("decode"))
        {
            foreach (int together in Together)
                await table.AddAsync($"decode {together}", "tokens/s", contender => contender.DecodeAsync(together));
            if (limit is { } steps)
                table.PrintShare("decode 1", steps, "of what the read bandwidth allows");
        }

        if (options.Only.Contains("prefill"))
        {
            foreach (int tokens in Prompts)
                await table.AddAsync($"prefill {tokens}", "tokens/s", contender => contender.PrefillAsync(tokens));
        }

        if (options.Only.Contains("turn"))
        {
            await table.AddAsync("first turn", "turns/s", async contender => await contender.PrefillAsync(Load.Chat) / Load.Chat);
            await table.AddAsync("second turn", "turns/s", contender => contender.SecondTurnAsync());
            table.PrintTimes("second turn", "first turn");
        }

        foreach (IContender contender in contenders)
            contender.Dispose();
    }
}
