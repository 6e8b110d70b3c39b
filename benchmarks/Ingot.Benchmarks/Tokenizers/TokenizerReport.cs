using System.Globalization;
using Ingot.Text.Tokenizers;

namespace Ingot.Benchmarks.Tokenizers;

/// <summary>
/// The <c>tokenizer</c> mode: how fast prose becomes tokens and tokens become prose, for each second of one core.
/// <c>tokenizer &lt;folder&gt;</c> measures that folder's <c>tokenizer.json</c> instead of the shipped model's.
/// </summary>
internal static class TokenizerReport
{
    private const int Characters = 2_000_000;
    private const int Runs = 5;

    /// <summary>Measures and prints.</summary>
    public static void Print(string[] arguments)
    {
        string folder = arguments.Length > 0 ? arguments[0] : BenchmarkTokenizer.ShippedFolder();
        string text = Prose.Write(Characters, seed: 1);
        string other = Prose.Write(Characters, seed: 2);
        int distinct = text.Split([.. " \n.,;:?!–'"]).Distinct().Count();

        double load = double.MaxValue, cold = double.MaxValue, warm = double.MaxValue, decode = double.MaxValue;
        List<int> ids = [];
        for (int run = 0; run < Runs; run++)
        {
            Tokenizer? tokenizer = null;
            load = Math.Min(load, Seconds(() => tokenizer = Tokenizer.Load(folder)));
            cold = Math.Min(cold, Seconds(() => ids = tokenizer!.Encode(text, addSpecialTokens: false)));
            tokenizer!.Encode(other, addSpecialTokens: false);
            warm = Math.Min(warm, Seconds(() => ids = tokenizer.Encode(text, addSpecialTokens: false)));
            int length = 0;
            decode = Math.Min(decode, Seconds(() => length = Decode(tokenizer, ids)));
            if (length != text.Length)
                throw new InvalidOperationException("Decoding does not give the text back.");
        }

        Print("tokenizer", folder);
        Print("text", $"{text.Length / 1e6:F1} M characters, {distinct} distinct words, {ids.Count} tokens");
        Print("load", $"{load * 1e3:F0} ms");
        Print("encode", $"{ids.Count / cold / 1e6:F2} M tokens/s, {text.Length / cold / 1e6:F1} M characters/s, no word met before");
        Print("encode again", $"{ids.Count / warm / 1e6:F2} M tokens/s, {text.Length / warm / 1e6:F1} M characters/s, after as much other prose");
        Print("decode", $"{ids.Count / decode / 1e6:F2} M tokens/s, one by one");
    }

    private static void Print(string name, string value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-18}{value}"));

    // Processor time, not the clock's: on a shared machine the clock measures the neighbours.
    private static double Seconds(Action work)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    private static int Decode(Tokenizer tokenizer, List<int> ids)
    {
        IncrementalDecoder decoder = tokenizer.CreateDecoder();
        int length = 0;
        foreach (int id in ids)
            length += decoder.Append(id).Length;
        return length + decoder.Flush().Length;
    }
}
