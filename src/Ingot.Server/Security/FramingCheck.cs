using Ingot.Errors;

namespace Ingot.Server.Security;

/// <summary>
/// Refuses bodies whose end a proxy before this server may see elsewhere than the server does: with a length beside chunks, or coded in
/// any other way than in chunks alone. What follows on such a connection is nobody's request, so that it ends there.
/// </summary>
internal sealed class FramingCheck(RequestDelegate next)
{
    /// <summary>Where the server puts a length that chunks override.</summary>
    private const string Overridden = "X-Content-Length";

    /// <summary>Refuses such a request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        if (headers.TransferEncoding.Count == 0 || IsPlain(headers))
            return next(context);
        context.Response.Headers.Connection = "close";
        throw new IngotException(ErrorCode.InvalidValue, "The request says in two ways where its body ends: send 'Content-Length', or 'Transfer-Encoding: chunked', alone.");
    }

    private static bool IsPlain(IHeaderDictionary headers) =>
        headers.TransferEncoding is [{ } coding] && coding.Equals("chunked", StringComparison.OrdinalIgnoreCase)
        && headers.ContentLength is null && !headers.ContainsKey(Overridden);
}
