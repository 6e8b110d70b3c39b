using System.CommandLine;
using System.Globalization;
using Ingot.Compiler;

namespace Ingot.Cli.Commands;

/// <summary><c>foundry model compile</c>: a Hugging Face folder into an ONNX model folder.</summary>
internal static class ModelCompileCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        Argument<string?> source = ModelCommands.Named(new Argument<string?>("source")
        {
            Description = "A Hugging Face folder: config.json, safetensors weights, tokenizer.json",
            Arity = ArgumentArity.ZeroOrOne,
        });
        var random = new Option<string?>("--random-weights") { Description = "Instead of a folder: a config.json, filled with random weights for benchmarks" };
        var output = new Option<string>("--output", "-o") { Description = "The folder to make", Required = true };
        var precision = new Option<Precision>("--precision") { Description = "How weights are stored: fp32, fp16, int8 or int4", DefaultValueFactory = _ => Precision.Int4 };
        var blockSize = new Option<int>("--block-size") { Description = "Weights that share a scale, for int8 and int4", DefaultValueFactory = _ => 32 };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace a model that is already there, once the new one is whole" };

        var command = new FoundryCommand(
            "compile",
            "Turn a Hugging Face model into an ONNX model folder",
            "foundry model compile ./qwen2.5-0.5b -o ./qwen2.5-0.5b-int4",
            "foundry model compile ./qwen2.5-0.5b -o ./qwen2.5-0.5b-fp16 --precision fp16")
        {
            source, random, output, precision, blockSize, overwrite,
        };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(
            context,
            new CompileRequest
            {
                SourceFolder = parsed.GetValue(source),
                RandomWeightsConfig = parsed.GetValue(random),
                OutputFolder = parsed.GetValue(output)!,
                Precision = parsed.GetValue(precision),
                BlockSize = parsed.GetValue(blockSize),
                Overwrite = parsed.GetValue(overwrite),
            },
            cancellationToken)));
        return command;
    }

    private static int Run(CommandContext context, CompileRequest request, CancellationToken cancellationToken)
    {
        using var interrupted = new InterruptToken(cancellationToken);
        CompileResult result = ModelCompiler.Compile(request, new ProgressLine(), interrupted.Token);
        context.Say($"Compiled {result.Architecture} into {result.Folder} ({Megabytes(result.WeightBytes)} of weights).");
        context.Print(result.Folder);
        return ExitCode.Success;
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");

    /// <summary>One line that is written over in a terminal; every tenth of the way in a log.</summary>
    private sealed class ProgressLine : IProgress<CompileProgress>
    {
        private int _last = -1;

        public void Report(CompileProgress value)
        {
            int percent = (int)(100 * value.WrittenBytes / value.TotalBytes);
            bool terminal = !Console.IsErrorRedirected;
            if (percent == _last || (!terminal && percent / 10 == _last / 10 && _last >= 0))
                return;

            _last = percent;
            string line = $"{percent,3} % {Megabytes(value.WrittenBytes)} of {Megabytes(value.TotalBytes)}";
            Console.Error.Write(terminal ? $"\r{line}{(percent == 100 ? "\n" : "")}" : $"{line}\n");
        }
    }
}
