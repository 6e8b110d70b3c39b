using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Ingot.Gateway.Forwarding;

/// <summary>What an address that a name has become may be used for.</summary>
internal static class AddressRules
{
    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("::1/128"),
        IPNetwork.Parse("fc00::/7"),
    ];

    // Link-local addresses, where clouds hand out credentials, and the others they do that at; and what names no single host.
    private static readonly IPNetwork[] Refused =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("100.100.100.200/32"),
        IPNetwork.Parse("168.63.129.16/32"),
        IPNetwork.Parse("192.0.0.192/32"),
        IPNetwork.Parse("224.0.0.0/4"),
        IPNetwork.Parse("240.0.0.0/4"),
        IPNetwork.Parse("::/128"),
        IPNetwork.Parse("fe80::/10"),
        IPNetwork.Parse("fec0::/10"),
        IPNetwork.Parse("fd00:ec2::254/128"),
        IPNetwork.Parse("fd20:ce::254/128"),
        IPNetwork.Parse("ff00::/8"),
    ];

    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");
    private static readonly IPNetwork Tunnelled = IPNetwork.Parse("2002::/16");

    /// <summary>Whether it is this machine's or of a private network.</summary>
    public static bool IsPrivate(IPAddress address) => Lies(address, Private);

    /// <summary>Whether no provider should be there: link-local and other addresses of clouds' own services, and what is no host's.</summary>
    public static bool IsRefused(IPAddress address) => Lies(address, Refused);

    private static bool Lies(IPAddress address, IPNetwork[] networks)
    {
        IPAddress plain = Plain(address);
        return networks.Any(network => network.Contains(plain));
    }

    // The same host by another spelling: an IPv4 address within an IPv6 one.
    private static IPAddress Plain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        var unscoped = new IPAddress(bytes);
        if (Tunnelled.Contains(unscoped))
            return new IPAddress(bytes[2..6]);
        bool holdsOther = Translated.Contains(unscoped) || (Compatible.Contains(unscoped) && BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) > 1);
        return holdsOther ? new IPAddress(bytes[12..]) : unscoped;
    }
}
