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
        context.Response.OnStarting(Say, new Began(context.Response, id, Stopwatch.GetTimestamp()));
        return next(context);
    }

    /// <summary>The id of a request that gave these.</summary>
    internal static string IdOf(StringValues given) =>
        given is [{ Length: > 0 and <= Longest } own] && !own.AsSpan().ContainsAnyExcept(Allowed) ? own : $"req_{Guid.NewGuid():N}";

    /// <summary>Says all of it when the answer begins, over what an answer from elsewhere brought.</summary>
    private static Task Say(object state)
    {
        var began = (Began)state;
        IHeaderDictionary headers = began.Response.Headers;
        headers[Name] = began.Id;
        headers["apim-request-id"] = began.Id;
        headers["openai-processing-ms"] = ((long)Stopwatch.GetElapsedTime(began.At).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    private sealed record Began(HttpResponse Response, string Id, long At);
}
