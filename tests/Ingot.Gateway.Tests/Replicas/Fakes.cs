using System.Text;
using Microsoft.AspNetCore.Http;

namespace Ingot.Gateway.Tests.Replicas;

/// <summary>How replicas behave, and what is asked of them.</summary>
internal static class Fakes
{
    public const string Answer = """{"id":"chatcmpl-1","object":"chat.completion"}""";

    public const string Events = "data: {\"n\":1}\n\ndata: {\"n\":2}\n\ndata: [DONE]\n\n";

    /// <summary>Answers, whole or streamed, as the request asks.</summary>
    public static Task Well(HttpContext context, string body)
    {
        bool isStream = body.Contains("\"stream\": true", StringComparison.Ordinal);
        context.Response.ContentType = isStream ? "text/event-stream" : "application/json";
        return context.Response.WriteAsync(isStream ? Events : Answer);
    }

    /// <summary>Goes away without a word.</summary>
    public static Task GoAway(HttpContext context, string body)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Goes away after the head of an answer.</summary>
    public static async Task GoAwayAfterHead(HttpContext context, string body)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.StartAsync();
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    /// <summary>Says this, and goes away when it is time.</summary>
    public static Func<HttpContext, string, Task> Begin(string events, Task end) => async (context, _) =>
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(events);
        await context.Response.Body.FlushAsync();
        await end;
        context.Abort();
    };

    /// <summary>Refuses.</summary>
    public static Func<HttpContext, string, Task> Refuse(int status, string? retryAfter = null) => (context, _) =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync("""{"error":{"message":"No.","type":"server_error","param":null,"code":"no"}}""");
    };

    /// <summary>A chat request; requests with different texts are different conversations.</summary>
    public static string Chat(int conversation, string fields = "") =>
        $$"""{"model": "far", {{fields}} "messages": [{"role": "user", "content": "Question {{conversation}}"}]}""";

    /// <summary>A later turn of it.</summary>
    public static string NextTurn(int conversation) =>
        $$"""{"model": "far", "messages": [{"role": "user", "content": "Question {{conversation}}"}, {"role": "assistant", "content": "Yes."}, {"role": "user", "content": "Why?"}]}""";

    /// <summary>How many requests for answers it was sent; whether it is there is asked besides.</summary>
    public static int Asked(this FakeProvider provider) => provider.Requests.Count(request => request.Method == "POST");

    /// <summary>An address where nobody listens.</summary>
    public static Uri Nobody => new("http://127.0.0.1:9/v1");

    /// <summary>All of a stream, of which this must come before the replica is told to go away.</summary>
    public static async Task<string> TextAsync(HttpResponseMessage answer, string beginning, TaskCompletionSource end)
    {
        using var text = new StreamReader(await answer.Content.ReadAsStreamAsync());
        char[] begun = new char[beginning.Length];
        Assert.Equal(begun.Length, await text.ReadBlockAsync(begun));
        Assert.Equal(beginning, new string(begun));
        end.SetResult();
        return beginning + await text.ReadToEndAsync();
    }

    /// <summary>All of an answer.</summary>
    public static async Task<string> TextAsync(HttpResponseMessage answer) => Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync());
}
