using System.Buffers;
using System.IO.Pipelines;
using Ingot.Engine;
using Ingot.Engine.Sampling;
using Ingot.Errors;
using Ingot.Service.Chat;
using Ingot.Service.Providers;

namespace Ingot.Gateway.Translation;

/// <summary>An answer that a provider makes, read as it comes. Who does not read holds the provider back.</summary>
internal sealed class RemoteRun : IChatRun
{
    private readonly ProvidedModel _model;
    private readonly Task _forwarding;
    private readonly PipeReader _input;
    private readonly CancellationTokenSource _stop;
    private readonly ChunkReader _chunks;

    /// <summary>Reads an answer that has begun.</summary>
    /// <param name="model">Who answers.</param>
    /// <param name="sampling">How tokens are drawn, as far as the request says.</param>
    /// <param name="input">The answer's events; owned.</param>
    /// <param name="forwarding">What fills it; ends when <paramref name="stop"/> is cancelled.</param>
    /// <param name="stop">Ends the answer; owned.</param>
    public RemoteRun(ProvidedModel model, SamplingOptions sampling, PipeReader input, Task forwarding, CancellationTokenSource stop)
    {
        (_model, Sampling, _input, _forwarding, _stop) = (model, sampling, input, forwarding, stop);
        _chunks = new ChunkReader(model.Provider.Name);
        Updates = ReadAsync();
    }

    /// <inheritdoc/>
    public string ModelId => _model.Model.LocalName;

    /// <inheritdoc/>
    public SamplingOptions Sampling { get; }

    /// <inheritdoc/>
    public IAsyncEnumerable<ChatUpdate> Updates { get; }

    /// <inheritdoc/>
    public TokenUsage Used => _chunks.Usage;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _input.CompleteAsync();
        await _forwarding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async IAsyncEnumerable<ChatUpdate> ReadAsync()
    {
        var updates = new List<ChatUpdate>();
        await using IAsyncEnumerator<ReadOnlySequence<byte>> events = EventReader.ReadAsync(_input, _stop.Token).GetAsyncEnumerator();
        while (await NextAsync(events) && _chunks.Read(events.Current, updates))
        {
            foreach (ChatUpdate update in updates)
                yield return update;
            updates.Clear();
        }

        _chunks.End(updates);
        foreach (ChatUpdate update in updates)
            yield return update;
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<ReadOnlySequence<byte>> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new IngotException(ErrorCode.ProviderFailed, $"Provider '{_model.Provider.Name}' broke its answer off.", inner: exception);
        }
    }
}
