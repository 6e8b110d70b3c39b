using Ingot.Engine;
using Ingot.Errors;
using Ingot.Service.Hosting;
using Ingot.Service.Tests;
using Ingot.Testing;

namespace Ingot.Server.Tests;

/// <summary>The services that golden files name, each started when it is first asked for.</summary>
public sealed class GoldenChatServices : IAsyncDisposable
{
    private const string Call = """Let me see.<tool_call>{"name": "weather", "arguments": {"city": "Rome"}}</tool_call>""";

    private readonly Dictionary<string, TestService> _started = [];
    private readonly ManualResetEventSlim _held = new();

    /// <summary>The service of this name.</summary>
    public async Task<TestService> GetAsync(string name)
    {
        if (_started.TryGetValue(name, out TestService? service))
            return service;
        service = await StartAsync(name);
        _started.Add(name, service);
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        _held.Set();
        foreach (TestService service in _started.Values)
            await service.DisposeAsync();
        _held.Dispose();
    }

    private async Task<TestService> StartAsync(string name)
    {
        switch (name)
        {
            case "plain":
                return await TestService.SayingAsync("Grüße 🙂");
            case "thinking":
                return await TestService.SayingAsync("Hm.</think>\n\nYes.", model: new TinyModel(TinyModel.Template + "<think>\n"));
            case "calling":
                return await TestService.SayingAsync(Call);
            case "refusing":
                return await TestService.SayingAsync("", model: new TinyModel("{{ raise_exception('Only the user may speak.') }}"));
            case "full":
                TestService full = await TestService.StartAsync(
                    model => model.Load(new FakeRunner { VocabularySize = 260, OnStep = _ => _held.Wait() }),
                    model: new TinyModel { EngineOptions = new EngineOptions { MaxSequences = 1, QueueCapacity = 0 } });
                await full.OccupyAsync(answers: 1);
                return full;
            case "small":
                return await TestService.StartAsync(model => model.Load(new FakeRunner { VocabularySize = 260, BlockCount = 4 }));
            case "damaged":
                return await TestService.StartAsync(_ => throw new IngotException(ErrorCode.ModelInvalid, "genai_config.json: model.vocab_size is missing.", "model"));
            case "foreign":
                return await TestService.StartAsync(_ => throw new IngotException(ErrorCode.ModelUnsupported, "The graph has the operator 'Conv', which this build does not run.", "model"));
            case "failing":
                return await TestService.StartAsync(model => model.Load(FailingFrom(step: 1)));
            case "failing later":
                return await TestService.StartAsync(model => model.Load(FailingFrom(step: 3)));
            case "stopped":
                TestService stopped = await TestService.SayingAsync("");
                await stopped.Services.Models.DisposeAsync();
                return stopped;
            default:
                throw new ArgumentException($"There is no service '{name}'.", nameof(name));
        }
    }

    private static FakeRunner FailingFrom(int step)
    {
        int steps = 0;
        return new FakeRunner
        {
            VocabularySize = 260,
            Next = _ => 'a',
            OnStep = _ =>
            {
                if (++steps >= step)
                    throw new InvalidOperationException("a secret of the engine");
            },
        };
    }
}
