using System.Globalization;
using Ingot.Benchmarks.EndToEnd;

namespace Ingot.Benchmarks.Comparison;

/// <summary>What is compared.</summary>
internal sealed record CompareOptions
{
    /// <summary>How to say it.</summary>
    public const string Usage =
        "compare [--shape qwen2.5-0.5b|llama-3.2-1b|llama-3.2-3b] [--only \"decode 8,prefill,chat,http decode\"] [--rounds 5] [--seconds 1.5] [--threads 4] [--llama <folder>] [--processor <variant>] [--llama-server <file>] [--short] [--onnxruntime]";

    /// <summary>The model's shape.</summary>
    public string Shape { get; init; } = BenchmarkModel.DefaultShape;

    /// <summary>What is measured: lines of the tables, by the first words of their names; those through services begin with <c>http</c>.</summary>
    public IReadOnlyList<string> Only { get; init; } = ["decode", "prefill", "chat", "code edit", "http"];

    /// <summary>How often everyone's turn comes.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>How long a turn takes at least.</summary>
    public TimeSpan Turn { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Threads of each contender.</summary>
    public int Threads { get; init; } = Math.Min(4, Environment.ProcessorCount);

    /// <summary>Whether ONNX Runtime takes part.</summary>
    public bool OnnxRuntime { get; private init; }

    /// <summary>The folder with llama.cpp's libraries; null to look for it.</summary>
    public string? Llama { get; init; }

    /// <summary>The file of <c>llama-server</c>; null to look for it on the path.</summary>
    public string? LlamaServer { get; init; }

    /// <summary>Which of llama.cpp's parts for processors, such as <c>icelake</c> to do without AMX; null for the best.</summary>
    public string? Processor { get; init; }

    /// <summary>Whether a line of the table is measured.</summary>
    public bool Wants(string line) => Only.Any(part => $"{line} ".StartsWith($"{part} ", StringComparison.Ordinal));

    /// <summary>Reads the command's arguments.</summary>
    /// <exception cref="ArgumentException">One of them is not known or has no value.</exception>
    public static CompareOptions Parse(string[] arguments)
    {
        const string OnnxFlag = "--onnxruntime", ShortFlag = "--short";
        var options = new CompareOptions { OnnxRuntime = arguments.Contains(OnnxFlag) };
        if (arguments.Contains(ShortFlag))
            options = options with { Rounds = 3, Turn = TimeSpan.FromSeconds(0.75) };
        arguments = [.. arguments.Where(argument => argument is not (OnnxFlag or ShortFlag))];
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : throw new ArgumentException($"{arguments[i]} needs a value. {Usage}");
            options = arguments[i] switch
            {
                "--shape" => options with { Shape = value },
                "--only" => options with { Only = value.Split(',') },
                "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--seconds" => options with { Turn = TimeSpan.FromSeconds(double.Parse(value, CultureInfo.InvariantCulture)) },
                "--threads" => options with { Threads = int.Parse(value, CultureInfo.InvariantCulture) },
                "--llama" => options with { Llama = value },
                "--llama-server" => options with { LlamaServer = value },
                "--processor" => options with { Processor = value },
                _ => throw new ArgumentException($"{arguments[i]} is not known. {Usage}"),
            };
        }

        return options;
    }
}
