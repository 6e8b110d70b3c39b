using System.Globalization;
using Ingot.Server.Certificates;
using Ingot.Service.Options;

namespace Ingot.Cli.Commands;

/// <summary>Where the service listens, as the command line changes it.</summary>
internal static class ServiceAddress
{
    /// <summary>The address of a port on this machine, by HTTPS where the options' addresses are.</summary>
    public static string OfPort(CommandContext context, int port) => OfPort(port, IsHttps(Configured(context)));

    /// <summary>The addresses the options have, with another port or another protocol.</summary>
    /// <param name="context">Whose options.</param>
    /// <param name="port">The port of 127.0.0.1 that replaces the addresses; null leaves them.</param>
    /// <param name="secure">Whether they are to be HTTPS; null leaves that.</param>
    public static string Change(CommandContext context, int? port, bool? secure)
    {
        string urls = Configured(context);
        bool https = secure ?? IsHttps(urls);
        if (port is { } number)
            return OfPort(number, https);
        string[] rests = [.. urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(url => url[(url.IndexOf(':', StringComparison.Ordinal) + 1)..])];
        return string.Join(';', rests.Select(rest => $"{(https ? "https" : "http")}:{rest}").Distinct());
    }

    /// <summary>Makes the service's own certificate, unless the options name another, and says what is to be trusted.</summary>
    public static void SayCertificate(CommandContext context)
    {
        if (OptionBook.List(context.Environment).Options.Any(option => option is { Key: "certificatePath", Value: not null }))
            return;
        var own = new OwnCertificate(context.Files.Home, TimeProvider.System);
        (string fingerprint, DateTimeOffset notAfter) = own.Ensure();
        context.Say(string.Create(
            CultureInfo.InvariantCulture, $"The service's own certificate is {own.Path}, good until {notAfter:yyyy-MM-dd}; clients must be told to trust it. SHA-256: {fingerprint}"));
    }

    private static string Configured(CommandContext context) =>
        OptionBook.List(context.Environment).Options.First(option => option.Key == "urls").Value as string ?? "";

    private static bool IsHttps(string urls) => urls.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    private static string OfPort(int port, bool https) => string.Create(CultureInfo.InvariantCulture, $"{(https ? "https" : "http")}://127.0.0.1:{port}");
}
