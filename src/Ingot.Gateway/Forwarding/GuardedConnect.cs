using System.Net;
using System.Net.Sockets;
using Ingot.Errors;

namespace Ingot.Gateway.Forwarding;

/// <summary>
/// Makes a connection to a host by its name, to those of its addresses that are allowed: looked at after the name was resolved, so
/// that no name can lead where an address may not.
/// </summary>
/// <param name="options">Which addresses are allowed.</param>
/// <param name="allowsPlainHttp">Whether what is not encrypted may leave private networks.</param>
internal sealed class GuardedConnect(GatewayOptions options, bool allowsPlainHttp)
{
    /// <summary>Connects.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.ProviderFailed"/>: none of the addresses is allowed.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        DnsEndPoint target = context.DnsEndPoint;
        bool isPlain = context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttp;
        IPAddress[] known = IPAddress.TryParse(target.Host, out IPAddress? given) ? [given] : await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        IPAddress[] allowed = [.. known.Where(address => options.AllowsLinkLocal || !AddressRules.IsRefused(address))];
        if (allowed.Length == 0 && known.Length > 0)
            throw Refuse(target, "is at a link-local or reserved address, where no provider is expected (option 'providerLinkLocal' allows it)");
        if (options.IsOffline && !allowed.Any(AddressRules.IsPrivate))
            throw Refuse(target, "is not on this machine or a private network, and Ingot is set to stay offline");
        IPAddress[] usable = [.. allowed.Where(address => AddressRules.IsPrivate(address) || !(options.IsOffline || (isPlain && !allowsPlainHttp)))];
        if (usable.Length == 0 && allowed.Length > 0)
            throw Refuse(target, "is not of a private network, and what is sent there by http:// could be read on the way; use https:// ('--plain-http' of 'foundry provider add' allows it)");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(usable, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static IngotException Refuse(DnsEndPoint target, string why) => new(ErrorCode.ProviderFailed, $"The host '{target.Host}' {why}.");
}
