using Ingot.Server.OpenApi;

namespace Ingot.Server.Http;

/// <summary>
/// Lets requests for work in while the service runs and is not too busy, and gives them up when it can wait no longer for them.
/// POST asks for work, and so does what brings models into memory; what reads a state, and the end of the service, always pass.
/// </summary>
internal sealed class RequestGate(RequestDelegate next, OpenRequests requests, IHostApplicationLifetime lifetime)
{
    /// <summary>Whether a request asks for work.</summary>
    public static bool IsWork(HttpRequest request, WireOperation? operation) =>
        operation is { ChangesModels: true } || (HttpMethods.IsPost(request.Method) && operation is not { EndsWork: true } && request.Path != "/shutdown");

    /// <summary>Runs the rest of the pipeline, or refuses with 429 or 503.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        WireOperation? operation = context.GetEndpoint()?.Metadata.GetMetadata<WireOperation>();
        if (!IsWork(context.Request, operation))
        {
            await next(context);
            return;
        }

        bool changesModels = operation is { ChangesModels: true };
        requests.Enter(changesModels);
        CancellationToken gone = context.RequestAborted;

        // An answer is worth waiting for when the service stops; a model nobody can use any more, or a download that goes on next time, is not.
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(gone, changesModels ? lifetime.ApplicationStopping : requests.End);
        try
        {
            context.RequestAborted = givenUp.Token;
            await next(context);
        }
        catch (OperationCanceledException) when (givenUp.IsCancellationRequested && !gone.IsCancellationRequested)
        {
            throw OpenRequests.Stopped;
        }
        finally
        {
            context.RequestAborted = gone;
            requests.Leave(changesModels);
        }
    }
}
