using Ingot.Models.Catalog;
using Ingot.Models.Store;
using Ingot.Service.Chat;
using Ingot.Service.Completions;
using Ingot.Service.Hosting;
using Ingot.Service.Tokens;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Service.Tests.Completions;

/// <summary>Completions and tokens over one tiny model, which remembers what it was asked to continue.</summary>
public sealed class CompletionFixture : IAsyncDisposable
{
    private readonly TinyModel _model;
    private readonly ModelCatalog _catalog;
    private readonly ModelHost _host;

    /// <summary>A model that says <paramref name="reply"/> to every prompt, byte by byte, and then ends.</summary>
    public CompletionFixture(string reply, params string[] moreTokens)
    {
        _model = new TinyModel(moreTokens: moreTokens);
        _catalog = FixedSource.Catalog(_model.Entry);
        _host = new ModelHost(
            _catalog, new ModelStore(Path.GetTempPath()), (_, _) => Task.FromResult(_model.Load(Runner(reply))), NullLogger<ModelHost>.Instance, TimeProvider.System);
        Completions = new CompletionService(_host, Options);
        Tokens = new TokenService(_host);
    }

    public static IngotOptions Options { get; } = new() { MaxSequences = 4, QueueCapacity = 4, MaxChoices = 4 };

    public CompletionService Completions { get; }

    public TokenService Tokens { get; }

    /// <summary>The prompts the model was given, in the order it finished reading them.</summary>
    public List<int[]> Prompts { get; } = [];

    public static CompletionTurn Turn(params string[] prompts) => new()
    {
        Model = "tiny",
        Prompts = [.. prompts.Select(prompt => new CompletionPrompt.OfText(prompt))],
    };

    public async Task<List<ChatUpdate>> AnswerAsync(CompletionTurn turn)
    {
        await using var run = await Completions.StartAsync(turn);
        return await run.Updates.ToListAsync();
    }

    /// <summary>Answers, and gives each choice's text.</summary>
    public async Task<string[]> TextsAsync(CompletionTurn turn) =>
        [.. (await AnswerAsync(turn)).OfType<TextDelta>().GroupBy(delta => delta.Choice).OrderBy(choice => choice.Key)
            .Select(choice => string.Concat(choice.Select(delta => delta.Text)))];

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _catalog.Dispose();
        _model.Dispose();
    }

    // The first token of a reply follows when the prompt, and nothing else, has been read.
    private FakeRunner Runner(string reply)
    {
        int[] said = TinyModel.Tokens(reply);
        var replying = FakeRunner.Replying(TinyModel.End, _model.VocabularySize, said);
        return new FakeRunner
        {
            VocabularySize = replying.VocabularySize,
            EndOfSequenceIds = replying.EndOfSequenceIds,
            Next = history =>
            {
                int next = replying.Next!(history);
                if (next == said[0])
                    Prompts.Add([.. history]);
                return next;
            },
        };
    }
}
