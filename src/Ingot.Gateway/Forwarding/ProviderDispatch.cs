using Ingot.Errors;
using Ingot.Gateway.Replicas;
using Ingot.Gateway.Responses;
using Ingot.Gateway.Translation;
using Ingot.Server.Security;
using Ingot.Service.Providers;

namespace Ingot.Gateway.Forwarding;

/// <summary>
/// Looks which model a request names. A provider's goes to the provider, with the name it has there; everything else goes on to
/// our own routes as it came, as does all that is no well-formed request: what is wrong with it is said there.
/// </summary>
internal sealed class ProviderDispatch(
    RequestDelegate next, ProviderBook book, ReplicaForwarder forwarder, CallerRights rights, ResponsesSupport responses, RemoteResponses remembered)
{
    // Where nobody says how many there are.
    private const int BytesOfToken = 4;

    /// <summary>Hands on to the provider, or to the rest of the pipeline.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (ForwardedRoutes.PathOf(context) is not { } path || book.Models.Count == 0 || !IsPlainJson(context.Request))
        {
            await next(context);
            return;
        }

        CancellationToken gone = context.RequestAborted;
        ReadOnlyMemory<byte> body = await ReadAsync(context.Request, gone);
        if (RequestFields.Read(body.Span) is { } fields && book.Find(fields.Model) is { } provided && await GoesOnAsync(path, provided.Provider, gone))
        {
            rights.EnsureMayUse(context, fields.Model);
            Uri? keptAt = fields.Previous is { } previous && IsOfResponses(path) ? await PlaceOfAsync(context, previous, provided.Provider) : null;
            Uri? begunAt = null;
            var request = new ForwardedRequest(provided.Provider, provided.Model.Name, path, fields.WithModel(body, provided.Model.Name))
            {
                IsStream = fields.IsStream,
                Prompt = body[fields.Prompt],
                CacheKey = fields.CacheKey,
                Previous = fields.Previous,
                Conversation = fields.Conversation,
                MayRepeat = !fields.IsBackground && fields.Conversation is null && !(fields.Store == true && path == "/chat/completions"),
                KeptAt = keptAt,
                Begun = address => begunAt = address,
            };
            string? owner = CallerRights.OwnerOf(context);
            await ForwardAsync(context, request, fields.Store == false ? null : RememberAsync, gone);
            return;

            // A refusal begins nowhere.
            Task RememberAsync(string id) => begunAt is null
                ? Task.CompletedTask
                : remembered.RememberAsync(owner, id, new RemoteResponse(provided.Provider.Name, begunAt, provided.Model.LocalName));
        }

        Stream unread = context.Request.Body;
        context.Request.Body = Readable(body);
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Body = unread;
        }
    }

    // Whose tokens are counted is known by name, and responses may be asked for again; all other answers go their way untouched.
    private async Task ForwardAsync(HttpContext context, ForwardedRequest request, Func<string, Task>? remember, CancellationToken gone)
    {
        Stream answer = context.Response.Body;
        UsageTee? seen = context.User.Identity is { IsAuthenticated: true } ? new UsageTee(answer) : null;
        Stream through = seen ?? answer;
        if (request.IsResponse && remember is not null)
            through = new ResponseIdTee(through, remember);
        if (through == answer)
        {
            await forwarder.ForwardAsync(context, request, gone);
            return;
        }

        context.Response.Body = through;
        try
        {
            await forwarder.ForwardAsync(context, request, gone);
        }
        finally
        {
            context.Response.Body = answer;
            if (seen is not null)
                rights.Charge(context, seen.Tokens() ?? (seen.Events > 0 ? seen.Events + (request.Body.Length / BytesOfToken) : 0));
        }
    }

    /// <summary>A body as a stream that begins at its beginning.</summary>
    internal static MemoryStream Readable(ReadOnlyMemory<byte> body) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out ArraySegment<byte> bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
            : new MemoryStream(body.ToArray(), writable: false);

    // Responses that a provider does not make are made here, of its chat completions.
    private async ValueTask<bool> GoesOnAsync(string path, ModelProvider provider, CancellationToken gone) =>
        !IsOfResponses(path) || await responses.HasAsync(provider, gone);

    // Which of the provider's responses are whose only this service knows: to the provider, all of its callers are one.
    private async ValueTask<Uri?> PlaceOfAsync(HttpContext context, string previous, ModelProvider provider)
    {
        if (await remembered.FindAsync(CallerRights.OwnerOf(context), previous) is { } kept && kept.Provider.Equals(provider.Name, StringComparison.OrdinalIgnoreCase))
            return kept.Address;
        return rights.TellsCallersApart ? throw RemoteResponses.NotFound(previous) : null;
    }

    private static bool IsOfResponses(string path) => path.StartsWith("/responses", StringComparison.Ordinal);

    // Whatever else it is, our own routes refuse it.
    private static bool IsPlainJson(HttpRequest request) =>
        request.HasJsonContentType() && (request.Headers.ContentEncoding is not [var encoding, ..] || "identity".Equals(encoding, StringComparison.OrdinalIgnoreCase));

    // The server bounds the length; what a client merely promises to send is not made room for.
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = new MemoryStream((int)Math.Clamp(request.ContentLength ?? 0, 0, 1 << 18));
        await request.Body.CopyToAsync(body, cancellationToken);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
