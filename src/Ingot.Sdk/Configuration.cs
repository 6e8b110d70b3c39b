namespace Microsoft.AI.Foundry.Local;

/// <summary>What <see cref="FoundryLocalManager.CreateAsync"/> needs to know.</summary>
public class Configuration
{
    /// <summary>The application's name: not empty, and fit for a file name.</summary>
    public required string AppName { get; set; }

    /// <summary>
    /// The application's own folder; default <c>{home}/.{AppName}</c>. <c>{home}</c> and <c>{appname}</c> are replaced.
    /// </summary>
    public string? AppDataDir { get; init; }

    /// <summary>
    /// Where downloaded models are kept; default the cache of the <c>foundry</c> command, so that a model is on the machine
    /// once. <c>{home}</c>, <c>{appname}</c> and <c>{appdata}</c> are replaced.
    /// </summary>
    public string? ModelCacheDir { get; init; }

    /// <summary>The least important message that reaches the logger; default <see cref="LogLevel.Warning"/>.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field cannot be used.</exception>
    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(AppName))
            throw new ArgumentException("Configuration AppName must be set to a valid application name.");
        if (AppName.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)
            throw new ArgumentException("Configuration AppName value contains invalid characters.");
    }

    /// <summary><see cref="ModelCacheDir"/> with its placeholders replaced; null when not set.</summary>
    internal string? ExpandModelCacheDir() => ModelCacheDir is null ? null : Path.GetFullPath(Expand(ModelCacheDir).Replace("{appdata}", AppData(), StringComparison.Ordinal));

    private string AppData() => Expand(AppDataDir ?? "{home}/.{appname}");

    private string Expand(string path) => path
        .Replace("{home}", Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), StringComparison.Ordinal)
        .Replace("{appname}", AppName, StringComparison.Ordinal);
}
