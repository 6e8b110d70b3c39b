using System.Net;
using Ingot.Errors;
using Ingot.Gateway.Forwarding;

namespace Ingot.Gateway.Replicas;

/// <summary>
/// One request's way to the replicas, beneath the forwarder, which sees one server that is always there: asks one after the other until one
/// begins to answer, its first bytes included. A request goes on to another when it never reached the one before, when that had no room, and,
/// unless it must not be computed twice, when that went away or failed before it began to answer.
/// </summary>
/// <param name="request">The request; its body may be sent several times.</param>
/// <param name="replicas">Whom to ask.</param>
/// <param name="connections">The connections to all of them.</param>
/// <param name="silence">How long a replica may be silent.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of what goes wrong.</param>
internal sealed class ReplicaRouter(
    ForwardedRequest request, ReplicaSet replicas, HttpMessageInvoker connections, TimeSpan silence, TimeProvider time, ILogger logger) : HttpMessageHandler
{
    /// <summary>
    /// How often a request is sent again after a replica went away or failed with it. Few: it may be the request itself that they cannot
    /// bear, and it must not take one after the other down.
    /// </summary>
    private const int MostRepeats = 2;

    // What one replica alone has, it alone is asked for.
    private readonly bool _hasChoice = replicas.HasChoice && !request.IsBound;
    private readonly List<Replica> _asked = [];
    private Replica? _entered;
    private HttpResponseMessage? _failure;
    private Exception? _cause;
    private string _reason = request.IsBound ? "the address that has it is no longer registered" : "none of its addresses could be asked";
    private int _repeats;

    /// <summary>When to try again, where every replica that could be asked is full; null otherwise.</summary>
    public TimeSpan? Wait { get; private set; }

    /// <summary>The request has ended.</summary>
    protected override void Dispose(bool disposing)
    {
        _entered?.Leave();
        _entered = null;
        _failure?.Dispose();
        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        ulong? key = request.PrefixKey;
        ulong? place = request.KeptAt is { } address ? Replica.HashOf(address) : request.Previous is { } previous ? replicas.Places.Find(previous) : null;
        while (Next(key, place) is { } replica)
        {
            HttpResponseMessage response;
            try
            {
                response = await AskAsync(replica, message, cancellationToken);
            }
            catch (TimeoutException exception)
            {
                replica.Failed("it was silent for too long");
                throw new IngotException(ErrorCode.ProviderTimedOut, $"Provider '{request.Provider.Name}' was silent for too long.", inner: exception);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                var loss = Loss.Of(exception);
                replica.Lost(loss.Reason);
                (_cause, _reason) = (exception, loss.Reason);
                if (loss.WasSent && !MayRepeat())
                    break;
                continue;
            }

            if (!_hasChoice || !IsTrouble(response.StatusCode))
            {
                Note(replica, response.StatusCode);
                return response;
            }

            if (IsFull(response.StatusCode))
            {
                replica.Refused(RetryAfter.Read(response, time.GetUtcNow()));
                response.Dispose();
                _reason = "it is full";
                continue;
            }

            _reason = $"it answered with {(int)response.StatusCode}";
            replica.Failed(_reason);
            _failure?.Dispose();
            _failure = response;
            if (!MayRepeat())
                break;
        }

        return GiveUp();
    }

    private Replica? Next(ulong? key, ulong? place)
    {
        _entered?.Leave();
        _entered = request.IsBound && place is { } only ? replicas.TakeAt(only, _asked) : replicas.Take(key, place, _asked);
        if (_entered is null)
            return null;
        if (_asked.Count > 0)
            logger.RequestRepeated(request.Provider.Name, _reason);
        _asked.Add(_entered);
        return _entered;
    }

    private bool MayRepeat() => request.MayRepeat && _repeats++ < MostRepeats;

    /// <summary>What the caller gets when nobody answers.</summary>
    private HttpResponseMessage GiveUp()
    {
        if (_hasChoice && _failure is null && replicas.ShortestWait() is { } wait)
        {
            Wait = wait;
            throw new IngotException(ErrorCode.QueueFull, $"Every replica of provider '{request.Provider.Name}' that can be reached is full; try again shortly.", inner: _cause);
        }

        if (_failure is { } failure)
        {
            _failure = null;
            return failure;
        }

        string whom = _hasChoice ? $"Of the {replicas.Replicas.Count} replicas of provider '{request.Provider.Name}' none answers" : $"Provider '{request.Provider.Name}' did not answer";
        throw new IngotException(ErrorCode.ProviderFailed, $"{whom}: {_reason}.", inner: _cause);
    }

    private void Note(Replica replica, HttpStatusCode status)
    {
        if (!IsTrouble(status))
            replica.Answered();
        else if (!IsFull(status))
            replica.Failed($"it answered with {(int)status}");
    }

    private async Task<HttpResponseMessage> AskAsync(Replica replica, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        var patience = new Patience(silence, time, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            using HttpRequestMessage copy = Copy(message, replica.Address);
            response = await patience.WaitAsync(new ValueTask<HttpResponseMessage>(connections.SendAsync(copy, patience.Token)));
            if (response.IsSuccessStatusCode)
                await BeginAsync(replica, response, patience);
            else
                patience.Dispose();
            return response;
        }
        catch
        {
            response?.Dispose();
            patience.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the first bytes, or for the whole of what comes in one piece: until they are there, nothing was answered.</summary>
    private async Task BeginAsync(Replica replica, HttpResponseMessage response, Patience patience)
    {
        HttpContent content = response.Content;
        Stream body = await content.ReadAsStreamAsync(patience.Token);
        var answer = new AnswerStream(body, patience);
        bool isStream = content.Headers.ContentType?.MediaType == "text/event-stream";
        ReadOnlyMemory<byte> beginning = await answer.BeginAsync(whole: !isStream);
        request.Begun?.Invoke(replica.Address);
        if (request.IsResponse && replicas.HasChoice)
            replicas.Places.Note(beginning.Span, replica.Hash);
        bool showsItsEnd = response.Version.Major > 1 || response.Headers.TransferEncodingChunked == true || content.Headers.ContentLength is not null;
        response.Content = new AnswerContent(content, isStream
            ? new EventStream(answer, request.HasResponseEvents, showsItsEnd, exception => BreakOff(replica, exception))
            : answer);

        // An error event would be beyond a length that was promised.
        if (isStream)
            response.Content.Headers.ContentLength = null;
    }

    /// <summary>Says what became of an answer that had begun.</summary>
    private IngotException BreakOff(Replica replica, Exception? exception)
    {
        bool wasSilent = exception is TimeoutException;
        string reason = wasSilent ? "it was silent for too long" : "the connection broke off";
        replica.Failed(reason);
        logger.AnswerBrokeOff(request.Provider.Name, reason);
        return new IngotException(
            wasSilent ? ErrorCode.ProviderTimedOut : ErrorCode.ProviderFailed,
            $"Provider '{request.Provider.Name}' did not finish its answer: {reason}.",
            inner: exception);
    }

    private HttpRequestMessage Copy(HttpRequestMessage message, Uri address)
    {
        var copy = new HttpRequestMessage(message.Method, ProviderAddress.At(address, request.RelativePath))
        {
            Version = message.Version,
            VersionPolicy = message.VersionPolicy,
            Content = request.Body.IsEmpty ? null : new ReadOnlyMemoryContent(request.Body),
        };
        foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in message.Headers.NonValidated)
            copy.Headers.TryAddWithoutValidation(name, values);
        if (copy.Content is { } content)
            content.Headers.ContentType = message.Content?.Headers.ContentType;
        return copy;
    }

    private static bool IsFull(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    // What another replica may do better. All other refusals are the request's own fault, or the key's.
    private static bool IsTrouble(HttpStatusCode status) =>
        IsFull(status) || status is HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout;
}
