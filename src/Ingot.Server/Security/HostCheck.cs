using System.Net;
using Ingot.Errors;
using Ingot.Server.Http;

namespace Ingot.Server.Security;

/// <summary>
/// Answers only to names that mean this machine while the service listens only on this machine. Without it any web page
/// could reach the service by DNS rebinding: a name it owns, pointed at 127.0.0.1, carries its own name in Host. No page
/// reaches the local pipe, where any name will do.
/// </summary>
internal sealed class HostCheck(RequestDelegate next)
{
    /// <summary>Refuses a request whose Host header is neither an address nor a local name.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        bool onLoopback = !LocalPipe.Carries(context) && IPAddress.IsLoopback(context.Connection.LocalIpAddress ?? IPAddress.Loopback);
        if (onLoopback && !IsLocalName(context.Request.Host.Host))
            throw new IngotException(ErrorCode.Forbidden, $"This service does not answer to the host name '{context.Request.Host.Host}'.");
        return next(context);
    }

    /// <summary>Whether a Host header's name means this machine.</summary>
    internal static bool IsLocalName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
