using Ingot.Service;

namespace Ingot.Gateway;

/// <summary>How requests go to providers.</summary>
public sealed record GatewayOptions
{
    /// <summary>How long a connection may take to be made, name and encryption included. Default 10 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a provider may be silent, before its answer and within it. Default 10 minutes.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Whether providers may be at addresses where clouds keep their machines' credentials, and others that name no host: link-local,
    /// unspecified and multicast ones. Default false.
    /// </summary>
    public bool AllowsLinkLocal { get; init; }

    /// <summary>Whether only this machine and private networks may be reached. Default false.</summary>
    public bool IsOffline { get; init; }

    /// <summary>What the service's options say of it.</summary>
    /// <param name="options">The service's options.</param>
    public static GatewayOptions Of(IngotOptions options) => new()
    {
        SilenceTimeout = TimeSpan.FromSeconds(options.ProviderTimeoutSeconds),
        AllowsLinkLocal = options.ProviderLinkLocal,
        IsOffline = options.Offline,
    };
}
