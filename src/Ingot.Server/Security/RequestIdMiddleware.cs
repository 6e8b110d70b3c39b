using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Ingot.Server.Security;

/// <summary>
/// Gives every answer an id, the client's own where it gave a sensible one, under the names that clients of either cloud look for
/// (<c>x-request-id</c>, <c>apim-request-id</c>), and says after how much work it began (<c>openai-processing-ms</c>). Log lines about
/// a request carry the id.
/// </summary>
internal sealed class RequestIdMiddleware(RequestDelegate next)
{
    private const int Longest = 128;
    private const string Name = "X-Request-Id";

    // Visible ASCII without what could end a word in a log line.
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+=@~");

    /// <summary>Runs the rest of the pipeline.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        string id = IdOf(context.Request.Headers[Name]);
        context.TraceIdentifier = id;
        IHeaderDictionary headers = context.Response.Headers;
        headers[Name] = id;
        headers["apim-request-id"] = id;
        context.Response.OnStarting(SayTime, new Began(context.Response, Stopwatch.GetTimestamp()));
        return next(context);
    }

    /// <summary>The id of a request that gave these.</summary>
    internal static string IdOf(StringValues given) =>
        given is [{ Length: > 0 and <= Longest } own] && !own.AsSpan().ContainsAnyExcept(Allowed) ? own : $"req_{Guid.NewGuid():N}";

    private static Task SayTime(object state)
    {
        var began = (Began)state;
        began.Response.Headers["openai-processing-ms"] = ((long)Stopwatch.GetElapsedTime(began.At).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    private sealed record Began(HttpResponse Response, long At);
}
