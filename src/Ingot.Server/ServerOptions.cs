using Ingot.Errors;
using Ingot.Service;

namespace Ingot.Server;

/// <summary>How the HTTP service listens.</summary>
public sealed record ServerOptions
{
    /// <summary>Where it listens unless told otherwise.</summary>
    public const string DefaultUrls = "http://127.0.0.1:5272";

    /// <summary>
    /// Addresses, <c>http</c> or <c>https</c>, separated by <c>;</c>. Port 0 takes any free one; <c>*</c> for a host means every address of
    /// this machine. <see cref="IngotOptions.CertificatePath"/> says what <c>https</c> shows. Default <c>http://127.0.0.1:5272</c>.
    /// </summary>
    public string Urls { get; init; } = DefaultUrls;

    /// <summary>The largest request body, in bytes. Default 16 MiB.</summary>
    public long MaxRequestBodyBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>What <c>POST /shutdown</c> must carry as a bearer token. Null, the default: nobody can stop the service over HTTP.</summary>
    public string? ShutdownToken { get; init; }

    /// <summary>
    /// How long requests under way may take to end when the service stops, 0 to 1 day; after that they end with an error. Default 10 seconds.
    /// </summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The name of a local pipe to listen on besides, letters, digits and dashes, at most 32: a Unix domain socket
    /// <c>run/{name}.sock</c> in <see cref="HomeFolder"/>, on Windows a named pipe of this user's. Null, the default: none.
    /// </summary>
    public string? PipeName { get; init; }

    /// <summary>
    /// Whether Ctrl-C and the signal to terminate stop the service. Default true; false where the service is part of a program
    /// that has its own end.
    /// </summary>
    public bool HandlesSignals { get; init; } = true;

    /// <summary>Where the service keeps what it must know at its next start, absolute. Default <see cref="IngotOptions.HomeFolder"/>. Need not exist.</summary>
    public string HomeFolder { get; init; } = IngotOptions.HomeFolder;

    /// <summary>What the service has besides what is the server's own; they come in this order. Default none.</summary>
    public IReadOnlyList<ServerPart> Parts { get; init; } = [];

    /// <summary><see cref="Urls"/>, one by one.</summary>
    internal string[] Addresses => Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Checks every field.</summary>
    /// <exception cref="IngotException">Names every mistake.</exception>
    internal void Validate()
    {
        var mistakes = new List<string>();
        if (Addresses.Length == 0)
            mistakes.Add("urls must name at least one address");
        mistakes.AddRange(Addresses.Where(address => !IsAddress(address)).Select(address => $"urls: '{address}' is not of the form http://host:port or https://host:port"));

        if (MaxRequestBodyBytes < 1)
            mistakes.Add("the largest request body must be at least one byte");
        if (DrainTime < TimeSpan.Zero || DrainTime > TimeSpan.FromDays(1))
            mistakes.Add("the time to drain must be between 0 and 1 day");
        if (PipeName is not null && (PipeName.Length is 0 or > 32 || !PipeName.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')))
            mistakes.Add("the pipe's name must be 1 to 32 letters, digits and dashes");
        if (mistakes.Count > 0)
            throw new IngotException(ErrorCode.InvalidValue, $"The service's options are wrong: {string.Join("; ", mistakes)}.", "urls");
    }

    // "*" and "+" mean every address of the machine; no host names, they are replaced for the check alone.
    private static bool IsAddress(string address) =>
        Uri.TryCreate(address.Replace("//*", "//any", StringComparison.Ordinal).Replace("//+", "//any", StringComparison.Ordinal), UriKind.Absolute, out Uri? uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri is { PathAndQuery: "/", UserInfo: "" };
}
