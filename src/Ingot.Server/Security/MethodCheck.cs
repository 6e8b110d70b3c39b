using Ingot.Errors;

namespace Ingot.Server.Security;

/// <summary>
/// Refuses methods that are a known one but for their letter case: <c>post</c> is another method than <c>POST</c>, to whatever stands
/// before this server and decides by the method, and routing would take one for the other.
/// </summary>
internal sealed class MethodCheck(RequestDelegate next)
{
    /// <summary>Refuses such a request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        string method = context.Request.Method;
        string known = HttpMethods.GetCanonicalizedValue(method);
        if (known.Equals(method, StringComparison.Ordinal))
            return next(context);
        context.Response.Headers.Allow = known;
        throw new IngotException(ErrorCode.MethodNotAllowed, $"Methods are told apart by letter case: send '{known}', not '{method}'.");
    }
}
