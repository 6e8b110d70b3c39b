using System.Runtime.CompilerServices;
using Ingot.Protocol.Responses;

namespace Ingot.Server.Responses;

/// <summary>A background response while it is made: what was told of it so far, for any number of readers, whenever they come. Thread-safe.</summary>
internal sealed class LiveResponse(string? owner, ResponseObject response) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ResponseEvent> _told = [];
    private readonly CancellationTokenSource _cancel = new();
    private TaskCompletionSource _news = NewSignal();
    private bool _isDone;

    /// <summary>Whose it is.</summary>
    public string? Owner => owner;

    /// <summary>The response as it was last told of whole.</summary>
    public ResponseObject Response { get; private set; } = response;

    /// <summary>Cancelled when somebody does not want it any more.</summary>
    public CancellationToken Cancelled => _cancel.Token;

    /// <summary>Done when the response is, and kept.</summary>
    public Task Done { get; set; } = Task.CompletedTask;

    /// <summary>Adds an event.</summary>
    public void Add(ResponseEvent told)
    {
        lock (_lock)
        {
            _told.Add(told);
            Response = told.Response ?? (told is { Type: "response.output_item.done", Item: { } item } ? Response with { Output = [.. Response.Output, item] } : Response);
            Signal();
        }
    }

    /// <summary>Says that no further event comes.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isDone = true;
            Signal();
        }
    }

    /// <summary>Stops the response.</summary>
    public Task CancelAsync() => _cancel.CancelAsync();

    /// <summary>The events, from the first to the last, as they come.</summary>
    /// <param name="after">The number of the event before the first wanted.</param>
    /// <param name="cancellationToken">Stops reading; the response goes on.</param>
    public async IAsyncEnumerable<ResponseEvent> ReadAsync(int after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int next = after + 1; ; next++)
        {
            while (Look(next) is { } news)
                await news.WaitAsync(cancellationToken);
            ResponseEvent told;
            lock (_lock)
            {
                if (next >= _told.Count)
                    yield break;
                told = _told[next];
            }

            yield return told;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cancel.Dispose();

    // What to wait for until there is such an event; null when there is, or none will come.
    private Task? Look(int number)
    {
        lock (_lock)
            return number < _told.Count || _isDone ? null : _news.Task;
    }

    private void Signal()
    {
        _news.SetResult();
        _news = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
