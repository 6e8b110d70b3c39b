using Ingot.Benchmarks.Comparison.LlamaCpp;
using Ingot.Benchmarks.Server;

namespace Ingot.Benchmarks.Comparison.Http;

/// <summary>
/// Starts the services to be compared, each in a process of its own. Both have the shape with the vocabulary of the model that comes with this
/// service, whose tokens are text.
/// </summary>
internal static class HttpContenders
{
    /// <summary>This service, and <c>llama-server</c> where there is one, else llama.cpp's library behind the least HTTP where that is.</summary>
    public static async Task<List<IModelContender>> StartAsync(CompareOptions options)
    {
        List<IModelContender> contenders = [Contender("ingot", await ComparedService.StartIngotAsync(options))];
        if (LlamaServer.Find(options.LlamaServer) is { } program)
        {
            LlamaServer server = await LlamaServer.StartAsync(program, GgufModel.Path(ServerModel.Shape(options.Shape)), options.Threads);
            contenders.Add(new HttpContender("llama-server", server.Address, () => server.ProcessorTime, server));
        }
        else if (PeerFolder.Llama(options.Llama) is { } folder)
        {
            Console.WriteLine("through HTTP      llama-server is not on the path (--llama-server names it): llama.cpp's library answers behind the least HTTP there is");
            contenders.Add(Contender("llama.cpp", await ComparedService.StartLlamaAsync(options, folder)));
        }
        else
        {
            Console.WriteLine("through HTTP      neither llama-server nor llama.cpp's library is here: this service alone");
        }

        return contenders;
    }

    private static HttpContender Contender(string name, ChildProgram program) => new(name, program.Address, () => program.ProcessorTime, program);
}
