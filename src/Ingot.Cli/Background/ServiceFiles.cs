namespace Ingot.Cli.Background;

/// <summary>What the service keeps in its user's folder.</summary>
/// <param name="Home">The folder, <c>~/.foundry</c>.</param>
internal sealed record ServiceFiles(string Home)
{
    /// <summary>The note by which other commands find the service.</summary>
    public string Record => Path.Combine(Home, "service.json");

    /// <summary>Held by the service as long as it lives: there is one for each user.</summary>
    public string Lock => Path.Combine(Home, "service.lock");

    /// <summary>The log; older ones have a number behind their names.</summary>
    public string Log => Path.Combine(Home, "logs", "service.log");
}
