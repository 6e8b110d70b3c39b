using System.Net;

namespace Ingot.Gateway.Replicas;

/// <summary>A replica's answer with its own head, and a body that is read through something else.</summary>
internal sealed class AnswerContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly Stream _body;

    /// <summary>Takes over both.</summary>
    /// <param name="content">What the replica sent.</param>
    /// <param name="body">How its body is read.</param>
    public AnswerContent(HttpContent content, Stream body)
    {
        (_content, _body) = (content, body);
        foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in content.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, values);
    }

    /// <inheritdoc/>
    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(_body);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _body.CopyToAsync(stream);

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _body.Dispose();
            _content.Dispose();
        }

        base.Dispose(disposing);
    }
}
