using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Ingot.Protocol;

namespace Ingot.Server.Http;

/// <summary>Writes server-sent events straight into a response's buffer. Nothing is sent before it is flushed, and the response is untouched until the first event.</summary>
internal sealed class EventWriter(HttpResponse response) : IDisposable
{
    private static readonly JsonWriterOptions Form = new() { Encoder = WireJson.Options.Encoder, MaxDepth = WireJson.MaxEventDepth, SkipValidation = true };
    private Utf8JsonWriter? _json;

    /// <summary>Whether an event was written; from then on the response has its status.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>How much was written that is not sent, in bytes.</summary>
    public long Unsent { get; private set; }

    /// <summary>Writes an event: what comes before its data, and the data.</summary>
    public void Write<T>(ReadOnlySpan<byte> prefix, T value)
    {
        PipeWriter body = Begin();
        body.Write(prefix);
        _json ??= new Utf8JsonWriter(body, Form);
        JsonSerializer.Serialize(_json, value, WireJson.For<T>());
        _json.Flush();
        body.Write("\n\n"u8);
        Unsent += prefix.Length + _json.BytesCommitted + 2;
        _json.Reset();
    }

    /// <summary>Writes an event of which all but one text is JSON already.</summary>
    public void Write(ReadOnlySpan<byte> before, string text, ReadOnlySpan<byte> after)
    {
        PipeWriter body = Begin();
        body.Write(before);
        _json ??= new Utf8JsonWriter(body, Form);
        _json.WriteStringValue(text);
        _json.Flush();
        body.Write(after);
        Unsent += before.Length + _json.BytesCommitted + after.Length;
        _json.Reset();
    }

    /// <summary>Writes a line that is no JSON.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        PipeWriter body = Begin();
        body.Write(line);
        body.Write("\n\n"u8);
        Unsent += line.Length + 2;
    }

    /// <summary>Sends what was written.</summary>
    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken)
    {
        Unsent = 0;
        return response.BodyWriter.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _json?.Dispose();

    private PipeWriter Begin()
    {
        if (!HasBegun)
        {
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache";
            HasBegun = true;
        }

        return response.BodyWriter;
    }
}
