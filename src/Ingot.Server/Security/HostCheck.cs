using System.Net;
using Ingot.Errors;
using Ingot.Server.Http;
using Ingot.Service;

namespace Ingot.Server.Security;

/// <summary>
/// Answers only to names that mean this machine while the service listens only on this machine, and to those that the options name.
/// Without it any web page could reach the service by DNS rebinding: a name it owns, pointed at 127.0.0.1, carries its own name in
/// Host. No page reaches the local pipe, where any name will do.
/// </summary>
internal sealed class HostCheck(RequestDelegate next, IngotServices services)
{
    private readonly IReadOnlyList<string> _allowed = services.Options.AllowedHosts;

    /// <summary>Refuses a request whose Host header is no name of this service.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        string host = context.Request.Host.Host;
        if (!LocalPipe.Carries(context) && !IsOwn(host, context.Connection.LocalIpAddress ?? IPAddress.Loopback, _allowed))
            throw new IngotException(ErrorCode.Forbidden, $"This service does not answer to the host name '{host}'; 'allowedHosts' names those it does.");
        return next(context);
    }

    /// <summary>Whether a service that was reached at an address answers to a name.</summary>
    /// <param name="host">The Host header's name.</param>
    /// <param name="reached">The address, of this machine.</param>
    /// <param name="allowed">The names that the options allow; none: any on addresses that other machines reach.</param>
    internal static bool IsOwn(string host, IPAddress reached, IReadOnlyList<string> allowed)
    {
        if (IsLocalName(host) || allowed.Any(name => Fits(host, name)))
            return true;
        if (IPAddress.IsLoopback(reached))
            return false;

        // An address cannot be rebound; who asks by it knows it.
        return allowed.Count == 0 || IPAddress.TryParse(host, out _);
    }

    /// <summary>Whether a Host header's name means this machine.</summary>
    internal static bool IsLocalName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    private static bool Fits(string host, string name) => name.StartsWith("*.", StringComparison.Ordinal)
        ? host.Length > name.Length - 1 && host.EndsWith(name[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(name, StringComparison.OrdinalIgnoreCase);
}
