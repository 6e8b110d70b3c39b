namespace Ingot.Server.Http;

/// <summary>
/// Lets requests for work in while the service runs and is not too busy, and gives them up when it can wait no longer for them.
/// Only POST asks for work; what reads a state, and the end of the service, always pass.
/// </summary>
internal sealed class RequestGate(RequestDelegate next, OpenRequests requests)
{
    /// <summary>Runs the rest of the pipeline, or refuses with 429 or 503.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || context.Request.Path == "/shutdown")
        {
            await next(context);
            return;
        }

        requests.Enter();
        CancellationToken gone = context.RequestAborted;
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(gone, requests.End);
        try
        {
            context.RequestAborted = givenUp.Token;
            await next(context);
        }
        catch (OperationCanceledException) when (requests.End.IsCancellationRequested && !gone.IsCancellationRequested)
        {
            throw OpenRequests.Stopped;
        }
        finally
        {
            context.RequestAborted = gone;
            requests.Leave();
        }
    }
}
