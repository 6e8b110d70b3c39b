using Ingot.Errors;
using Ingot.Protocol;

namespace Ingot.Server.Errors;

/// <summary>
/// Gives every failure the API's own error body: exceptions that leave an endpoint, and the bare statuses the framework
/// answers with (404, 405, 415) when no endpoint fits.
/// </summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    /// <summary>Runs the rest of the pipeline and mends its failures.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            LogClientGone(context.TraceIdentifier, context.Request.Path);
            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            WireErrors.Description described = WireErrors.Describe(exception);
            if (described.Status == StatusCodes.Status500InternalServerError)
                LogUnexpected(exception, context.TraceIdentifier, context.Request.Path);
            await WriteAsync(context, described);
            return;
        }

        if (!context.Response.HasStarted && Bare(context) is { } description)
            await WriteAsync(context, description);
    }

    private static WireErrors.Description? Bare(HttpContext context)
    {
        string request = $"{context.Request.Method} {context.Request.Path}";
        return context.Response.StatusCode switch
        {
            StatusCodes.Status400BadRequest => WireErrors.Describe(ErrorCode.InvalidValue, $"Not understood: {request}."),
            StatusCodes.Status404NotFound => WireErrors.Describe(ErrorCode.NotFound, $"Unknown request URL: {request}."),
            StatusCodes.Status405MethodNotAllowed => WireErrors.Describe(ErrorCode.MethodNotAllowed, $"Not allowed: {request}."),
            StatusCodes.Status415UnsupportedMediaType =>
                WireErrors.Describe(ErrorCode.UnsupportedMediaType, "The request body must be sent as 'application/json'."),
            _ => null,
        };
    }

    private static async Task WriteAsync(HttpContext context, WireErrors.Description description)
    {
        context.Response.StatusCode = description.Status;
        if (description.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable
            && context.Response.Headers.RetryAfter.Count == 0)
            context.Response.Headers.RetryAfter = "1";
        await context.Response.WriteAsJsonAsync(description.Body, WireJson.For<Protocol.Errors.ErrorBody>());
    }

    [LoggerMessage(EventId = 102, Level = LogLevel.Error, Message = "Unexpected failure of {Path}, request {RequestId}.")]
    private partial void LogUnexpected(Exception exception, string requestId, PathString path);

    [LoggerMessage(EventId = 103, Level = LogLevel.Debug, Message = "The client of {Path}, request {RequestId}, went away.")]
    private partial void LogClientGone(string requestId, PathString path);
}
