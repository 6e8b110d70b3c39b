using Ingot.Benchmarks.Comparison.LlamaCpp;
using Ingot.Benchmarks.Server;
using Ingot.Server;
using Ingot.Service;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Benchmarks.Comparison.Http;

/// <summary>
/// Starts the services to be compared. Both have the shape of Qwen2.5-0.5B with the vocabulary of the model that comes with this one, whose
/// tokens are text. This service runs in the process of the client that asks both; <c>llama-server</c> has one of its own.
/// </summary>
internal static class HttpContenders
{
    /// <summary>This service, and <c>llama-server</c> where there is one.</summary>
    public static async Task<List<IContender>> StartAsync(CompareOptions options)
    {
        IngotServices services = await ServerModel.OpenAsync(options.Threads);
        IngotServer ours = await IngotServer.StartAsync(
            services, new ServerOptions { Urls = "http://127.0.0.1:0" }, NullLoggerFactory.Instance, CancellationToken.None);
        List<IContender> contenders = [new HttpContender("ingot", new Uri(ours.Urls[0]), () => TimeSpan.Zero, new Running(ours, services))];
        if (LlamaServer.Find(options.LlamaServer) is { } program)
        {
            ModelShape shape = ModelShape.Read(options.Shape) with { Name = "server", Vocabulary = ServerModel.Vocabulary, EndId = ServerModel.EndId };
            LlamaServer theirs = await LlamaServer.StartAsync(program, GgufModel.Path(shape), options.Threads);
            contenders.Add(new HttpContender("llama-server", theirs.Address, () => theirs.ProcessorTime, theirs));
        }

        return contenders;
    }

    private sealed class Running(IngotServer server, IngotServices services) : IDisposable
    {
        public void Dispose()
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
