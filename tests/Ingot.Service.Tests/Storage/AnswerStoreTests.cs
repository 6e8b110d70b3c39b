using System.Text;
using Ingot.Errors;
using Ingot.Service.Storage;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Service.Tests.Storage;

/// <summary>What is kept, for whom and for how long.</summary>
public sealed class AnswerStoreTests : IAsyncDisposable
{
    private static readonly Dictionary<string, string> NoNotes = [];

    private readonly TemporaryFolder _home = new();
    private readonly ManualTime _time = new();
    private AnswerStore _store;

    public AnswerStoreTests() => _store = Open();

    [Fact]
    public async Task What_was_kept_is_there_after_a_new_start()
    {
        await _store.SaveAsync(Document("resp_1") with { Metadata = new Dictionary<string, string> { ["a\"'"] = "é" }, Model = "m" }, [Item("msg_1"), Item("msg_2", isOutput: true)], "events"u8.ToArray());

        await ReopenAsync();

        StoredDocument found = (await _store.FindAsync(StoredKind.Response, null, "resp_1"))!;
        Assert.Equal(("body of resp_1", "m", "é", StoredState.Done), (Text(found.Body), found.Model, found.Metadata["a\"'"], found.State));
        Assert.Equal("events", Text((await _store.EventsAsync("resp_1"))!.Value));
        Assert.Equal(["msg_1"], Ids(await _store.ItemsAsync(StoredKind.Response, null, "resp_1", new StoredRange(10, false), withOutput: false)));
    }

    [Fact]
    public async Task What_was_being_made_when_the_process_ended_is_interrupted()
    {
        await _store.SaveAsync(Document("resp_1") with { State = StoredState.Running }, []);
        Assert.Equal(StoredState.Running, (await _store.FindAsync(StoredKind.Response, null, "resp_1"))!.State);

        await ReopenAsync();

        Assert.Equal(StoredState.Interrupted, (await _store.FindAsync(StoredKind.Response, null, "resp_1"))!.State);
    }

    [Fact]
    public async Task A_document_is_found_by_its_owner_and_as_its_kind_alone()
    {
        await _store.SaveAsync(Document("resp_1", "ann"), [Item("msg_1")]);

        Assert.NotNull(await _store.FindAsync(StoredKind.Response, "ann", "resp_1"));
        Assert.Null(await _store.FindAsync(StoredKind.Response, "bob", "resp_1"));
        Assert.Null(await _store.FindAsync(StoredKind.Response, null, "resp_1"));
        Assert.Null(await _store.FindAsync(StoredKind.Conversation, "ann", "resp_1"));
        Assert.NotNull(await _store.FindItemAsync("ann", "msg_1"));
        Assert.Null(await _store.FindItemAsync("bob", "msg_1"));
        Assert.False(await _store.DeleteAsync(StoredKind.Response, "bob", "resp_1"));
        Assert.True(await _store.DeleteAsync(StoredKind.Response, "ann", "resp_1"));
        Assert.Null(await _store.FindItemAsync("ann", "msg_1"));
    }

    [Fact]
    public async Task A_document_leaves_when_its_days_are_over_and_stays_where_another_goes_on_from_it()
    {
        await _store.SaveAsync(Document("resp_1"), [Item("msg_1")]);
        await _store.SaveAsync(Document("resp_other"), []);
        _time.Advance(TimeSpan.FromDays(20));
        await _store.SaveAsync(Document("resp_2") with { PreviousId = "resp_1" }, [Item("msg_2")]);
        _time.Advance(TimeSpan.FromDays(11));
        await _store.SaveAsync(Document("resp_3"), []);

        Assert.Null(await _store.FindAsync(StoredKind.Response, null, "resp_1"));
        Assert.Null(await _store.FindAsync(StoredKind.Response, null, "resp_other"));
        Assert.Equal(["msg_1", "msg_2"], (await _store.ChainAsync(StoredKind.Response, null, "resp_2", 10))!.Select(item => item.Id));

        _time.Advance(TimeSpan.FromDays(20));
        await _store.SaveAsync(Document("resp_4"), []);
        Assert.Null(await _store.ChainAsync(StoredKind.Response, null, "resp_2", 10));
        Assert.Null(await _store.FindItemAsync(null, "msg_1"));
    }

    [Fact]
    public async Task A_chain_with_a_document_missing_is_no_chain()
    {
        await _store.SaveAsync(Document("resp_1"), [Item("msg_1")]);
        await _store.SaveAsync(Document("resp_2") with { PreviousId = "resp_1" }, [Item("msg_2")]);
        await _store.SaveAsync(Document("resp_3") with { PreviousId = "resp_2" }, [Item("msg_3"), Item("msg_4", isOutput: true)]);
        Assert.Equal(["msg_1", "msg_2", "msg_3", "msg_4"], (await _store.ChainAsync(StoredKind.Response, null, "resp_3", 10))!.Select(item => item.Id));
        Assert.Equal(2, (await _store.ChainAsync(StoredKind.Response, null, "resp_3", 2))!.Count);

        await _store.DeleteAsync(StoredKind.Response, null, "resp_2");

        Assert.Null(await _store.ChainAsync(StoredKind.Response, null, "resp_3", 10));
        Assert.NotNull(await _store.FindAsync(StoredKind.Response, null, "resp_3"));
    }

    [Fact]
    public async Task The_oldest_leave_when_there_is_too_much()
    {
        await using AnswerStore store = Open(_home["small"], new IngotOptions { StoreMegabytes = 1 });
        for (int i = 0; i < 6; i++)
        {
            await store.SaveAsync(Document($"resp_{i}") with { Body = new byte[300_000] }, []);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Null(await store.FindAsync(StoredKind.Response, null, "resp_0"));
        Assert.NotNull(await store.FindAsync(StoredKind.Response, null, "resp_5"));
        Assert.NotNull(await store.FindAsync(StoredKind.Response, null, "resp_4"));
        await store.SaveAsync(Document("resp_huge") with { Body = new byte[3_000_000] }, []);
        Assert.NotNull(await store.FindAsync(StoredKind.Response, null, "resp_huge"));
        Assert.Null(await store.FindAsync(StoredKind.Response, null, "resp_5"));
    }

    [Fact]
    public async Task Lists_go_on_where_they_ended_in_either_order()
    {
        for (int i = 0; i < 5; i++)
            await _store.SaveAsync(Document($"c_{i}", kind: StoredKind.Completion) with { Model = i < 4 ? "m" : "n", Metadata = new Dictionary<string, string> { ["half"] = $"{i / 2}", ["all"] = "x" } }, [Item($"i_{i}")]);
        Task<StoredPage<StoredDocument>?> List(StoredRange range, string? model = null, Dictionary<string, string>? notes = null) =>
            _store.ListAsync(StoredKind.Completion, null, range, model, notes ?? NoNotes);

        Assert.Equal(["c_0", "c_1"], Ids(await List(new StoredRange(2, false))));
        Assert.True((await List(new StoredRange(2, false)))!.HasMore);
        Assert.Equal(["c_2", "c_3"], Ids(await List(new StoredRange(2, false, "c_1"))));
        Assert.Equal(["c_1", "c_0"], Ids(await List(new StoredRange(5, true, "c_2"))));
        Assert.False((await List(new StoredRange(5, true)))!.HasMore);
        Assert.Equal(["c_4"], Ids(await List(new StoredRange(5, false), "n")));
        Assert.Equal(["c_2", "c_3"], Ids(await List(new StoredRange(5, false), notes: new() { ["half"] = "1", ["all"] = "x" })));
        Assert.Empty(Ids(await List(new StoredRange(5, false), notes: new() { ["half"] = "1", ["all"] = "y" })));
        Assert.Null(await List(new StoredRange(5, false, "c_9")));
    }

    [Fact]
    public async Task Items_are_added_to_and_taken_from_a_conversation()
    {
        await _store.SaveAsync(Document("conv_1", kind: StoredKind.Conversation), [Item("a")]);
        await _store.SaveAsync(Document("resp_1"), [Item("b"), Item("c", isOutput: true)], conversation: "conv_1");
        Assert.True(await _store.AppendAsync(StoredKind.Conversation, null, "conv_1", [Item("d")]));
        Assert.False(await _store.AppendAsync(StoredKind.Conversation, null, "conv_2", [Item("d")]));
        Assert.True(await _store.DeleteItemAsync(StoredKind.Conversation, null, "conv_1", "b"));
        Assert.False(await _store.DeleteItemAsync(StoredKind.Conversation, null, "conv_1", "b"));

        Assert.Equal(["d", "c", "a"], Ids(await _store.ItemsAsync(StoredKind.Conversation, null, "conv_1", new StoredRange(10, true), withOutput: true)));
        Assert.Equal(["d"], Ids(await _store.ItemsAsync(StoredKind.Conversation, null, "conv_1", new StoredRange(10, false, "c"), withOutput: true)));
        Assert.Null(await _store.FindItemAsync(StoredKind.Conversation, null, "conv_1", "b"));
        Assert.NotNull(await _store.FindItemAsync(null, "b"));
    }

    [Fact]
    public async Task Many_at_once_are_all_kept()
    {
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => _store.SaveAsync(Document($"resp_{i}"), [Item($"msg_{i}")])));

        await ReopenAsync();

        for (int i = 0; i < 300; i++)
            Assert.NotNull(await _store.FindAsync(StoredKind.Response, null, $"resp_{i}"));
    }

    [Fact]
    public async Task A_file_that_cannot_be_had_is_said_to_be_so_and_tried_again_later()
    {
        await _store.SaveAsync(Document("resp_1"), []);
        await using AnswerStore second = Open();
        _home.Write("broken/answers.db", string.Concat(Enumerable.Repeat("no database ", 100)));
        await using AnswerStore broken = Open(_home["broken"]);
        await using AnswerStore off = Open(options: new IngotOptions { StoreDays = 0 });
        await using var withoutLibrary = new AnswerStore(new IngotOptions(), NullLogger<AnswerStore>.Instance, _time, _ => throw new IngotException(ErrorCode.StoreUnavailable, "No library."));

        foreach (AnswerStore none in new[] { second, broken, off, withoutLibrary })
        {
            Assert.False(none.IsAvailable);
            Assert.Equal(ErrorCode.StoreUnavailable, (await Assert.ThrowsAsync<IngotException>(() => none.FindAsync(StoredKind.Response, null, "resp_1"))).Code);
        }

        var taken = Assert.Throws<IngotException>(second.Require);
        Assert.Contains($"another service of this user keeps its answers in {_home["store"]}", taken.Message, StringComparison.Ordinal);
        Assert.Contains("'storeDirectory'", taken.Message, StringComparison.Ordinal);

        await _store.DisposeAsync();
        Assert.False(second.IsAvailable);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.NotNull(await second.FindAsync(StoredKind.Response, null, "resp_1"));
    }

    [Fact]
    public async Task Nobody_else_can_read_the_file()
    {
        await _store.SaveAsync(Document("resp_1"), []);

        foreach (string file in Directory.GetFiles(_home["store"]))
        {
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _home.Dispose();
    }

    private AnswerStore Open(string? folder = null, IngotOptions? options = null) =>
        new((options ?? new IngotOptions()) with { StoreDirectory = folder ?? _home["store"] }, NullLogger<AnswerStore>.Instance, _time);

    private async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        _store = Open();
    }

    private StoredDocument Document(string id, string? owner = null, StoredKind kind = StoredKind.Response) =>
        new(kind, id, owner, _time.GetUtcNow().ToUnixTimeSeconds(), Encoding.UTF8.GetBytes($"body of {id}"));

    private static StoredItem Item(string id, bool isOutput = false) => new(id, Encoding.UTF8.GetBytes($"body of {id}"), isOutput);

    private static string[] Ids(StoredPage<StoredItem>? page) => [.. page!.Entries.Select(item => item.Id)];

    private static string[] Ids(StoredPage<StoredDocument>? page) => [.. page!.Entries.Select(document => document.Id)];

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
