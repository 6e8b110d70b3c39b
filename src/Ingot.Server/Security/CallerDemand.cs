using System.Net;
using Ingot.Errors;
using Ingot.Service;
using Ingot.Service.Callers;

namespace Ingot.Server.Security;

/// <summary>What callers must show, as the options and the keys that were made have it now.</summary>
/// <param name="options">The options.</param>
/// <param name="keys">The keys.</param>
internal sealed class CallerDemand(IngotOptions options, KeyRing keys)
{
    private readonly AuthMode _mode = options.Auth;

    /// <summary>Whether an API key will do.</summary>
    public bool TakesKeys => _mode.Keys ?? keys.IsUsed;

    /// <summary>Whether a bearer token will do.</summary>
    public bool TakesTokens => _mode.Tokens ?? options.TokenIssuer is not null;

    /// <summary>Whether callers must show anything.</summary>
    public bool IsMade => TakesTokens || TakesKeys;

    /// <summary>Refuses to listen where other machines could use the service without showing anything.</summary>
    /// <param name="addresses">Where it is to listen.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/>, saying what to set.</exception>
    public void RefuseIfOpen(IEnumerable<string> addresses)
    {
        if (!IsMade && addresses.FirstOrDefault(address => !IsOnThisMachine(address)) is { } open)
        {
            throw new IngotException(
                ErrorCode.InvalidValue,
                $"The service was not started: other machines could use it at {open} without a key{(_mode.Keys is false ? ", since 'auth' is 'none'" : "")}. "
                + "Make a key with 'foundry keys create <name>' (or set 'tokenIssuer'), and leave 'auth' at 'auto'; or listen on 127.0.0.1.",
                "urls");
        }
    }

    /// <summary>
    /// Whether only programs of this machine reach an address. A name other than <c>localhost</c> means every address of the machine to
    /// the web server, whatever it resolves to.
    /// </summary>
    internal static bool IsOnThisMachine(string address)
    {
        string host = BindingAddress.Parse(address).Host;
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out IPAddress? ip) && IPAddress.IsLoopback(ip));
    }
}
