using Ingot.Benchmarks.Comparison.LlamaCpp;
using Ingot.Benchmarks.Server;
using Ingot.Server;
using Ingot.Service;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Benchmarks.Comparison.Http;

/// <summary>The processes of services that are compared, each with nothing else in it; who asks them is in the one that started them.</summary>
internal static class ComparedService
{
    /// <summary>The mode of this program that they run.</summary>
    public const string Mode = "compare-service";

    private const string Ours = "ingot";
    private const string Theirs = "llama";

    /// <summary>This service.</summary>
    public static Task<ChildProgram> StartIngotAsync(CompareOptions options) => ChildProgram.StartAsync(Mode, Ours, options.Shape, $"{options.Threads}");

    /// <summary>llama.cpp's library behind the least HTTP.</summary>
    public static Task<ChildProgram> StartLlamaAsync(CompareOptions options, string folder) =>
        ChildProgram.StartAsync(Mode, Theirs, options.Shape, $"{options.Threads}", folder, options.Processor ?? "");

    /// <summary>The process.</summary>
    public static Task ServeAsync(string[] arguments)
    {
        int threads = int.Parse(arguments[2], System.Globalization.CultureInfo.InvariantCulture);
        return arguments[0] == Ours ? ServeIngotAsync(arguments[1], threads) : ServeLlamaAsync(arguments[1], threads, arguments[3], arguments[4]);
    }

    private static async Task ServeIngotAsync(string shape, int threads)
    {
        int megabytes = (int)(Load.CacheTokens * ModelShape.Read(shape).KvTokenBytes >> 20);
        await using IngotServices services = await ServerModel.OpenAsync(threads, shape, megabytes);
        await using IngotServer server = await IngotServer.StartAsync(
            services, new ServerOptions { Urls = "http://127.0.0.1:0" }, NullLoggerFactory.Instance, CancellationToken.None);
        await ChildProgram.ServeAsync(server.Urls[0]);
    }

    private static async Task ServeLlamaAsync(string shape, int threads, string folder, string processor)
    {
        ModelShape served = ServerModel.Shape(shape);
        var library = new LlamaLibrary(folder, processor.Length > 0 ? processor : null);
        using var slots = new LlamaSlots(new LlamaModel(library, GgufModel.Path(served), threads), served.Vocabulary);
        await using LlamaListener listener = await LlamaListener.StartAsync(slots);
        await ChildProgram.ServeAsync(listener.Address);
    }
}
