using Ingot.Errors;
using Ingot.Service;

namespace Ingot.Server.Http;

/// <summary>
/// Lets requests for work in while the service runs and is not too busy. Only POST asks for work; what reads a state, and
/// the end of the service, always pass.
/// </summary>
internal sealed class RequestGate(RequestDelegate next, IngotServices services, IHostApplicationLifetime lifetime)
{
    private int _open;

    /// <summary>Runs the rest of the pipeline, or refuses with 429 or 503.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || context.Request.Path == "/shutdown")
        {
            await next(context);
            return;
        }

        if (lifetime.ApplicationStopping.IsCancellationRequested)
            throw new IngotException(ErrorCode.EngineStopped, "This service is stopping.");
        int most = services.Options.MaxConcurrentRequests;
        try
        {
            if (Interlocked.Increment(ref _open) > most)
                throw new IngotException(ErrorCode.QueueFull, $"This service already works on {most} requests; try again shortly.");
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
