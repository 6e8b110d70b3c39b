using System.Text;
using Ingot.Models.Catalog;
using Ingot.Models.Store;
using Ingot.Service.Chat;
using Ingot.Service.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Service.Tests.Chat;

/// <summary>A chat service over one tiny model.</summary>
public sealed class ChatFixture : IAsyncDisposable
{
    private readonly ModelCatalog _catalog;

    public ChatFixture(TinyModel model, Func<LoadedModel> load, IngotOptions? options = null, TimeProvider? time = null)
        : this(model.Entry, load, options, time)
    {
    }

    public ChatFixture(ModelEntry model, Func<LoadedModel> load, IngotOptions? options = null, TimeProvider? time = null)
    {
        _catalog = FixedSource.Catalog(model);
        Host = new ModelHost(_catalog, new ModelStore(Path.GetTempPath()), (_, _) => Task.FromResult(load()), NullLogger<ModelHost>.Instance, time ?? TimeProvider.System);
        Chat = new ChatService(Host, options ?? new IngotOptions());
    }

    public ModelHost Host { get; }

    public ChatService Chat { get; }

    public static ChatTurn Turn(string text = "Hi", params string[] stops) => new()
    {
        Model = "tiny",
        Messages = [new TurnMessage { Role = TurnRole.User, Text = text }],
        Stop = stops,
    };

    public async Task<List<ChatUpdate>> AnswerAsync(ChatTurn turn)
    {
        await using var run = await Chat.StartAsync(turn);
        return await run.Updates.ToListAsync();
    }

    /// <summary>Answers, and shows the updates in one line, neighbouring text joined and counts left out.</summary>
    public async Task<string> ShowAsync(ChatTurn turn) => Show(await AnswerAsync(turn));

    public static string Show(IEnumerable<ChatUpdate> updates)
    {
        var shown = new StringBuilder();
        var last = "";
        foreach (var update in Joined(updates))
        {
            var (kind, text) = update switch
            {
                TextDelta delta => ("T:", delta.Text),
                ReasoningDelta delta => ("R:", delta.Text),
                ToolCallDelta call => ($"C{call.Index}:", $"{call.Name}({call.Arguments})"),
                Finished finished => ("F:", finished.Reason.ToString()),
                _ => ("", ""),
            };
            if (kind.Length == 0)
                continue;
            if (kind != last)
                shown.Append(shown.Length > 0 ? "|" : "").Append(kind);
            shown.Append(text);
            last = kind;
        }

        return shown.ToString();
    }

    /// <summary>The updates with each call in one.</summary>
    public static List<ChatUpdate> Joined(IEnumerable<ChatUpdate> updates)
    {
        List<ChatUpdate> joined = [];
        foreach (var update in updates)
        {
            if (update is ToolCallDelta { Id: null } more && joined.FindLastIndex(earlier => earlier is ToolCallDelta) is var at and >= 0)
                joined[at] = (ToolCallDelta)joined[at] with { Arguments = ((ToolCallDelta)joined[at]).Arguments + more.Arguments };
            else
                joined.Add(update);
        }

        return joined;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _catalog.Dispose();
    }
}
